import type { TrustUse } from '../../domain/trust.js';
import { rows, type Db } from '../connect.js';

export type AnchorInForce = { der: Buffer; fingerprint: string; uses: TrustUse[]; weak: boolean };

/** Certificates of authorities that are trusted now, in an order that stays. */
export const anchorsInForce = (db: Db): Promise<AnchorInForce[]> => rows<AnchorInForce>(db, `
  SELECT der, fingerprint, uses, weak FROM trust_anchor WHERE trusted_from <= now() AND (trusted_to IS NULL OR now() < trusted_to) ORDER BY trusted_from, fingerprint`);

/** Addresses to ask now, the newest first. */
export const sourcesInForce = (db: Db): Promise<{ kind: 'crl' | 'ocsp' | 'tsa'; address: string }[]> => rows(db, `
  SELECT kind, address FROM trust_source WHERE used_from <= now() AND (used_to IS NULL OR now() < used_to) ORDER BY used_from DESC, address`);
