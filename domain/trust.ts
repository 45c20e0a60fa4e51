/** Whose certificates an authority may vouch for. */
export const TRUST_USES = ['person', 'organisation', 'timestamp'] as const;
export type TrustUse = (typeof TRUST_USES)[number];

export const TRUST_USE_NAMES = { person: 'chứng thư cá nhân', organisation: 'chứng thư tổ chức', timestamp: 'dấu thời gian' } as const satisfies Record<TrustUse, string>;

/** Services that are asked: revocation lists, revocation of one certificate, time-stamps. */
export const TRUST_SOURCES = ['crl', 'ocsp', 'tsa'] as const;
export type TrustSourceKind = (typeof TRUST_SOURCES)[number];

export const TRUST_SOURCE_NAMES = { crl: 'danh sách thu hồi (CRL)', ocsp: 'tra trạng thái (OCSP)', tsa: 'cấp dấu thời gian (TSA)' } as const satisfies Record<TrustSourceKind, string>;

/** An authority's certificate as it is proposed: public, and shown to the second administrator as it was read. */
export type ProposedCertificate = {
  authority: string; uses: TrustUse[];
  /** Base64 of the DER bytes. */
  der: string;
  subject: string; notBefore: string; notAfter: string; selfSigned: boolean;
  /** Weaker than is accepted otherwise: an exception for this one. */
  weak: boolean;
};

/** What one administrator proposes and another confirms. */
export type TrustChange =
  | { kind: 'add_certificate' } & ProposedCertificate
  | { kind: 'end_certificate'; id: string }
  | { kind: 'add_source'; authority: string; source: TrustSourceKind; address: string }
  | { kind: 'end_source'; id: string }
  /** The Sở's own certificate in use gives way to another, whose key lies sealed under `keyId`. */
  | { kind: 'use_packet_key'; keyId: string; subject: string; fingerprint: string; notBefore: string; notAfter: string };
