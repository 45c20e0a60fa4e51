import { earliest, PLAN_LIMIT, type SchoolWork } from '../../domain/plan.js';
import type { CampaignPolicy } from '../../domain/policy.js';
import type { Instant } from '../../domain/brand.js';
import { row, rows, type Db } from '../connect.js';
import { evidenceDue } from '../evidence/open.js';
import type { SchoolKey } from './tasks.js';

const at = (moment: Date | null): Instant | null => (moment === null ? null : moment.toISOString() as Instant);

/** Until the Kho has approved the Sở's certificate a school looks again after as long as its oldest card has waited, within these. */
const APPROVAL_PAUSE_S = { shortest: 15, longest: 3_600 };

/** A class and a little more: its cards are written and hashed in some ten milliseconds, about what an activity of its own would cost. */
const SMALL_BATCH = 60;
const IS_SMALL = `(SELECT count(*) FROM (SELECT FROM signature_item i WHERE i.batch_id = b.id LIMIT ${SMALL_BATCH + 1}) counted) <= ${SMALL_BATCH}`;
/** Long enough for the step that opened a small batch to prepare it; one left over by a step that died waits so long. */
const AT_ONCE_S = 5;

type BatchRow = { id: string; state: 'new' | 'prepared' | 'requested' | 'collected'; here: boolean; due: boolean; poll_at: Date | null; expires_at: Date; spared_until: Date | null };
const STEP = { new: 'prepare', prepared: 'request', collected: 'attach' } as const;
/** A batch that the hub seals with the school's own key is the batch queue's from its first hash to its last signature: nobody is asked. */
const STEP_HERE = { ...STEP, prepared: 'prepare' } as const;

/** A requested batch that should be asked about now: its time has come, or the service called since the last question. */
const DUE = `(coalesce(b.poll_at <= :now, false) OR EXISTS (
  SELECT 1 FROM signature_notice n WHERE n.batch_id = b.id AND (b.notified_at IS NULL OR n.received_at > b.notified_at)))`;

/**
 * What can be done for a school now, and when something becomes due by itself. Reads only.
 * @param takenAtOnce small batches are prepared by the step that opened them: one is named here only when that has not happened in a while
 */
export async function schoolWork(db: Db, key: SchoolKey, policy: CampaignPolicy, { now, takenAtOnce }: { now: Instant; takenAtOnce: boolean }): Promise<{ work: SchoolWork[]; nextAt: Instant | null }> {
  const uploads = await rows<{ id: string }>(db, `
    SELECT r.upload_id AS id FROM upload_reading r JOIN upload u ON u.id = r.upload_id
    WHERE u.kind = 'roster' AND u.campaign_id = :campaignId AND u.school_code = :schoolCode AND r.state = 'queued' ORDER BY u.created_at`, key);
  const batches = await rows<BatchRow>(db, `
    SELECT b.id, b.state, b.seal_key_id IS NOT NULL AS here, b.poll_at, b.expires_at, ${DUE} AS due,
      CASE WHEN :takenAtOnce AND b.state = 'new' AND b.seal_key_id IS NULL AND b.created_at > :now::timestamptz - make_interval(secs => ${AT_ONCE_S}) AND ${IS_SMALL} THEN b.created_at + make_interval(secs => ${AT_ONCE_S}) END AS spared_until
    FROM signature_batch b WHERE b.campaign_id = :campaignId AND b.school_code = :schoolCode AND b.state IN ('new', 'prepared', 'requested', 'collected') ORDER BY b.created_at`, { ...key, now, takenAtOnce });
  const packets = await rows<{ id: string; retry_at: Date | null; due: boolean }>(db, `
    SELECT message_id AS id, retry_at, state <> 'parked' OR retry_at <= :now AS due FROM packet
    WHERE campaign_id = :campaignId AND school_code = :schoolCode AND state <> 'done' ORDER BY cut_at, message_id`, { ...key, now });
  const cut = await cutState(db, key, policy, now);
  const work: SchoolWork[] = [
    ...uploads.map(({ id }) => ({ kind: 'read' as const, id })),
    ...(batches.some((batch) => batch.state === 'requested' && batch.due) ? [{ kind: 'collect' as const, id: key.schoolCode }] : []),
    ...batches.flatMap(({ id, state, here, spared_until: spared }) => (state === 'requested' || spared !== null ? [] : [{ kind: (here ? STEP_HERE : STEP)[state], id }])),
    ...(await evidenceDue(db, key) ? [{ kind: 'evidence' as const, id: key.schoolCode }] : []),
    ...(cut.due ? [{ kind: 'cut' as const, id: key.schoolCode }] : []),
    ...packets.filter((packet) => packet.due).map(({ id }) => ({ kind: 'packet' as const, id })),
  ];
  const waiting = batches.filter((batch) => batch.state === 'requested' && !batch.due);
  return { work: work.slice(0, PLAN_LIMIT), nextAt: earliest(cut.nextAt, ...packets.filter((packet) => !packet.due).map((packet) => at(packet.retry_at)), ...waiting.flatMap((batch) => [at(batch.poll_at), at(batch.expires_at)]), ...batches.map((batch) => at(batch.spared_until))) };
}

/** Small batches that were opened at this moment, by the decisions that have just been recorded. */
export const openedBatches = async (db: Db, key: SchoolKey, now: Instant): Promise<string[]> => (await rows<{ id: string }>(db, `
  SELECT b.id FROM signature_batch b WHERE b.campaign_id = :campaignId AND b.school_code = :schoolCode AND b.state = 'new' AND b.created_at = :now
    AND b.seal_key_id IS NULL AND ${IS_SMALL} ORDER BY b.id`, { ...key, now })).map((batch) => batch.id);

/** Requested batches of a school to be asked about now, oldest first. */
export const dueBatches = async (db: Db, key: SchoolKey): Promise<string[]> => (await rows<{ id: string }>(db, `
  SELECT b.id FROM signature_batch b WHERE b.campaign_id = :campaignId AND b.school_code = :schoolCode AND b.state = 'requested' AND ${DUE.replace(':now', 'now()')}
  ORDER BY b.created_at`, key)).map((batch) => batch.id);

/**
 * A packet is cut when enough cards wait, when the oldest waited long enough, or when nothing more can join soon: no card of the
 * school is on its way to the Sở.
 */
async function cutState(db: Db, key: SchoolKey, policy: CampaignPolicy, now: Instant): Promise<{ due: boolean; nextAt: Instant | null }> {
  const ready = await row<{ ready: number; coming: number; oldest: Date | null }>(db, `
    SELECT count(*) FILTER (WHERE state = 'received')::int AS ready, count(*) FILTER (WHERE state IN ('drafted', 'teacher_signed', 'principal_signed', 'sealed'))::int AS coming,
      min(received_at) FILTER (WHERE state = 'received') AS oldest
    FROM report_card WHERE campaign_id = :campaignId AND school_code = :schoolCode`, key);
  if (ready === undefined || ready.ready === 0 || ready.oldest === null) return { due: false, nextAt: null };
  // Before the Kho has approved the Sở's certificate it would refuse the packet as a whole.
  if (await row(db, `SELECT 1 FROM packet_key WHERE active AND kho_registration = 'approved'`) === undefined) {
    const waited = (Date.parse(now) - ready.oldest.getTime()) / 1000;
    const pause = Math.min(APPROVAL_PAUSE_S.longest, Math.max(APPROVAL_PAUSE_S.shortest, waited));
    return { due: false, nextAt: new Date(Date.parse(now) + pause * 1000).toISOString() as Instant };
  }
  const waitEnds = new Date(ready.oldest.getTime() + policy.packetWait * 1000).toISOString() as Instant;
  const due = ready.ready >= policy.packetMaxCards || ready.coming === 0 || Date.parse(waitEnds) <= Date.parse(now);
  return { due, nextAt: due ? null : waitEnds };
}
