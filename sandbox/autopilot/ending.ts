import { DemoFault, eventually } from './patience.js';
import type { Town } from './town.js';
import { findCampaign } from './department.js';

/** "Kết thúc đợt": the coordinator ends the campaign once nothing is left open. A campaign that ended before stays as it is. */
export async function endCampaign(town: Town, campaignId: string): Promise<void> {
  const coordinator = town.visitor(town.department('coordinator').code);
  if ((await findCampaign(town))?.state === 'ended') return;
  const decisionId = town.decisionId('end', campaignId);
  const answer = await coordinator.tell(`/dot/${campaignId}/ket-thuc`, { decisionId, confirmed: '1' });
  if (answer.outcome === 'refused') throw new DemoFault(`the campaign cannot be ended (${answer.code ?? ''}): ${answer.sentence ?? ''}`);
  await eventually('the campaign to end', async () => ((await findCampaign(town))?.state === 'ended' ? true : null));
  town.say('coordinator (chuyên viên Sở): ends the campaign (kết thúc đợt)');
}
