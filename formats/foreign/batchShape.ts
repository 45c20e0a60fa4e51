import type { NamespacedElement, PlaceFault } from '../xml/namespaceReader.js';
import { DSIG } from './algorithms.js';
import { ForeignFault } from './codes.js';

export const BATCH_TAG = 'DANH_SACH_HOC_BA';

export type BatchShape = { cards: readonly NamespacedElement[]; signature: NamespacedElement | null };

/**
 * A batch is its cards and at most one Signature of the sender. The root may declare namespaces and bear attributes of other
 * namespaces (serializers add xsi:schemaLocation), but only one id of its own.
 * @throws ForeignFault
 */
export function readBatchShape(root: NamespacedElement): BatchShape {
  if (root.name !== BATCH_TAG || root.namespace !== '') throw new ForeignFault('unknown-root');
  if (/[^ \t\r\n]/.test(root.text)) throw new ForeignFault('unexpected-text', BATCH_TAG);
  const own = root.attributes.filter(({ prefix }) => prefix === '');
  if (own.length > 1 || own.some(({ local }) => !['Id', 'ID', 'id'].includes(local))) throw new ForeignFault('unexpected-attribute', BATCH_TAG);
  const cards = root.children.filter(({ name, namespace }) => name === 'HOC_BA' && namespace === '');
  const signatures = root.children.filter(({ name, namespace }) => name === 'Signature' && namespace === DSIG);
  const other = root.children.find((child) => !cards.includes(child) && !signatures.includes(child));
  if (other !== undefined) throw new ForeignFault('unknown-block', other.name);
  if (cards.length === 0) throw new ForeignFault('batch-empty');
  if (signatures.length > 1) throw new ForeignFault('transaction-signature-twice');
  return { cards, signature: signatures[0] ?? null };
}

/** The first fault that stands in none of the cards, or a processing instruction anywhere: that would be part of what is signed. */
export function batchFault({ cards }: BatchShape, faults: readonly PlaceFault[]): PlaceFault | null {
  return faults.find(({ code, at }) => code === 'processing-instruction' || !cards.some(({ start, end }) => start <= at && at < end)) ?? null;
}
