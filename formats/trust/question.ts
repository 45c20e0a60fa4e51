import type { PathCode, PathVerdict } from './codes.js';

/**
 * What a certificate is to be used for; checked on the certificate itself once its path holds. `any` asks for the path alone.
 * A person's and an organisation's certificate must be one that may sign documents: an authority's or a web server's is no signer.
 */
export type CertificateRole = 'person' | 'organisation' | 'timestamp' | 'ocsp' | 'crl' | 'any';

/**
 * Whether a certificate may be trusted at a time. All bytes are exact DER. Bytes and arrays are known again by identity, so that a
 * revocation list used for a thousand certificates is read once: do not change one after asking with it.
 */
export type PathQuestion = {
  certificate: Uint8Array;
  /** Certificates that may lie between, in any order; more than 8 is a refusal. */
  intermediates: readonly Uint8Array[];
  /**
   * Certificates trusted for this use; nothing else is. A path ends at a self-signed one only: another authority's certificate among them
   * is an intermediate that is known beforehand, without number.
   */
  anchors: readonly Uint8Array[];
  /**
   * Revocation lists, complete and delta. At an earlier time T: those of that time, or later ones, whose entries are then compared with T.
   */
  crls: readonly Uint8Array[];
  /** Answers of OCSP responders (RFC 6960) of that time, or later ones: where lists leave something unproven, and for what they take back. */
  ocsps?: readonly Uint8Array[];
  /** null: now. */
  at: Date | null;
  /** Accepted certificate policies as dotted OIDs; none: any. */
  policies: readonly string[];
  explicitPolicy: boolean;
  inhibitMapping: boolean;
  inhibitAny: boolean;
  role: CertificateRole;
  /** `none` asks for the path without looking at revocation: a list given then is not read. */
  revocation: 'required' | 'none';
  /** Lower-case hex SHA-256 of authorities' certificates that may be used though too weak by today's measure. */
  weakAuthorities?: readonly string[];
};

/** A question about one certificate now, for any policy, with revocation required: what most callers ask, to be spread over. */
export const PLAIN_QUESTION = {
  intermediates: [], crls: [], at: null, policies: [], explicitPolicy: false, inhibitMapping: false, inhibitAny: false, revocation: 'required',
} as const satisfies Partial<PathQuestion>;

/** Half-open; null is without bound. */
export type TimeSpan = { from: Date | null; to: Date | null };

export type PathAnswer = {
  /** `not-provable`: nothing speaks against the certificate, but revocation could not be shown, or the check itself could not be made. */
  verdict: PathVerdict;
  code: PathCode;
  /** For people: what is wrong, who can mend it, how. */
  reason: string;
  /** Subjects from the certificate to its anchor, RFC 4514; empty when no path was found. */
  path: readonly string[];
  /** The times for which the same question has this same answer; null for an answer that may be another the next moment (a crash). */
  holds: TimeSpan | null;
  /** Of a certificate that was good at T and has been revoked since, or whose authority has: when. */
  revokedSince: Date | null;
};

/** Made by `createPathValidator` (validator.ts). */
export type PathValidator = {
  /** Equal questions asked together are answered by one run; answers are kept for as long as they hold. Never rejects for what a certificate is. */
  ask: (question: PathQuestion) => Promise<PathAnswer>;
  /** The same for many, in their order; certificates that share everything else share processes. */
  askMany: (questions: readonly PathQuestion[]) => Promise<PathAnswer[]>;
  /** The answer when it is kept, at once and without a process; null when `ask` is needed. */
  known: (question: PathQuestion) => PathAnswer | null;
};
