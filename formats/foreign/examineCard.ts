import type { ProfileCode } from '../../domain/card.js';
import type { BlockRole } from '../card/profile.js';
import type { XmlElement } from '../xml/element.js';
import type { Namespaces } from '../xml/canonicalization.js';
import type { NamespacedElement, PlaceFault } from '../xml/namespaceReader.js';
import { assertRecord, generalField, readCardShape, type CardShape } from './cardShape.js';
import { about, ForeignFault } from './codes.js';
import { diagnose } from './diagnosis.js';
import { standsAlone, verifyDigests } from './digests.js';
import { FOREIGN_CARD_LIMITS, MAX_DIGESTED, CLOCK_TOLERANCE_MS } from './limits.js';
import { assertStatedDays, orderOf } from './order.js';
import type { Proven } from './proven.js';
import { judgeSigners, type SignerPolicy } from './signers.js';
import { describe, refused, type CardVerdict } from './verdict.js';

export type CardPolicy = SignerPolicy & {
  /** The campaign's; null only where there is no campaign to ask: then the signed PHIEN_BAN. */
  profile: ProfileCode | null;
  /** Whether a MA_TRA_CUU_UUID is of this hub: such a card is an own one and held to that policy alone. */
  issuedHere: (cardId: string) => boolean;
};

export type CardPlace = {
  source: string;
  /** Faults of the document; those inside the card are its own. */
  faults: readonly PlaceFault[];
  element: NamespacedElement;
  /** Namespaces in scope around the card where it stands. */
  outside: Namespaces;
};

/**
 * How many refusals of one document are looked into, and how many characters that may take in all: what a vendor's software does to
 * one card it does to all, and looking for it must cost a hostile sender more than us.
 */
export type Diagnoses = { left: number; characters: number };
export const diagnosesOf = (cards: number): Diagnoses => ({ left: Math.min(cards, 20), characters: 100_000_000 });

/**
 * Everything about a card but the trust in its certificates. Pure: `at` is the proven time or the present.
 * @returns what is proven, or the refusal
 */
export function examineCard(place: CardPlace, policy: CardPolicy, at: Date, diagnoses: Diagnoses): Proven | CardVerdict {
  const known: Partial<CardVerdict> = { cardId: claimedId(place.element), approval: policy.approvedSeals === null ? 'not-checked' : 'checked' };
  try {
    const shape = readShape(place, policy);
    known.profile = shape.profile.code;
    if (policy.issuedHere(shape.content.data.cardId.toLowerCase())) throw new ForeignFault('own-card-reshaped');
    const candidates = place.outside.size > 0 && standsAlone(place.element) ? [place.outside, NOTHING] : [place.outside];
    const attempt = verifyDigests(shape, candidates, { left: MAX_DIGESTED * (place.element.end - place.element.start) });
    if (!attempt.ok) {
      const { mismatch } = attempt;
      const diagnosis = diagnoses.left-- > 0 ? diagnose(place.source, shape, mismatch, place.outside, diagnoses) : null;
      return refused(new ForeignFault(mismatch.code), { ...known, role: mismatch.block.role, diagnosis });
    }
    const { blocks, outside } = attempt;
    known.signatures = blocks.map(({ role, time, certificate }) => describe(role, time.text, certificate));
    const { notes, unregistered } = judgeSigners(shape, blocks, policy);
    for (const { role, time } of blocks) assertPast(role, time.at, at);
    const order = orderOf(blocks);
    known.order = order;
    assertStatedDays(blocks);
    assertRecord(shape);
    return {
      profile: shape.profile.code, content: shape.content, order,
      signatures: blocks.map(({ role, time: { text, at: signedAt }, certificate, others }) => ({ role, certificate, others, signedAt: { text, at: signedAt } })),
      notes: [...notes, ...(shape.content.unknownSubjects.length > 0 ? ['unknown-subject' as const] : []), ...(policy.approvedSeals === null ? ['approval-not-checked' as const] : [])],
      unregistered: unregistered?.role ?? null,
      stored: { bytes: Buffer.from(place.source.slice(place.element.start, place.element.end), 'utf8'), context: outside },
    };
  } catch (fault) {
    if (fault instanceof ForeignFault) return refused(fault, { ...known, role: fault.role });
    throw fault;
  }
}

const NOTHING: Namespaces = new Map();

function assertPast(role: BlockRole, signedAt: Date, at: Date): void {
  about(role, () => { if (signedAt.getTime() > at.getTime() + CLOCK_TOLERANCE_MS) throw new ForeignFault('signing-time-future'); });
}

function readShape({ element, faults }: CardPlace, policy: CardPolicy): CardShape {
  const fault = faults.find(({ at }) => element.start <= at && at < element.end);
  if (fault !== undefined) throw new ForeignFault(fault.code);
  if (element.end - element.start > FOREIGN_CARD_LIMITS.maxBytes) throw new ForeignFault('too-large');
  return readCardShape(element, policy.profile);
}

/** Only a value in the form of a UUID is repeated to anyone. */
function claimedId(root: XmlElement): string | null {
  const text = generalField(root, 'MA_TRA_CUU_UUID') ?? '';
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text : null;
}
