import { dateTimeMs } from '../card/dateTime.js';
import type { NamespacedElement } from '../xml/namespaceReader.js';
import { DSIG, XADES } from './algorithms.js';
import { ForeignFault } from './codes.js';
import { contains, type IdIndex } from './ids.js';
import type { Resolved } from './references.js';
import { attribute, type ForeignSignature } from './signatureShape.js';

/** Where a signing time may stand inside an Object, outermost first; each part with the namespaces it is seen in. */
const NONE_OR_DSIG = new Set([DSIG, '']);
const ANY = new Set([DSIG, '', ...XADES]);
const PLACES: readonly (readonly [string, ReadonlySet<string>])[][] = [
  [['SignatureProperties', NONE_OR_DSIG], ['SignatureProperty', NONE_OR_DSIG], ['SigningTime', ANY]],
  [['QualifyingProperties', XADES], ['SignedProperties', XADES], ['SignedSignatureProperties', XADES], ['SigningTime', XADES]],
];

/** What a Reference may name to cover the time (spec §3.1); anything larger would hold the Signature itself. */
const COVERING = new Set(['Object', 'SignatureProperties', 'SignatureProperty', 'SignedProperties']);

export type SigningTime = { element: NamespacedElement; text: string; at: Date };

/**
 * The Signature's own signing time: one, inside its own Object, covered by one of its own References, not said to be another's.
 * @returns null when there is none
 * @throws ForeignFault
 */
export function signingTimeOf(signature: ForeignSignature, references: readonly Resolved[], { byId }: IdIndex): SigningTime | null {
  const [element, second] = signature.objects.flatMap((object) => named(object, 'SigningTime'));
  if (element === undefined) return null;
  if (second !== undefined) throw new ForeignFault('time-twice');
  if (!PLACES.some((place) => standsAt(element, place, signature))) throw new ForeignFault('signature-shape', 'SigningTime');
  if (!references.some(({ target }) => COVERING.has(target.name) && contains(signature.element, target) && contains(target, element))) throw new ForeignFault('time-not-covered');
  assertOwn(element, signature, byId);
  const text = element.text.trim();
  const at = element.children.length > 0 ? null : dateTimeMs(text);
  if (at === null) throw new ForeignFault('time-form');
  return { element, text, at: new Date(at) };
}

function named(element: NamespacedElement, name: string): NamespacedElement[] {
  return [...(element.name === name ? [element] : []), ...element.children.flatMap((child) => named(child, name))];
}

function standsAt(element: NamespacedElement, place: (typeof PLACES)[number], signature: ForeignSignature): boolean {
  let at: NamespacedElement | null = element;
  for (const [name, namespaces] of [...place].reverse()) {
    if (at === null || at.name !== name || !namespaces.has(at.namespace)) return false;
    at = at.parent;
  }
  return at !== null && signature.objects.includes(at);
}

/** A Target that names another element says whose time it is: not this Signature's. One that names nothing says nothing. */
function assertOwn(element: NamespacedElement, signature: ForeignSignature, byId: IdIndex['byId']): void {
  for (let at = element.parent; at !== null && at !== signature.element; at = at.parent) {
    const target = attribute(at, 'Target');
    if (target === null || !target.startsWith('#')) continue;
    const id = target.slice(1);
    if (id === signature.id) continue;
    if (signature.id !== null || byId.has(id)) throw new ForeignFault('time-not-own');
  }
}
