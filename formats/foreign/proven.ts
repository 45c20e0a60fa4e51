import type { ProfileCode } from '../../domain/card.js';
import type { ReadCard } from '../card/interpret.js';
import type { BlockRole } from '../card/profile.js';
import type { CertificateFacts } from '../signature/certificate.js';
import { reportOf } from './codes.js';
import type { Note } from './signers.js';
import { judgeTrust, type TrustAnswer, type TrustInput } from './trust.js';
import { describe, SOUND, SOUND_CARD, type CardVerdict, type StoredCard, type SignatureReport, type Verdict } from './verdict.js';

/** One good signature and by whose certificate it was made. */
export type ProvenSignature = { role: BlockRole; signedAt: { text: string; at: Date }; certificate: CertificateFacts; others: readonly CertificateFacts[] };

/** A card all of whose digests, signatures and signers are right, under either policy; trust in its certificates is yet to be asked. */
export type Proven = {
  profile: ProfileCode;
  content: ReadCard;
  signatures: readonly ProvenSignature[];
  order: 'proven' | 'claimed';
  notes: readonly Note[];
  /** Whose certificate nobody has registered though only that could say who it is. */
  unregistered: BlockRole | null;
  stored: Pick<StoredCard, 'bytes' | 'context'>;
};

/** Asks once for all cards of a document, and turns what is proven into verdicts; refusals stay as they are. */
export async function concludeCards(examined: readonly (Proven | CardVerdict)[], trust: TrustInput): Promise<CardVerdict[]> {
  const subjects = examined.map((one) => ('content' in one
    ? one.signatures.map(({ role, signedAt, certificate, others }) => ({ certificate, others, signedAt: signedAt.at, role: role === 'seal' ? 'organisation' as const : 'person' as const }))
    : []));
  const answers = await judgeTrust(subjects.flat(), trust);
  let next = 0;
  return examined.map((one, place) => {
    const own = answers.slice(next, next += subjects[place]?.length ?? 0);
    return 'content' in one ? conclude(one, own, trust) : one;
  });
}

/** An invalid certificate outweighs one that cannot be shown to be good, and both outweigh one that nobody has registered. */
function conclude({ profile, content, signatures, order, notes, unregistered, stored }: Proven, answers: readonly TrustAnswer[], trust: TrustInput): CardVerdict {
  const common = {
    order, notes, profile, diagnosis: null, cardId: content.data.cardId,
    signatures: signatures.map(({ role, signedAt, certificate }, place) => withRevocation(describe(role, signedAt.text, certificate), answers[place])),
    approval: notes.includes('approval-not-checked') ? 'not-checked' : 'checked',
  } as const;
  const handedOut = {
    card: content,
    stored: {
      ...stored,
      signers: signatures.map(({ role, signedAt, certificate }) => ({ role, signedAt: signedAt.at, certificate: certificate.certificate.raw })),
      others: [...new Map(signatures.flatMap(({ others }) => others.map((one) => [one.fingerprint, one.certificate.raw] as const))).values()],
    },
  };
  for (const verdict of ['invalid', 'not-provable'] as const) {
    const place = answers.findIndex((answer) => answer.verdict === verdict);
    const answer = answers[place];
    if (answer === undefined || answer.verdict === 'valid') continue;
    return { ...common, ...answer.report, ...(verdict === 'invalid' ? { card: null, stored: null } : handedOut), verdict, role: signatures[place]?.role ?? null };
  }
  if (unregistered !== null) return { ...common, ...reportOf('signer-unregistered'), ...handedOut, verdict: 'not-provable', role: unregistered };
  return { ...common, ...SOUND, ...handedOut, message: SOUND_CARD, verdict: soundAt(trust), role: null };
}

export const soundAt = ({ at }: TrustInput): Verdict => (at === null ? 'valid' : 'valid-at-proven-time');

export const withRevocation = (signature: SignatureReport, answer: TrustAnswer | undefined): SignatureReport =>
  ({ ...signature, revokedSince: answer?.verdict === 'valid' ? answer.revokedSince?.toISOString() ?? null : null });
