import type { PathAnswer, PathQuestion, PathValidator } from '../trust/question.js';
import type { PathCode } from '../trust/codes.js';
import { PATH_CODES } from '../trust/codes.js';
import type { CertificateFacts } from '../signature/certificate.js';
import { MENDERS, reportOf, type FaultReport } from './codes.js';

export type TrustInput = {
  validator: PathValidator;
  /** DER; the lists are remembered by identity, so keep them between calls. */
  anchors: readonly Uint8Array[];
  /** Where organisations' certificates have anchors of their own. */
  organisationAnchors?: readonly Uint8Array[];
  /** Fingerprints of authorities that may be used though weak. */
  weakAuthorities?: readonly string[];
  intermediates: readonly Uint8Array[];
  crls: readonly Uint8Array[];
  /** Answers of OCSP responders, kept in the same way. */
  ocsps?: readonly Uint8Array[];
  /** The proven time, such as that of a receipt; null: now. */
  at: Date | null;
};

export type TrustSubject = {
  certificate: CertificateFacts;
  /** What else came with it: intermediates at most. */
  others: readonly CertificateFacts[];
  /** As claimed; where nothing is claimed the proven time, null being now. */
  signedAt: Date | null;
  role: 'person' | 'organisation';
};

/** `valid` at the proven time; otherwise what stands against it, or what is missing to say. */
export type TrustAnswer =
  | { verdict: 'valid'; path: readonly string[]; revokedSince: Date | null }
  | { verdict: 'invalid' | 'not-provable'; report: FaultReport };

/** Chains in KeyInfo repeat from card to card: equal ones become one list, so that its digest is made once. */
const KEPT_CHAINS = 256;
const chains = new WeakMap<readonly Uint8Array[], Map<string, readonly Uint8Array[]>>();

/**
 * Judges each certificate twice: its path at the claimed time of signing, and path and revocation at the proven time. What was good at
 * signing and is not at the proven time is held, to be signed again, since only the signer's word puts the signature before that.
 */
export async function judgeTrust(subjects: readonly TrustSubject[], input: TrustInput): Promise<TrustAnswer[]> {
  const question = (subject: TrustSubject, at: Date | null, revocation: PathQuestion['revocation']): PathQuestion => ({
    certificate: subject.certificate.certificate.raw, intermediates: chainOf(subject.others, input.intermediates),
    anchors: subject.role === 'organisation' ? input.organisationAnchors ?? input.anchors : input.anchors,
    ...(input.weakAuthorities === undefined ? {} : { weakAuthorities: input.weakAuthorities }),
    ...(revocation === 'none' || input.ocsps === undefined ? { crls: revocation === 'none' ? NO_CRLS : input.crls } : { crls: input.crls, ocsps: input.ocsps }),
    at, policies: NO_POLICIES, explicitPolicy: false, inhibitMapping: false, inhibitAny: false, role: subject.role, revocation,
  });
  const ask = (at: (subject: TrustSubject) => Date | null, revocation: PathQuestion['revocation'], of = subjects): Promise<PathAnswer[]> =>
    input.validator.askMany(of.map((subject) => question(subject, at(subject), revocation)));

  const atSigning = await ask(({ signedAt }) => signedAt, 'none');
  const atProven = await ask(() => input.at, 'required');
  const revoked = subjects.filter((_, place) => atSigning[place]?.verdict === 'valid' && REVOKED.has(atProven[place]?.code as PathCode));
  const whetherBefore = revoked.length === 0 ? [] : await ask(({ signedAt }) => signedAt, 'required', revoked);
  return subjects.map((subject, place) => combine(atSigning[place] as PathAnswer, atProven[place] as PathAnswer, whetherBefore[revoked.indexOf(subject)]));
}

const NO_CRLS: readonly Uint8Array[] = [];
const NO_POLICIES: readonly string[] = [];
const REVOKED: ReadonlySet<PathCode> = new Set(['revoked', 'issuer-revoked']);

function combine(atSigning: PathAnswer, atProven: PathAnswer, revokedBefore: PathAnswer | undefined): TrustAnswer {
  if (atSigning.verdict !== 'valid') return refusal(atSigning);
  if (atProven.verdict === 'valid') return { verdict: 'valid', path: atProven.path, revokedSince: atProven.revokedSince };
  if (atProven.code === 'expired') return { verdict: 'not-provable', report: reportOf('held-expired') };
  if (revokedBefore === undefined) return refusal(atProven);
  if (revokedBefore.verdict === 'valid') return { verdict: 'not-provable', report: reportOf('held-revoked') };
  return refusal(revokedBefore);
}

function refusal({ verdict, code, reason }: PathAnswer): TrustAnswer {
  return { verdict: verdict === 'invalid' ? 'invalid' : 'not-provable', report: pathReport(code, reason) };
}

/** Faults of a certificate that its holder cannot mend: where it comes from is the Sở's to find out. */
const PROVINCE_MENDS: ReadonlySet<PathCode> = new Set(['issuer-unknown', 'signature-wrong', 'issuer-not-authority']);

/** The sentence of a path says cause; then who and how. */
function pathReport(code: PathCode, reason: string): FaultReport {
  const who = (PATH_CODES[code].verdict === 'not-provable' && code !== 'on-hold') || PROVINCE_MENDS.has(code) ? MENDERS.province : MENDERS.signer;
  return { code, class: 'trust', message: reason, who, how: reason.slice(reason.indexOf('; ') + 2).replace(/\.$/, '') };
}

function chainOf(others: readonly CertificateFacts[], given: readonly Uint8Array[]): readonly Uint8Array[] {
  if (others.length === 0) return given;
  const kept = chains.get(given) ?? new Map<string, readonly Uint8Array[]>();
  chains.set(given, kept);
  const name = others.map(({ fingerprint }) => fingerprint).join(' ');
  const known = kept.get(name);
  if (known !== undefined) return known;
  const made = [...others.map(({ certificate }) => certificate.raw), ...given];
  if (kept.size >= KEPT_CHAINS) kept.clear();
  kept.set(name, made);
  return made;
}
