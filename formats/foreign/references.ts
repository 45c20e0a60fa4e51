import type { NamespacedElement } from '../xml/namespaceReader.js';
import { REFERENCE_TYPES } from './algorithms.js';
import { ForeignFault } from './codes.js';
import { contains, type IdIndex } from './ids.js';
import type { ForeignReference, ForeignSignature } from './signatureShape.js';

/** A Reference with the one element it names. */
export type Resolved = ForeignReference & { target: NamespacedElement };

/** `#id` and nothing else: no empty or external URI, no XPointer, no escapes that two readers could undo differently. */
const SAME_DOCUMENT = /^#([^\s()#%'"]+)$/;

/**
 * Finds what each Reference names, in the scope of the index only. The enveloped-signature transform may stand only where it changes
 * nothing; on a transaction's root the caller allows it by `root`.
 * @throws ForeignFault
 */
export function resolveReferences(signature: ForeignSignature, { byId }: IdIndex, root: NamespacedElement | null = null): Resolved[] {
  return signature.references.map((reference) => {
    const id = SAME_DOCUMENT.exec(reference.uri)?.[1];
    if (id === undefined) throw new ForeignFault('reference-uri');
    const target = byId.get(id);
    if (target === undefined) throw new ForeignFault('reference-unknown');
    if (reference.enveloped && target !== root && (contains(target, signature.element) || contains(signature.element, target))) throw new ForeignFault('enveloped-misplaced');
    const type = reference.type === null ? null : REFERENCE_TYPES[reference.type];
    if (type === undefined || (type !== null && (type.name !== target.name || !type.namespaces.has(target.namespace)))) throw new ForeignFault('reference-type');
    return { ...reference, target };
  });
}

export const covers = (references: readonly Resolved[], region: NamespacedElement): boolean => references.some(({ target }) => contains(target, region));
