import { isCancellation, sleep, workflowInfo } from '@temporalio/workflow';
import type { SchoolPlan, SchoolWork } from '../domain/plan.js';
import { campaignWorkflowId, packetWorkflowId, workflowSubject } from '../domain/workflowIds.js';
import { startOnce, wake } from './children.js';
import { runPlans, type Carried } from './loop.js';
import { batch, beside, core, outbound } from './proxies.js';

/**
 * One school's way through a campaign. It starts at launch, when a person decides something, or again after a loss; it asks
 * PostgreSQL what can be done (`advanceSchool`), which also carries out every decision waiting there;
 * it runs what it is told, each piece as a branch: read an upload, prepare hashes, send them to the signing service, fetch and
 * attach signatures, get the evidence of what is sealed, cut packets; every piece answers with the next plan (a signing service that answers at once saves a step);
 * it lets each packet live as a workflow of its own, so that a slow Kho holds nobody up;
 * it sleeps until the next reminder, escalation or end of an authority's window, unless a decision or a signature calls;
 * it ends when PostgreSQL says that nothing is left: every expected card accepted, or held, exempt or excluded with a reason;
 * it tells the campaign once, and can be started again at any time: a late pupil, a refused card, a new decision.
 */
export async function school(carried: Carried = {}): Promise<void> {
  const { workflowId } = workflowInfo();
  const subject = workflowSubject(workflowId);
  if (subject.type !== 'school') throw new Error('not a school');
  await runPlans<SchoolWork>(carried, () => advance(workflowId), async (work): Promise<SchoolPlan | void> => {
    switch (work.kind) {
      case 'read': return batch.readRoster({ workflowId, id: work.id });
      case 'prepare': return batch.prepareSignatures({ workflowId, id: work.id });
      case 'request': return outbound.requestSignatures({ workflowId, id: work.id });
      case 'collect': return await batch.collectAndAttach({ workflowId }) ?? outbound.collectSignatures({ workflowId });
      case 'attach': return batch.attachSignatures({ workflowId, id: work.id });
      case 'evidence': return outbound.receiveSealed({ workflowId });
      case 'cut': return batch.cutPackets({ workflowId });
      case 'packet': return followPacket(work.id);
    }
  }, {
    isDetached: (work) => work.kind === 'packet',
    // What to do is known from the code alone; what is due, and whether anything is, the activity finds in PostgreSQL.
    onWake: (code) => (code === 'signatures' ? { kind: 'collect', id: subject.schoolCode } : null),
  });
  await wake(campaignWorkflowId(subject.key), 'school-closed');
}

/** A step of a school takes a moment: where it fails (an outage, a lost database) the queue takes it over, whose retries are no events here. */
async function advance(workflowId: string): Promise<SchoolPlan> {
  try {
    return await beside.advanceSchool({ workflowId });
  } catch (error) {
    if (isCancellation(error)) throw error;
    return core.advanceSchool({ workflowId });
  }
}

/** Ends when the packet does, which wakes the school by itself; one that an earlier run of this school started is looked for again later. */
async function followPacket(messageId: string): Promise<void> {
  const handle = await startOnce(packetWorkflowId(messageId));
  if (handle === null) await sleep('10m');
  else await handle.result();
}
