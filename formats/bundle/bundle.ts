import type { Instant } from '../../domain/brand.js';
import type { EvidenceBundle } from '../evidence/bundle.js';

/** A card with everything that proves it, as it stands inside the one HTML file. Bytes are Base64, digests lower-case hex. */
export type Bundle = {
  format: 'hoc-ba-so-bundle/2';
  /** The card's XML, to the byte. */
  card: string;
  /** Of other software: the namespaces (prefix to address) around it in which it verified. Absent of a card of ours. */
  vendor?: { context: Record<string, string> } | undefined;
  /**
   * Proven time: the card is a leaf of a hash tree (RFC 6962 §2.1) whose root an RFC 3161 token stamps, and each later token covers all
   * that the one before consists of. With the certificates (anchors too) and revocation answers of each; null: there is none.
   */
  evidence: EvidenceBundle | null;
  /** `StatementOfHub` as JSON text: what is signed is this text, to the letter. */
  statement: string;
  /** The Sở's signature over the UTF-8 of `statement` (RSA PKCS#1 v1.5 or raw r‖s, SHA-256) and its certificate, DER. */
  statementSignature: { value: string; certificate: string };
};

/**
 * What the hub found when it took the card in and what it says of it now. A browser cannot build certificate paths offline against
 * revocation: this verdict is the hub's own, and is shown as such.
 */
export type StatementOfHub = {
  cardId: string; cardSha256: string; departmentName: string;
  status: 'in-force' | 'recalled' | 'superseded';
  receivedAt: Instant;
  /** These certificates (SHA-256, every signer's and the time-stamping authorities') led to trusted issuers and were not revoked at this time. */
  path: { verdict: 'valid'; at: Instant; certificates: readonly string[] };
  madeAt: Instant;
};
