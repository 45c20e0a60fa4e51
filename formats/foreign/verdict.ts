import type { BlockRole } from '../card/profile.js';
import type { ReadCard } from '../card/interpret.js';
import type { ProfileCode } from '../../domain/card.js';
import type { CertificateFacts } from '../signature/certificate.js';
import { type ForeignFault, reportOf, type FaultClass, type FaultReport } from './codes.js';
import type { Diagnosis } from './diagnosis.js';
import { holderOf } from './holder.js';
import type { Note } from './signers.js';

/**
 * `valid` now · `valid-at-proven-time`: at the time given, such as a receipt's · `not-provable`: every signature is good, but time,
 * revocation or person cannot be shown, or the card is held to be signed again · `invalid`.
 */
export type Verdict = 'valid' | 'valid-at-proven-time' | 'not-provable' | 'invalid';

/** The worse of two verdicts decides over a batch. */
const WORSE: readonly Verdict[] = ['valid', 'valid-at-proven-time', 'not-provable', 'invalid'];
export const worst = (verdicts: readonly Verdict[]): Verdict => WORSE[Math.max(0, ...verdicts.map((verdict) => WORSE.indexOf(verdict)))] as Verdict;

export type SignatureReport = {
  role: BlockRole | 'transaction';
  /** SigningTime as written; null where a transaction has none. */
  signedAt: string | null;
  /** Subject of the certificate, for people. */
  subject: string;
  personalNumber: string | null;
  taxCode: string | null;
  /** Lower-case hex SHA-256 of the certificate. */
  fingerprint: string;
  /** Of a certificate that was good at the proven time and has been revoked since. */
  revokedSince: string | null;
};

/** A refusal's cause, mender and remedy; of a valid verdict the class is null and only code and message speak. */
export type Reasoned = Omit<FaultReport, 'class' | 'who' | 'how'> & { class: FaultClass | null; who: string | null; how: string | null };

export type CardVerdict = Reasoned & {
  verdict: Verdict;
  /** Whose signature the refusal is about. */
  role: BlockRole | null;
  diagnosis: Diagnosis | null;
  profile: ProfileCode | null;
  /** MA_TRA_CUU_UUID; of an invalid card only as claimed, for the answer to its sender. */
  cardId: string | null;
  order: 'proven' | 'claimed' | null;
  approval: 'checked' | 'not-checked';
  notes: readonly Note[];
  signatures: readonly SignatureReport[];
  /** The content, from the same parse as was verified; never of an invalid card. */
  card: ReadCard | null;
  /** The card as received, and the namespaces around it in which it verified: both are stored, and packets reproduce them. */
  stored: StoredCard | null;
};

/** Bytes and certificates of a card, as evidence is collected for them. Certificates are DER. */
export type StoredCard = {
  bytes: Buffer; context: ReadonlyMap<string, string>;
  /** Whose certificates signed, in the order of their blocks. */
  signers: readonly { role: BlockRole; signedAt: Date; certificate: Buffer }[];
  /** What else came in KeyInfo: intermediates at most. */
  others: readonly Buffer[];
};

export const SOUND = { code: 'valid', class: null, who: null, how: null } as const;
export const SOUND_CARD = 'Học bạ hợp lệ: dữ liệu và mọi chữ ký còn nguyên.';

/** A verdict that refuses before anything could be handed out. */
export const refused = (fault: ForeignFault, about: Partial<CardVerdict> = {}): CardVerdict => ({
  ...reportOf(fault.code, fault.place),
  verdict: 'invalid', role: null, diagnosis: null, profile: null, cardId: null, order: null, approval: 'not-checked', notes: [], signatures: [], card: null, stored: null,
  ...about,
});

export function describe(role: SignatureReport['role'], signedAt: string | null, certificate: CertificateFacts): SignatureReport {
  const holder = holderOf(certificate);
  return {
    role, signedAt,
    subject: certificate.subjectName,
    personalNumber: holder.kind === 'person' ? holder.personalNumber : null,
    taxCode: holder.kind === 'organisation' ? holder.taxCode : null,
    fingerprint: certificate.fingerprint,
    revokedSince: null,
  };
}
