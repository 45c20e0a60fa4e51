import { createHash } from 'node:crypto';
import type { Instant } from '../../domain/brand.js';
import { SIGNATURE_ROLES, type Cover, type ProfileCode, type SignatureRole } from '../../domain/card.js';
import { dateTimeMs, vietnamDateTime } from '../card/dateTime.js';
import { profileOf } from '../card/profile.js';
import { blockFault } from './blockFault.js';
import { certificateFacts, type CertificateFacts } from './certificate.js';
import { refusal, type SignatureFaultCode, type SignatureRefusal } from './codes.js';
import { coveredRegions, openOwnCard, type OwnCard } from './ownCard.js';
import { blockSignedInfo, readRoleBlock, roleIds, writeRoleBlock, type RoleBlock } from './roleBlock.js';
import { signedInfoBytes, toBytes } from './xmlSignature.js';

export type PrepareInput = {
  card: Buffer;
  role: SignatureRole;
  /** `personalNumber` is null for the seal alone; `certificate` is DER. */
  signer: { personalNumber: string | null; signedAt: Instant; certificate: Buffer };
  /** The campaign's. */
  profile: ProfileCode;
  cover: Cover;
  /** Whether the Signature gets the XAdES object; off unless the campaign asks for it. */
  xades?: boolean;
};

/**
 * All that has to be kept until the signature comes back, maybe days later and in another process: `block` alone suffices, the rest
 * can be derived from it. Only `digest` goes to the signing service.
 */
export type PreparedSignature = {
  ok: true;
  /** `Id` of the Signature; one role of one card has always the same. */
  signatureId: string;
  role: SignatureRole;
  /** The role block, complete but for SignatureValue. */
  block: Buffer;
  /** Canonical SignedInfo. */
  toBeSigned: Buffer;
  /** SHA-256 of `toBeSigned`. */
  digest: Buffer;
};

/** First phase of a signature: everything but the value, which only the signer's own key can make. */
export function prepareSignature({ card: bytes, profile, ...more }: PrepareInput): PreparedSignature | SignatureRefusal {
  const card = openOwnCard(bytes, profileOf(profile));
  if (typeof card === 'string') return refusal(card);
  const prepared = prepareOn(card, more);
  if (!prepared.ok) return prepared;
  const { block, toBeSigned } = prepared;
  return {
    ok: true, toBeSigned,
    role: block.role,
    signatureId: roleIds(block.role, card.cardId).signature,
    block: toBytes(writeRoleBlock(block)),
    digest: createHash('sha256').update(toBeSigned).digest(),
  };
}

/** The same on a card already taken apart, for who makes the value at once and attaches it to the same bytes. */
export function prepareOn(card: OwnCard, { role, signer, cover, xades = false }: Omit<PrepareInput, 'card' | 'profile'>): { ok: true; block: RoleBlock; toBeSigned: Buffer } | SignatureRefusal {
  const certificate = certificateFacts(signer.certificate);
  if (certificate === null) return refusal('certificate-unreadable');
  const signingTime = vietnamDateTime(signer.signedAt);
  const earlier = readBlocks(card, cover);
  if (earlier === null) return refusal('signature-shape');
  const fault = placeFault(card, role) ?? earlierFault(card, earlier) ?? signerFault(card, role, signer.personalNumber, certificate) ?? timeFault(earlier, signingTime);
  if (fault !== null) return refusal(fault);

  const block: RoleBlock = {
    role, cover, xades, signingTime, certificate,
    cardId: card.cardId,
    idAttribute: card.profile.idAttribute,
    personalNumber: signer.personalNumber,
    references: coveredRegions(card, role, cover, earlier),
    signatureValue: null,
  };
  return { ok: true, block, toBeSigned: signedInfoBytes(blockSignedInfo(block)) };
}

/** What the blocks of a card state, or null when one cannot be read. Whether they are as we write them is `blockFault`'s question. */
export function readBlocks(card: OwnCard, cover: Cover): RoleBlock[] | null {
  const blocks = card.blocks.map(({ role, letters }) => readRoleBlock(letters, { role, cover, cardId: card.cardId, idAttribute: card.profile.idAttribute }));
  return blocks.every((block) => block !== null) ? blocks : null;
}

/** Nobody signs on top of a block that is not as we write it, or that no longer fits the data: it would never verify. */
export function earlierFault(card: OwnCard, earlier: readonly RoleBlock[]): SignatureFaultCode | null {
  for (const [place, block] of earlier.entries()) {
    const fault = blockFault(card, card.blocks[place]?.letters ?? '', block, earlier.slice(0, place));
    if (fault !== null) return fault;
  }
  return null;
}

/** Roles sign in order, each once: the next role is the only one that may. */
export function placeFault(card: OwnCard, role: SignatureRole): SignatureFaultCode | null {
  if (card.blocks.some((block) => block.role === role)) return 'role-taken';
  return SIGNATURE_ROLES[card.blocks.length] === role ? null : 'role-order';
}

/** The certificate, the block and the signed data must name one and the same person; the seal's names an organisation (spec §3.1). */
export function signerFault(card: OwnCard, role: SignatureRole, personalNumber: string | null, { holder, algorithm }: CertificateFacts): SignatureFaultCode | null {
  if (algorithm === null) return 'key-unsupported';
  if (role === 'seal') return holder.kind === 'organisation' && personalNumber === null ? null : 'holder-kind';
  if (holder.kind !== 'person') return 'holder-kind';
  if (holder.personalNumber !== personalNumber) return 'holder-number';
  return card.named[role] === personalNumber ? null : 'signer-number';
}

/** Own signing times never decrease; they are written in whole seconds, so two of one second are in order. */
export function timeFault(earlier: readonly RoleBlock[], signingTime: string): SignatureFaultCode | null {
  const last = earlier.at(-1);
  return last === undefined || (dateTimeMs(last.signingTime) ?? Infinity) <= (dateTimeMs(signingTime) ?? -Infinity) ? null : 'signing-time-order';
}
