import { DraftPage } from '../../../dashboards/pages/campaigns/draft.js';
import { campaignTitle } from '../../../dashboards/campaignNames.js';
import { draftCounts, type CampaignRow } from '../../../db/views/campaigns.js';
import { recentUploads } from '../../../db/views/uploads.js';
import { sendPage } from '../../http/answer.js';
import { freshForm, refusedForm, type Problem } from '../../http/form.js';
import type { Visit } from '../../route.js';

/** A campaign that is being prepared: deadlines, list, the way to launch. */
export async function showDraft(visit: Visit, campaign: CampaignRow, problem?: Problem): Promise<void> {
  const { db } = visit.services;
  const [counts, uploads] = await Promise.all([draftCounts(db, { campaignId: campaign.id }), recentUploads(db, { kind: 'expected', campaignId: campaign.id, schoolCode: null })]);
  const form = problem === undefined ? freshForm(visit.me.csrf) : refusedForm(visit.me.csrf, {}, problem);
  await sendPage(visit, {
    title: campaignTitle(campaign), status: visit.response.statusCode,
    view: DraftPage({ campaign, counts, uploads, form, now: new Date() }), model: { campaign, counts, uploads, decisionId: form.decisionId },
  });
}
