import type { TrustUse } from '../../domain/trust.js';
import { rows, type Db } from '../connect.js';

export type AnchorInForce = { der: Buffer; fingerprint: string; authority: string; uses: TrustUse[]; weak: boolean };

/** Certificates of authorities that were trusted at a time (null: now), in an order that stays. One that was ended and proposed again stands once. */
export const anchorsInForce = (db: Db, at: Date | null = null): Promise<AnchorInForce[]> => rows<AnchorInForce>(db, `
  SELECT der, fingerprint, authority, uses, weak FROM trust_anchor, (SELECT coalesce(:at::timestamptz, now()) AS t) asked
  WHERE trusted_from <= t AND (trusted_to IS NULL OR t < trusted_to) ORDER BY trusted_from, fingerprint`, { at });

/** Addresses to ask now, the newest first. */
export const sourcesInForce = (db: Db): Promise<{ kind: 'crl' | 'ocsp' | 'tsa'; authority: string; address: string }[]> => rows(db, `
  SELECT kind, authority, address FROM trust_source WHERE used_from <= now() AND (used_to IS NULL OR now() < used_to) ORDER BY used_from DESC, address`);
