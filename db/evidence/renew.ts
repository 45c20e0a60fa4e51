import { randomUUID } from 'node:crypto';
import { rows, touched, type Db } from '../connect.js';

/** Most older evidences under one new token. */
const MOST_RENEWED = 4_000;

export type Renewable = { id: string; token: Buffer; material: string[] };

/**
 * Settled evidence whose token is older than `before` and that no newer token covers. A renewal is evidence itself and is renewed in its
 * turn; what it covers is covered with it.
 */
const renewable = (db: Db, before: Date): Promise<Renewable[]> => rows<Renewable>(db, `
  SELECT e.id, e.token, (SELECT array_agg(u.sha256) FROM evidence_use u WHERE u.evidence_id = e.id) AS material FROM evidence e
  WHERE e.state = 'settled' AND e.gen_time < :before AND NOT EXISTS (SELECT FROM evidence_leaf l WHERE l.renews_id = e.id)
  ORDER BY e.gen_time, e.id LIMIT ${MOST_RENEWED}`, { before });

/** Puts what is due under new, still open evidence. One process at a time: two would stamp the same twice. @returns ids of open renewals */
export async function openRenewal(db: Db, { before, leaf, root }: { before: Date; leaf: (one: Renewable) => Buffer; root: (leaves: readonly Buffer[]) => Buffer }): Promise<string[]> {
  await touched(db, `SELECT pg_advisory_xact_lock(hashtextextended('evidence-renewal', 0))`);
  for (;;) {
    const due = await renewable(db, before);
    if (due.length === 0) break;
    const leaves = due.map(leaf);
    const id = randomUUID();
    await touched(db, `INSERT INTO evidence (id, kind, state, root, leaves) VALUES (:id, 'renewal', 'open', :root, :count)`, { id, root: root(leaves), count: leaves.length });
    await touched(db, `
      INSERT INTO evidence_leaf (evidence_id, position, sha256, renews_id)
      SELECT :id, f.place - 1, f.sha256, f.renews_id FROM unnest(:ids::uuid[], :digests::text[]) WITH ORDINALITY AS f(renews_id, sha256, place)`,
    { id, ids: due.map((one) => one.id), digests: leaves.map((one) => one.toString('hex')) });
  }
  return (await rows<{ id: string }>(db, `SELECT id FROM evidence WHERE kind = 'renewal' AND state = 'open' ORDER BY created_at, id`)).map((one) => one.id);
}
