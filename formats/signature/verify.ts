import type { X509Certificate } from 'node:crypto';
import { SIGNATURE_ROLES, type Cover, type ProfileCode, type SignatureRole } from '../../domain/card.js';
import { dateTimeMs } from '../card/dateTime.js';
import { composeCard, type CardContent } from '../card/compose.js';
import type { ReadCard } from '../card/interpret.js';
import { profileOf } from '../card/profile.js';
import { CARD_LIMITS } from '../card/limits.js';
import { CardFormatFault } from '../card/readFields.js';
import { scanCanonical } from '../xml/canonical.js';
import { blockFault, valueFault } from './blockFault.js';
import { SIGNATURE_FAULTS, type SignatureFaultCode } from './codes.js';
import { openOwnCard, type OwnCard } from './ownCard.js';
import { readBlocks, signerFault, timeFault } from './prepare.js';
import type { RoleBlock } from './roleBlock.js';
import { certificateTrusted } from './trust.js';

export type VerifyInput = {
  card: Buffer;
  /**
   * The policy the card was written under, its campaign's; `roles` are those that must have signed, all three unless said otherwise.
   * `xades` left out takes each block as it says of itself: the object is covered by the signature and widens nothing.
   */
  policy: { kind: 'own'; profile: ProfileCode; cover: Cover; xades?: boolean; roles?: readonly SignatureRole[] };
  /** Certificates of the issuers accepted for card signers. */
  anchors: readonly X509Certificate[];
  /** A time by which the card is proven to have been signed, such as its receipt; a later signing time is refused. */
  at?: Date;
  /** Which card it should be and who should have signed, by the hub's own records; each part is checked where given. */
  expected?: { cardId?: string; teacher?: { personalNumber: string }; principal?: { personalNumber: string }; seal?: { fingerprint: string } };
};

export type VerifiedSignature = {
  role: SignatureRole;
  signedAt: string;
  /** Subject of the certificate, for people. */
  subject: string;
  personalNumber: string | null;
  /** Lower-case hex SHA-256 of the certificate. */
  fingerprint: string;
};

/** `not-provable`: every signature is good, but no anchors were given to say whose they are. */
export type CardVerdict =
  | { verdict: 'valid'; code: 'valid'; message: string; signatures: VerifiedSignature[]; card: ReadCard }
  | { verdict: 'invalid' | 'not-provable'; code: SignatureFaultCode; message: string; role: SignatureRole | null; signatures: VerifiedSignature[] };

/** A signer's clock may be ahead of the hub's by as much (spec §3.1's tolerance). */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

class Refused extends Error {
  constructor(readonly code: SignatureFaultCode, readonly role: SignatureRole | null = null) {
    super(code);
  }
}

/**
 * Judges an own card by the policy it was written under: canonical bytes, the layout of its profile, every digest and signature, roles
 * complete and in order, signers who they should be, certificates from the anchors. The card's content comes with a valid verdict and
 * from the same parse, so that nothing unverified is ever read (spec §3.1).
 */
export function verifyCard(input: VerifyInput): CardVerdict {
  const signatures: VerifiedSignature[] = [];
  try {
    const card = judge(input, signatures);
    return { verdict: 'valid', code: 'valid', message: 'Học bạ hợp lệ: dữ liệu và mọi chữ ký còn nguyên.', signatures, card };
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    const { role } = fault;
    const code = named(fault.code, input.card);
    return { verdict: code === 'no-anchors' ? 'not-provable' : 'invalid', code, message: SIGNATURE_FAULTS[code], role, signatures };
  }
}

/** A block that is not as we write it may be anything; that the file was saved by other software is worth saying. */
const named = (code: SignatureFaultCode, card: Buffer): SignatureFaultCode =>
  (code === 'signature-shape' && !scanCanonical(card, CARD_LIMITS).canonical ? 'not-canonical' : code);

function judge({ card: bytes, policy, anchors, at, expected = {} }: VerifyInput, signatures: VerifiedSignature[]): ReadCard {
  const card = openOwnCard(bytes, profileOf(policy.profile));
  if (typeof card === 'string') throw new Refused(card);
  const data = interpret(card);
  if (expected.cardId !== undefined && expected.cardId !== card.cardId) throw new Refused('card-unexpected');
  const blocks = readBlocks(card, policy.cover);
  if (blocks === null || blocks.some((block) => policy.xades !== undefined && block.xades !== policy.xades)) throw new Refused('signature-shape');
  signatures.push(...blocks.map(describe));

  for (const [place, block] of blocks.entries()) judgeBlock(card, block, blocks.slice(0, place));
  const missing = (policy.roles ?? SIGNATURE_ROLES).find((role) => !blocks.some((block) => block.role === role));
  if (missing !== undefined) throw new Refused('role-missing', missing);
  for (const block of blocks) judgeSigner(block, expected, at);
  for (const { certificate: { certificate }, role, signingTime } of blocks) {
    const trust = certificateTrusted({ certificate, anchors, at: new Date(signingTime) });
    if (!trust.trusted) throw new Refused(trust.code, role);
  }
  return { ...data, signatures: blocks.map(({ role, signingTime, personalNumber }) => ({ role, signedAt: signingTime, personalNumber })) };
}

function interpret(card: OwnCard): CardContent {
  try {
    return composeCard(card.fields, card.profile);
  } catch (fault) {
    throw fault instanceof CardFormatFault ? new Refused('card-format') : fault;
  }
}

function judgeBlock(card: OwnCard, block: RoleBlock, earlier: readonly RoleBlock[]): void {
  const fault = (block.signatureValue === null ? 'signature-shape' : null)
    ?? blockFault(card, card.blocks[earlier.length]?.letters ?? '', block, earlier)
    ?? valueFault(block, block.signatureValue as Buffer)
    ?? signerFault(card, block.role, block.personalNumber, block.certificate)
    ?? timeFault(earlier, block.signingTime);
  if (fault !== null) throw new Refused(fault, block.role);
}

function judgeSigner(block: RoleBlock, expected: NonNullable<VerifyInput['expected']>, at: Date | undefined): void {
  const { role } = block;
  if (at !== undefined && (dateTimeMs(block.signingTime) ?? Infinity) > at.getTime() + CLOCK_TOLERANCE_MS) throw new Refused('signing-time-future', role);
  if (role === 'seal') {
    if (expected.seal !== undefined && expected.seal.fingerprint !== block.certificate.fingerprint) throw new Refused('seal-unapproved', role);
    return;
  }
  const signer = expected[role];
  if (signer !== undefined && signer.personalNumber !== block.personalNumber) throw new Refused('signer-unexpected', role);
}

const describe = ({ role, signingTime, personalNumber, certificate }: RoleBlock): VerifiedSignature =>
  ({ role, signedAt: signingTime, subject: certificate.subjectName, personalNumber, fingerprint: certificate.fingerprint });
