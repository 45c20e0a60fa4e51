import type { NamespacedElement } from '../xml/namespaceReader.js';
import { DSIG } from './algorithms.js';
import { ForeignFault } from './codes.js';
import { FOREIGN_CARD_LIMITS } from './limits.js';

/** Ids of one HOC_BA, or of a transaction's root and Signature. */
export type IdIndex = { byId: ReadonlyMap<string, NamespacedElement> };

const SPELLINGS = new Set(['Id', 'ID', 'id']);

/**
 * Ids are unique within `scope` and resolved only there. The Ministry's elements spell the attribute Id, ID or id, one way within a
 * HOC_BA; whatever stands inside a Signature has `Id` only (spec §3.1).
 * @throws ForeignFault
 */
export function indexIds(scope: NamespacedElement): IdIndex {
  const byId = new Map<string, NamespacedElement>();
  let spelling: string | null = null;
  let elements = 0;
  const visit = (element: NamespacedElement, signed: boolean): void => {
    elements += 1;
    if (elements > FOREIGN_CARD_LIMITS.maxElements) throw new ForeignFault('too-many-elements');
    const inSignature = signed || element.namespace === DSIG;
    const ids = element.attributes.filter(({ prefix, local }) => prefix === '' && local.toLowerCase() === 'id');
    if (ids.length > 1) throw new ForeignFault('id-spelling', element.name);
    for (const { local, value } of ids) {
      if (inSignature ? local !== 'Id' : !SPELLINGS.has(local)) throw new ForeignFault('id-spelling', element.name);
      if (!inSignature && spelling !== null && spelling !== local) throw new ForeignFault('id-spelling', element.name);
      if (!inSignature) spelling = local;
      if (byId.has(value)) throw new ForeignFault('id-duplicate');
      byId.set(value, element);
    }
    for (const child of element.children) visit(child, inSignature);
  };
  visit(scope, false);
  return { byId };
}

/** Whether `inner` is `outer` or stands anywhere in it: covering more counts as covering (spec §3.1 "containment"). */
export function contains(outer: NamespacedElement, inner: NamespacedElement): boolean {
  for (let at: NamespacedElement | null = inner; at !== null; at = at.parent) if (at === outer) return true;
  return false;
}
