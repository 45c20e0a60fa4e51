import { patched, workflowInfo } from '@temporalio/workflow';
import type { CampaignWork } from '../domain/plan.js';
import { schoolWorkflowId, workflowSubject, type CampaignKey } from '../domain/workflowIds.js';
import { startOnce, wake } from './children.js';
import { runPlans, type Carried } from './loop.js';
import { batch, core, outbound } from './proxies.js';

/** Schools started side by side; the next window follows when these have been accepted by Temporal. */
const WINDOW = 40;

/**
 * One campaign, from draft to closing report. It is created by a decision, reads the list of expected pupils, and is launched;
 * it starts its schools in windows and leaves them to themselves (ABANDON); it has the Sở's certificate registered with the Kho;
 * it looks over PostgreSQL every few minutes, and starts again, or wakes, a school that overslept;
 * running, it has Schedules for what goes by the clock: digest, nightly reconciliation, warnings of what expires;
 * when everything is explained it reconciles with the Kho, and waits for a person to end it;
 * ended or cancelled, it takes the Schedules down, tells each school once and ends.
 * A run that was not continued cannot know what was lost before it: it starts every open school, which is always safe.
 */
export async function campaign(carried: Carried = {}): Promise<void> {
  const { workflowId } = workflowInfo();
  const subject = workflowSubject(workflowId);
  if (subject.type !== 'campaign') throw new Error('not a campaign');
  let looked = carried.continued === true;
  const advance = async () => {
    if (!looked) await startOpenSchools(workflowId, subject.key);
    const first = !looked;
    looked = true;
    return core.advanceCampaign({ workflowId, first });
  };
  await runPlans<CampaignWork>(carried, advance, async (work) => {
    switch (work.kind) {
      case 'read': return batch.readExpected({ workflowId, id: work.id });
      case 'start-school': return startSchool(schoolWorkflowId(subject.key, work.id));
      case 'tell-school': return tellSchool(schoolWorkflowId(subject.key, work.id));
      case 'register-certificate': return outbound.registerCertificate();
      case 'schedules': return core.keepSchedules({ workflowId });
      case 'reconcile': { await outbound.reconcile({ id: work.id }); return; }
    }
  });
}

/** One that runs and has not looked when it was to is woken: the plan that it followed may have been lost with Temporal's last moments. */
async function startSchool(workflowId: string): Promise<void> {
  if (await startOnce(workflowId) === null && patched('wake-overslept')) await wake(workflowId, 'resumed');
}

/** One whose workflow was lost is started: it sees that all is over, and ends. */
async function tellSchool(workflowId: string): Promise<void> {
  if (!await wake(workflowId, 'cancelled') && patched('start-to-tell')) await startOnce(workflowId);
}

async function startOpenSchools(workflowId: string, key: CampaignKey): Promise<void> {
  for (let after = ''; ;) {
    const codes = await core.openSchools({ workflowId, after, limit: WINDOW });
    await Promise.all(codes.map((code) => startOnce(schoolWorkflowId(key, code))));
    const last = codes.at(-1);
    if (last === undefined) return;
    after = last;
  }
}
