import type { RefusalCode } from '../../domain/refusals.js';
import { askReconciliation, cancelCampaign, createCampaign, endCampaign, launchCampaign } from '../acts/campaign.js';
import type { ActContext } from '../acts/context.js';
import { appoint, inviteAgain, setPacketKey } from '../acts/directory.js';
import { disableAccount, enableAccount } from '../acts/account.js';
import { admitPupil } from '../acts/arrival.js';
import { appointHead } from '../acts/head.js';
import { replaceHomeroom } from '../acts/homeroom.js';
import { grantRole, revokeRole } from '../acts/roles.js';
import { changePupils, releasePupils } from '../acts/pupils.js';
import { reissueCards, resendCards } from '../acts/refused.js';
import { remindSchool } from '../acts/remind.js';
import { reportWrongRows, returnClass } from '../acts/returns.js';
import { exemptSchool, extendDeadline, grantAuthority, grantException, revokeAuthority } from '../acts/school.js';
import { forgetSeal, giveSeal, withdrawSeal } from '../acts/seal.js';
import { openSignatureBatch } from '../acts/signing.js';
import { applyWaitingUnits, discardUnits } from '../acts/units.js';
import { proposeTrust, settleTrust } from '../acts/trust.js';
import { confirmUpload, discardUpload, queueUpload } from '../acts/uploads.js';
import { dataFault, type Db } from '../connect.js';
import { openDecisions, settleDecision, type AnyDecision } from './intake.js';
import { judge } from './judge.js';
import { packetKeysAsked } from './packetKeys.js';

/**
 * Carries out every open decision of a workflow, oldest first: judged again, changed, audited and settled in the caller's transaction.
 * Safe to call at any time; a settled decision is never carried out twice.
 * @returns how many were settled now
 */
export async function recordDecisions(db: Db, workflowId: string, context: ActContext): Promise<number> {
  const decisions = await withoutUnchecked(db, workflowId, await openDecisions(db, workflowId), context);
  for (const decision of decisions) {
    const refusal = context.packetKeys?.get(decision.id) ?? await attempt(db, decision, context);
    if (refusal !== null && decision.act === 'give_seal') await forgetSeal(db, decision);
    await settleDecision(db, decision, refusal === null ? { outcome: 'done', code: null } : { outcome: 'refused', code: refusal });
  }
  return decisions.length;
}

/** Came in after the certificates were asked about: its own message wakes the workflow again. */
async function withoutUnchecked(db: Db, workflowId: string, decisions: AnyDecision[], { packetKeys }: ActContext): Promise<AnyDecision[]> {
  if (packetKeys === undefined) return decisions;
  const unchecked = new Set((await packetKeysAsked(db, workflowId)).flatMap(({ decisionId }) => (packetKeys.has(decisionId) ? [] : [decisionId])));
  return decisions.filter(({ id }) => !unchecked.has(id));
}

/** Thrown to roll a decision's savepoint back: what is refused leaves nothing behind. */
class Refused extends Error {
  constructor(readonly code: RefusalCode) { super(code); }
}

/**
 * One decision in a savepoint of its own. A value that the database cannot take refuses this decision alone: thrown on, it would come
 * back with every retry and stop all later decisions of the same workflow.
 */
async function attempt(db: Db, decision: AnyDecision, context: ActContext): Promise<RefusalCode | null> {
  try {
    await db.transaction(async (savepoint) => {
      const refusal = await judge(savepoint, decision, context.now) ?? await carryOut(savepoint, decision, context);
      if (refusal !== null) throw new Refused(refusal);
    });
    return null;
  } catch (error) {
    if (error instanceof Refused) return error.code;
    if (dataFault(error) !== null) return decision.act === 'apply_units' ? 'data-conflict' : 'bad-input';
    throw error;
  }
}

/** @returns a code when the act found nothing to change, although the rule allowed it; its changes are then rolled back */
async function carryOut(db: Db, decision: AnyDecision, context: ActContext): Promise<RefusalCode | null> {
  switch (decision.act) {
    case 'appoint': await appoint(db, decision, context); return null;
    case 'invite_again': await inviteAgain(db, decision, context); return null;
    case 'set_packet_key': await setPacketKey(db, decision); return null;
    case 'revoke_role': await revokeRole(db, decision, context); return null;
    case 'grant_role': await grantRole(db, decision, context); return null;
    case 'appoint_head': await appointHead(db, decision, context); return null;
    case 'disable_account': await disableAccount(db, decision, context); return null;
    case 'enable_account': await enableAccount(db, decision); return null;
    case 'apply_units': await applyWaitingUnits(db, decision, context); return null;
    case 'discard_units': await discardUnits(db, decision); return null;
    case 'give_seal': await giveSeal(db, decision); return null;
    case 'withdraw_seal': await withdrawSeal(db, decision); return null;
    case 'propose_trust': await proposeTrust(db, decision); return null;
    case 'settle_trust': await settleTrust(db, decision); return null;
    case 'import_units': case 'import_expected': case 'upload_roster': await queueUpload(db, decision); return null;
    case 'confirm_upload': return confirmUpload(db, decision);
    case 'discard_upload': await discardUpload(db, decision); return null;
    case 'create_campaign': await createCampaign(db, decision); return null;
    case 'launch_campaign': await launchCampaign(db, decision); return null;
    case 'end_campaign': return endCampaign(db, decision);
    case 'cancel_campaign': await cancelCampaign(db, decision); return null;
    case 'reconcile': await askReconciliation(db, decision); return null;
    case 'review_class': case 'approve_classes': case 'seal_classes': return openSignatureBatch(db, decision, context);
    case 'return_class': await returnClass(db, decision); return null;
    case 'report_wrong_rows': await reportWrongRows(db, decision); return null;
    case 'resend_cards': await resendCards(db, decision); return null;
    case 'reissue_cards': await reissueCards(db, decision); return null;
    case 'extend_deadline': await extendDeadline(db, decision, context); return null;
    case 'remind_school': await remindSchool(db, decision, context); return null;
    case 'exempt_school': await exemptSchool(db, decision); return null;
    case 'exempt_pupils': case 'exclude_pupils': case 'hold_pupils': await changePupils(db, decision); return null;
    case 'release_pupils': await releasePupils(db, decision); return null;
    case 'admit_pupil': return admitPupil(db, decision);
    case 'grant_authority': await grantAuthority(db, decision); return null;
    case 'revoke_authority': await revokeAuthority(db, decision, context.now); return null;
    case 'replace_homeroom': await replaceHomeroom(db, decision, context); return null;
    case 'grant_exception': await grantException(db, decision); return null;
  }
}
