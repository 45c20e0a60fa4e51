import { createHash, sign, X509Certificate, type KeyObject } from 'node:crypto';
import type { Instant } from '../../domain/brand.js';
import type { EvidenceBundle } from '../evidence/bundle.js';
import { readTimestampToken } from '../evidence/timestampToken.js';
import type { Bundle, StatementOfHub } from './bundle.js';

export type BundleInput = {
  card: { cardId: string; document: Buffer; departmentName: string; status: StatementOfHub['status']; receivedAt: Date; vendor?: { context: Record<string, string> } | null };
  /** Fingerprints of the signers' certificates (lower-case hex SHA-256); of a card of ours they are read from its bytes. */
  signers?: readonly string[];
  evidence: EvidenceBundle | null;
  /** Certificates the hub does not vouch for, as they are known to have been revoked before the proven time (lower-case hex SHA-256). */
  revoked: readonly string[];
  /** The Sở's certificate (DER) and key, under which the hub's statement stands. */
  signer: { key: KeyObject; certificate: Uint8Array };
  madeAt: Instant;
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const SIGNERS = /<X509Certificate>([^<]*)<\/X509Certificate>/g;

/** Certificates that stand in a card's bytes as its signers' (lower-case hex SHA-256). */
export const signersIn = (document: Buffer): string[] => [...document.toString('utf8').matchAll(SIGNERS)].map(([, text = '']) => sha256(Buffer.from(text, 'base64')));

/**
 * Puts together what `writeBundle` writes. The card must have been received, with these very bytes: the statement says that its
 * certificates held then, but for those that are known to have been revoked by then.
 */
export function composeBundle({ card, signers = signersIn(card.document), evidence, revoked, signer, madeAt }: BundleInput): Bundle {
  const cardSha256 = sha256(card.document);
  const links = evidence?.links ?? [];
  const authorities = links.flatMap(({ token }) => readTimestampToken(Buffer.from(token, 'base64'))?.signer ?? []);
  const statement: StatementOfHub = {
    cardId: card.cardId, cardSha256, departmentName: card.departmentName, status: card.status, receivedAt: card.receivedAt.toISOString() as Instant, madeAt,
    path: {
      verdict: 'valid', at: (links[0]?.genTime ?? card.receivedAt.toISOString()) as Instant,
      certificates: [...new Set([...signers, ...authorities.map(sha256)])].filter((fingerprint) => !revoked.includes(fingerprint)),
    },
  };
  const text = JSON.stringify(statement);
  return {
    format: 'hoc-ba-so-bundle/2', card: card.document.toString('base64'), ...(card.vendor == null ? {} : { vendor: { context: card.vendor.context } }), evidence, statement: text,
    statementSignature: { value: sign('sha256', Buffer.from(text), { key: signer.key, dsaEncoding: 'ieee-p1363' }).toString('base64'), certificate: new X509Certificate(signer.certificate).raw.toString('base64') },
  };
}
