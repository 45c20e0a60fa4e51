import type { ProfileCode } from '../../domain/card.js';
import { contextKey } from '../kho/batch.js';
import { namespacesAt, type Namespaces } from '../xml/canonicalization.js';
import { readNamespaced, type NamespacedElement } from '../xml/namespaceReader.js';
import { readBatchShape } from './batchShape.js';
import { ForeignFault, reportOf, type FaultReport } from './codes.js';
import { diagnosesOf, examineCard, type CardPlace } from './examineCard.js';
import { FOREIGN_BATCH_LIMITS, FOREIGN_CARD_LIMITS } from './limits.js';
import { JUDGED_BEFORE } from './verify.js';

/** Ids that the packet itself uses: other verifiers look an id up in the whole document. */
const OF_PACKET = new Set(['dataDanhSach', 'sig-dataDanhSach', 'time-dataDanhSach']);

/** The cards of an unsigned packet as a reader of all of it finds them, each with its surroundings; null when it is no row of cards. */
export function readPacked(packet: Uint8Array): CardPlace[] | null {
  const reading = readNamespaced(packet, FOREIGN_BATCH_LIMITS);
  if (!reading.ok) return null;
  const { source, faults, root } = reading;
  try {
    const outside = namespacesAt(root, { top: root, outside: new Map() });
    return readBatchShape(root).cards.map((element) => ({ source, faults, element, outside }));
  } catch (fault) {
    // Which fault it is does not matter: a packet of ours is not as we wrote it.
    if (fault instanceof ForeignFault) return null;
    throw fault;
  }
}

/**
 * A card of other software where it stands in a finished packet: everything but what was judged at its receipt.
 * @param expected which card it must be, by which profile, and in which namespaces it verified
 * @returns why it may not be sent, or null
 */
export function packedFault(place: CardPlace, expected: { cardId: string; profile: ProfileCode; context: Namespaces }, now: Date): FaultReport | null {
  if (holdsPacketId(place.element)) return reportOf('id-duplicate');
  const examined = examineCard(place, { ...JUDGED_BEFORE, profile: expected.profile }, now, diagnosesOf(1));
  if (!('content' in examined)) return { code: examined.code, class: examined.class ?? 'signature', message: examined.message, who: examined.who ?? '', how: examined.how ?? '' };
  if (examined.content.data.cardId.toLowerCase() !== expected.cardId) return reportOf('region-changed');
  return contextKey(examined.stored.context) === contextKey(expected.context) ? null : reportOf('data-changed');
}

/** Whether a card bears an id of the packet's: such a one is not taken in, since it could never be sent. */
export function bearsPacketId({ bytes, context }: { bytes: Uint8Array; context: Namespaces }): boolean {
  const reading = readNamespaced(bytes, FOREIGN_CARD_LIMITS, context);
  return !reading.ok || holdsPacketId(reading.root);
}

const holdsPacketId = ({ attributes, children }: NamespacedElement): boolean =>
  attributes.some(({ prefix, local, value }) => prefix === '' && local.toLowerCase() === 'id' && OF_PACKET.has(value)) || children.some(holdsPacketId);
