import type { Instant } from '../../domain/brand.js';
import type { RefusalCode } from '../../domain/refusals.js';
import { judgeCampaignAct } from '../rules/campaign.js';
import { judgeDirectoryAct } from '../rules/directory.js';
import { judgeStaffAct } from '../rules/staff.js';
import { judgeReturnAct, judgeSigningAct } from '../rules/signing.js';
import { judgeSealAct } from '../rules/seal.js';
import { judgeSchoolAct } from '../rules/school.js';
import { judgeTrustAct } from '../rules/trust.js';
import type { Knex } from 'knex';
import { row, touched, type Db } from '../connect.js';
import { judgeGrant } from './grants.js';
import type { AnyDecision } from './intake.js';

/**
 * May this decision be carried out as things stand? Asked twice: by the api before the row is written, and by the recording activity
 * in the transaction that changes the cards. Both hold `lockWorkflow`.
 * @returns null when it may, else the code with which it is refused
 */
export async function judge(db: Db, decision: AnyDecision, now: Instant): Promise<RefusalCode | null> {
  const grant = await judgeGrant(db, decision);
  if (grant !== null) return grant;
  switch (decision.act) {
    case 'appoint': case 'invite_again': case 'import_units': case 'apply_units': case 'discard_units': case 'set_packet_key':
      return judgeDirectoryAct(db, decision);
    case 'revoke_role': case 'grant_role': case 'appoint_head': case 'disable_account': case 'enable_account':
      return judgeStaffAct(db, decision, now);
    case 'give_seal': case 'withdraw_seal':
      return judgeSealAct(db, decision);
    case 'propose_trust': case 'settle_trust':
      return judgeTrustAct(db, decision);
    case 'create_campaign': case 'import_expected': case 'launch_campaign': case 'end_campaign': case 'cancel_campaign': case 'reconcile':
      return judgeCampaignAct(db, decision);
    case 'review_class': case 'approve_classes': case 'seal_classes':
      return judgeSigningAct(db, decision, now);
    case 'return_class': case 'report_wrong_rows':
      return judgeReturnAct(db, decision, now);
    default:
      return judgeSchoolAct(db, decision, now);
  }
}

/**
 * Serialises what changes one workflow's truth: api intake, recording and batch results of one school never interleave.
 * @returns PostgreSQL's time once the lock is held
 */
export async function lockWorkflow(db: Db, workflowId: string): Promise<Instant> {
  const locked = await row<{ now: Date }>(db, `
    WITH lock AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended(:workflowId, 0))) SELECT clock_timestamp() AS now FROM lock`, { workflowId });
  return locked!.now.toISOString() as Instant;
}

/** A transaction that has one workflow's truth for itself. All that write a school's cards and tasks take it, so their row locks never cross. */
export const inWorkflow = <T>(knex: Knex, workflowId: string, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> => knex.transaction(async (trx) => {
  await lockWorkflow(trx, workflowId);
  return work(trx);
});

/**
 * The gate between a campaign's end and its schools: a school's step holds it shared, ending holds it alone and then counts what is left.
 * A step that has begun is counted, one that begins later finds the campaign over. Taken before any row.
 */
export const passGate = async (db: Db, campaignWorkflow: string, mode: 'shared' | 'alone'): Promise<void> => {
  await touched(db, `SELECT pg_advisory_xact_lock${mode === 'shared' ? '_shared' : ''}(hashtextextended(:gate, 1))`, { gate: campaignWorkflow });
};
