import { earliest, type SchoolPlan } from '../../domain/plan.js';
import type { Knex } from 'knex';
import type { Instant } from '../../domain/brand.js';
import type { ActContext } from '../acts/context.js';
import { recordDecisions } from '../decision/record.js';
import { lockWorkflow } from '../decision/judge.js';
import { touched, type Db } from '../connect.js';
import { noticeAuthority } from '../notices/authority.js';
import { noticeEndedBatches } from './batchNotices.js';
import { remindDue } from './remindDue.js';
import { lockSchool, type SchoolState } from './resolve.js';
import { nextAuthorityChange, schoolAuthority } from './routing.js';
import { endBatchesOfCancelled, endUnauthorised, expireBatches, returnForNewSigner } from './signers.js';
import { classRows, syncTasks } from './tasks.js';
import { tellDue } from './telling.js';
import { keptOpen } from './open.js';
import { openedBatches, schoolWork } from './work.js';

/**
 * The level-triggered step of a school (design §3): carries out what people decided, brings tasks, reminders and routing in line with
 * where the cards stand, and says what can run next. One transaction; calling it again is always safe.
 * @param atOnce takes signature batches of about a class that these decisions opened, before the plan is made; what it leaves undone the
 *   plan names
 */
export async function advanceSchool(knex: Knex, workflowId: string, context: ActContext, atOnce?: (batchIds: readonly string[]) => Promise<void>): Promise<SchoolPlan> {
  const step = await knex.transaction(async (trx): Promise<SchoolPlan | { opened: string[] }> => {
    const now = await lockWorkflow(trx, workflowId);
    const nothing: SchoolPlan = { work: [], nextWakeAt: null, closed: true, asOf: now };
    const found = await lockSchool(trx, workflowId);
    if (found === undefined) return nothing;
    const recorded = await recordDecisions(trx, workflowId, { ...context, now });
    const school = recorded === 0 ? found : await lockSchool(trx, workflowId);
    if (school === undefined) return nothing;
    const opened = atOnce === undefined || recorded === 0 ? [] : await openedBatches(trx, school, now);
    return opened.length > 0 ? { opened } : planSchool(trx, school, { ...context, now }, atOnce !== undefined);
  });
  if (!('opened' in step)) return step;
  await atOnce?.(step.opened);
  return advanceSchool(knex, workflowId, context, atOnce);
}

/** Work that is begun ends in another step; of a school that shows none for so long Temporal has forgotten the plan, and its campaign calls it. */
const SILENT_S = 1_800;

async function planSchool(trx: Db, school: SchoolState, context: ActContext, takenAtOnce: boolean): Promise<SchoolPlan> {
  const { now } = context;
  const active = school.campaignState === 'running' && school.state !== 'cancelled' && school.exemptReason === null;
  if (school.campaignState === 'cancelled') await endBatchesOfCancelled(trx, school);
  const authority = await schoolAuthority(trx, school.schoolCode);
  const ended = [...await expireBatches(trx, school, now), ...await endUnauthorised(trx, school, authority, now)];
  await noticeEndedBatches(trx, ended, context);
  let classes = await classRows(trx, school);
  if (active && await returnForNewSigner(trx, { classes, authority, now })) classes = await classRows(trx, school);
  await syncTasks(trx, school, { classes, active, authority, settle: school.policy.mailSettle, now });
  if (active) await noticeAuthority(trx, school, context);
  const told = await tellDue(trx, school, classes, context);
  const reminders = active ? await remindDue(trx, school, context) : null;
  const { work, nextAt } = school.campaignState === 'cancelled' ? { work: [], nextAt: null } : await schoolWork(trx, school, school.policy, { now, takenAtOnce });
  const closed = work.length === 0 && (!active || await isFinished(trx, school));
  const nextWakeAt = closed ? null : earliest(told, reminders, nextAt, nextAuthorityChange(authority, now));
  await touched(trx, `
    UPDATE campaign_school SET state = CASE WHEN state = 'cancelled' THEN state WHEN :closed THEN 'closed' ELSE 'open' END, advanced_at = :now,
      started_at = coalesce(started_at, :now), closed_at = CASE WHEN :closed THEN coalesce(closed_at, :now) END, next_wake_at = :nextWakeAt
    WHERE campaign_id = :campaignId AND school_code = :schoolCode`,
  { ...school, closed, now, nextWakeAt: closed ? null : earliest(nextWakeAt, work.length === 0 ? null : new Date(Date.parse(now) + SILENT_S * 1_000).toISOString() as Instant) });
  return { work, closed, nextWakeAt, asOf: now };
}

async function isFinished(trx: Db, school: SchoolState): Promise<boolean> {
  return await keptOpen(trx, school.campaignId, school.schoolCode) === 0;
}
