import type { Knex } from 'knex';
import type { Instant } from '../../domain/brand.js';
import { earliest, PLAN_LIMIT, type CampaignPlan, type CampaignWork } from '../../domain/plan.js';
import { campaignWorkflowId, directoryWorkflowId, reportsWorkflowId, workflowSubject, type CampaignKey } from '../../domain/workflowIds.js';
import type { ActContext } from '../acts/context.js';
import { row, rows, touched, type Db } from '../connect.js';
import { lockWorkflow } from '../decision/judge.js';
import { recordDecisions } from '../decision/record.js';
import { WITHOUT_CERTIFICATES } from '../directory/certificates.js';
import { REPORTS_LEFT } from '../reports/advance.js';
import { keptOpen } from '../school/open.js';

/** How often a running campaign looks over its schools although nobody called. */
const SWEEP_S = 300;
/** A school that overslept its own wake by so much has lost its workflow: it is started again. */
const OVERSLEPT_S = 120;
/** A school that was called and has not looked for so long is called again: the answer that named it may have been lost on its way. */
const CALL_AGAIN_S = 30;

/** A school that slept because it was exempt, and has not looked since the day after its last exempt one began. */
const EXEMPTION_RAN_OUT = `state = 'closed' AND exempt_reason IS NOT NULL AND NOT exemption_holds(exempt_reason, exempt_until)
  AND advanced_at < (exempt_until + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'`;

type CampaignState = { id: string; state: 'draft' | 'running' | 'ended' | 'cancelled'; reconcile_asked_at: Date | null; reconciled_at: Date | null; schedules_at: Date | null };

const campaignOf = (workflowId: string): CampaignKey => {
  const subject = workflowSubject(workflowId);
  if (subject.type !== 'campaign') throw new Error(`not a campaign's workflow: ${workflowId}`);
  return subject.key;
};

const find = (db: Db, key: CampaignKey) => row<CampaignState>(db, `
  SELECT id, state, reconcile_asked_at, reconciled_at, schedules_at FROM campaign
  WHERE province_code = :provinceCode AND school_year = :schoolYear AND level = :level AND cycle = :cycle`, key);

/**
 * The level-triggered step of a campaign: decisions, then what its schools, its certificate, its Schedules and the reconciliation need next.
 * @param first a run that cannot know what was lost before it: its Schedules are made anew, whatever PostgreSQL remembers
 */
export async function advanceCampaign(knex: Knex, workflowId: string, context: ActContext, first = false): Promise<CampaignPlan> {
  return knex.transaction(async (trx) => {
    const now = await lockWorkflow(trx, workflowId);
    await recordDecisions(trx, workflowId, { ...context, now });
    const campaign = await find(trx, campaignOf(workflowId));
    // A decision to create it may have been refused; nothing is left to do then.
    if (campaign === undefined) return { work: [], nextWakeAt: null, closed: true, asOf: now };
    return planCampaign(trx, campaign, now, first);
  });
}

async function planCampaign(db: Db, campaign: CampaignState, now: Instant, first: boolean): Promise<CampaignPlan> {
  const { id } = campaign;
  const over = campaign.state === 'ended' || campaign.state === 'cancelled';
  const uploads = await rows<{ id: string }>(db, `
    SELECT r.upload_id AS id FROM upload_reading r JOIN upload u ON u.id = r.upload_id
    WHERE u.kind = 'expected' AND u.campaign_id = :id AND r.state = 'queued' ORDER BY u.created_at`, { id });
  const { schools, again } = await schoolsToCall(db, campaign, now);
  const key = campaign.state === 'running' ? await row<{ id: string; kho_registration: string | null }>(db, 'SELECT id, kho_registration FROM packet_key WHERE active') : undefined;
  const registering = key !== undefined && (key.kho_registration === null || key.kho_registration === 'sent');
  const work: CampaignWork[] = [
    ...uploads.map(({ id: uploadId }) => ({ kind: 'read' as const, id: uploadId })),
    ...(schedulesDue(campaign, first) ? [{ kind: 'schedules' as const, id }] : []),
    ...(registering ? [{ kind: 'register-certificate' as const, id: key.id }] : []),
    ...schools,
    ...(await reconciliationDue(db, campaign) ? [{ kind: 'reconcile' as const, id }] : []),
  ];
  const sweepAt = campaign.state === 'running' ? new Date(Date.parse(now) + SWEEP_S * 1000).toISOString() as Instant : null;
  return { work, closed: over && work.length === 0 && again === null, nextWakeAt: earliest(sweepAt, again), asOf: now };
}

const schedulesDue = ({ state, schedules_at: since }: CampaignState, first: boolean): boolean =>
  (state === 'running' ? first || since === null : since !== null);

/** Whether a campaign's Schedules should stand; undefined when there is no such campaign. */
export const wantsSchedules = async (db: Db, key: CampaignKey): Promise<boolean | undefined> => {
  const campaign = await find(db, key);
  return campaign === undefined ? undefined : campaign.state === 'running';
};
export const schedulesStand = async (db: Db, key: CampaignKey, standing: boolean): Promise<void> => {
  await touched(db, `
    UPDATE campaign SET schedules_at = CASE WHEN :standing THEN now() END
    WHERE province_code = :provinceCode AND school_year = :schoolYear AND level = :level AND cycle = :cycle`, { ...key, standing });
};

const OVER = '(SELECT ended_at FROM campaign WHERE id = :id)';
/** Running: it never looked, or lost its workflow, or is exempt no more. Over: its workflow was at work when the campaign ended. */
const TO_CALL = {
  start: `(state = 'open' AND (advanced_at IS NULL OR next_wake_at < :now::timestamptz - make_interval(secs => ${OVERSLEPT_S})) OR ${EXEMPTION_RAN_OUT})`,
  tell: `started_at IS NOT NULL AND coalesce(advanced_at, started_at) < ${OVER} AND closed_at >= ${OVER}`,
};

/**
 * Schools to start (new, overslept, or exempt no more), or to tell that the campaign is over. They are marked as called in the same
 * transaction, so that the next look does not list them again before their own first step. One that has not looked a while after is
 * called again: an answer that named it may have been lost with a worker, and calling twice is calling once.
 * @returns `again`: when to look whether they have
 */
async function schoolsToCall(db: Db, { id, state }: CampaignState, now: Instant): Promise<{ schools: CampaignWork[]; again: Instant | null }> {
  const kind = state === 'running' ? 'start' : 'tell';
  const called = `next_wake_at BETWEEN :now::timestamptz - make_interval(secs => ${CALL_AGAIN_S}) AND :now`;
  const due = await rows<{ code: string }>(db, `
    UPDATE campaign_school SET started_at = coalesce(started_at, :now), next_wake_at = :now
    WHERE campaign_id = :id AND school_code IN (
      SELECT school_code FROM campaign_school WHERE campaign_id = :id AND ${TO_CALL[kind]} AND (${called}) IS NOT TRUE ORDER BY school_code LIMIT ${PLAN_LIMIT})
    RETURNING school_code AS code`, { id, now });
  const waiting = await row<{ again: Date | null }>(db, `
    SELECT min(next_wake_at) + make_interval(secs => ${CALL_AGAIN_S}) AS again FROM campaign_school WHERE campaign_id = :id AND ${TO_CALL[kind]} AND ${called}`, { id, now });
  const schools = due.map(({ code }) => ({ kind: `${kind}-school` as const, id: code }));
  return { schools, again: waiting?.again == null ? null : waiting.again.toISOString() as Instant };
}

/** Asked for by a person, or because everything is explained and verdicts came since the last time. */
async function reconciliationDue(db: Db, campaign: CampaignState): Promise<boolean> {
  const { id, reconcile_asked_at: asked, reconciled_at: last } = campaign;
  if (asked !== null && (last === null || last < asked)) return true;
  if (campaign.state !== 'running') return false;
  const verdict = await row<{ at: Date | null }>(db, `
    SELECT max(k.verdict_at) AS at FROM packet_card k JOIN packet p ON p.message_id = k.message_id WHERE p.campaign_id = :id`, { id });
  if (verdict?.at == null || (last !== null && last >= verdict.at)) return false;
  return await keptOpen(db, id) === 0;
}

/** Schools whose workflows should run: what a campaign starts again when Temporal's store was lost. In windows, by code. */
export async function openSchools(db: Db, workflowId: string, after: string, limit: number): Promise<string[]> {
  const key = campaignOf(workflowId);
  const found = await rows<{ school_code: string }>(db, `
    SELECT s.school_code FROM campaign_school s JOIN campaign c ON c.id = s.campaign_id
    WHERE c.province_code = :provinceCode AND c.school_year = :schoolYear AND c.level = :level AND c.cycle = :cycle
      AND c.state = 'running' AND s.state = 'open' AND s.school_code > :after ORDER BY s.school_code LIMIT :limit`, { ...key, after, limit });
  return found.map((school) => school.school_code);
}

/** Workflows that must run as PostgreSQL sees it; for starting again after a loss. A school's follows from its campaign's. */
export async function workflowsThatShouldRun(db: Db): Promise<string[]> {
  const campaigns = await rows<CampaignKey>(db, `
    SELECT c.province_code AS "provinceCode", c.school_year AS "schoolYear", c.level, c.cycle FROM campaign c
    WHERE c.state = 'running' OR c.reconcile_asked_at > coalesce(c.reconciled_at, '-infinity')
      OR EXISTS (SELECT 1 FROM upload u JOIN upload_reading r ON r.upload_id = u.id WHERE u.campaign_id = c.id AND u.kind = 'expected' AND r.state = 'queued')`);
  const directories = await rows<{ code: string }>(db, `
    SELECT code FROM province WHERE EXISTS (SELECT 1 FROM upload u JOIN upload_reading r ON r.upload_id = u.id WHERE u.kind = 'units' AND r.state = 'queued')
      OR EXISTS (${WITHOUT_CERTIFICATES})`);
  const reporting = await rows<{ code: string }>(db, `SELECT code FROM province WHERE EXISTS (${REPORTS_LEFT})`);
  return [...campaigns.map(campaignWorkflowId), ...directories.map((one) => directoryWorkflowId(one.code)), ...reporting.map((one) => reportsWorkflowId(one.code))];
}
