import { z } from 'zod';
import { SearchPage } from '../../../dashboards/pages/campaigns/search.js';
import { campaignTitle } from '../../../dashboards/campaignNames.js';
import { searchPupils, type PupilLine } from '../../../db/views/pupilLists.js';
import { COORDINATOR } from '../../auth/access.js';
import { sendPage } from '../../http/answer.js';
import type { Route, Visit } from '../../route.js';
import { loadCampaign } from './load.js';

const PATH = '/dot/:campaignId/tim';
const body = z.object({ text: z.string().normalize().trim().min(2).max(100) });

async function show(visit: Visit, sought: string, found: PupilLine[] | null, tooShort = false): Promise<void> {
  const campaign = await loadCampaign(visit);
  await sendPage(visit, { title: 'Tìm học sinh, học bạ', view: SearchPage({ campaign: { id: campaign.id, title: campaignTitle(campaign) }, csrf: visit.me.csrf, sought, found, tooShort }), model: { found } });
}

export const showSearch: Route = { method: 'get', path: PATH, access: COORDINATOR, handle: (visit) => show(visit, '', null) };

/** A POST, so that a name stands in no address, history or log. */
export const search: Route = {
  method: 'post', path: PATH, access: COORDINATOR,
  handle: async (visit) => {
    const campaign = await loadCampaign(visit);
    const form = body.safeParse(visit.request.body);
    const text = form.success ? form.data.text : '';
    await show(visit, text, form.success ? await searchPupils(visit.services.db, { campaignId: campaign.id, text }) : null, !form.success);
  },
};
