import { rows, touched, type Db } from '../connect.js';

export type Unsettled = { id: string; genTime: Date; certificates: { fingerprint: string; der: Buffer }[] };

/**
 * Evidence whose revocation lists are all from before its token: only a list issued later says what had been revoked by then. Oldest first.
 * @param after id of the last one looked at before, by gen_time and id
 */
export const unsettledEvidence = async (db: Db, { limit, after }: { limit: number; after: { genTime: Date; id: string } | null }): Promise<Unsettled[]> => {
  const found = await rows<{ id: string; genTime: Date; fingerprints: string[] }>(db, `
    SELECT e.id, e.gen_time AS "genTime", array_agg(u.sha256) AS fingerprints FROM evidence e JOIN evidence_use u ON u.evidence_id = e.id JOIN evidence_material m ON m.sha256 = u.sha256 AND m.kind = 'certificate'
    WHERE e.state = 'stamped' AND (:genTime::timestamptz IS NULL OR (e.gen_time, e.id) > (:genTime::timestamptz, :id::uuid)) GROUP BY e.id ORDER BY e.gen_time, e.id LIMIT :limit`,
  { limit, genTime: after?.genTime ?? null, id: after?.id ?? null });
  const materials = await rows<{ sha256: string; der: Buffer }>(db, 'SELECT sha256, der FROM evidence_material WHERE sha256 = ANY(:ids)', { ids: [...new Set(found.flatMap((one) => one.fingerprints))] });
  const ders = new Map(materials.map(({ sha256, der }) => [sha256, der]));
  return found.map(({ id, genTime, fingerprints }) => ({ id, genTime, certificates: fingerprints.flatMap((fingerprint) => { const der = ders.get(fingerprint); return der === undefined ? [] : [{ fingerprint, der }]; }) }));
};

/** The lists of after the token are linked; nothing more is collected for this evidence. */
export const settleEvidence = async (db: Db, id: string): Promise<boolean> =>
  await touched(db, `UPDATE evidence SET state = 'settled', settled_at = now() WHERE id = :id AND state = 'stamped'`, { id }) === 1;
