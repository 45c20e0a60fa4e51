import type { Instant } from '../../domain/brand.js';
import type { RefusalCode } from '../../domain/refusals.js';
import { judgeCampaignAct } from '../rules/campaign.js';
import { judgeDirectoryAct } from '../rules/directory.js';
import { judgeReturnAct, judgeSigningAct } from '../rules/signing.js';
import { judgeSchoolAct } from '../rules/school.js';
import type { Db } from '../connect.js';
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
    case 'appoint': case 'import_units': case 'set_packet_key':
      return judgeDirectoryAct(db, decision);
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

/** Serialises what changes one workflow's truth: api intake, recording and batch results of one school never interleave. */
export const lockWorkflow = async (db: Db, workflowId: string): Promise<void> => {
  await db.raw('SELECT pg_advisory_xact_lock(hashtextextended(:workflowId, 0))', { workflowId });
};
