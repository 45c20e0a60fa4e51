import { z } from 'zod';
import { PupilListPage } from '../../../dashboards/pages/campaigns/pupilList.js';
import { campaignTitle } from '../../../dashboards/campaignNames.js';
import { row } from '../../../db/connect.js';
import { MEASURES, type Measure } from '../../../db/measures.js';
import { countPupils, listPupils } from '../../../db/views/pupilLists.js';
import { WAITING_STEPS } from '../../../domain/turns.js';
import { COORDINATOR } from '../../auth/access.js';
import { sendPage } from '../../http/answer.js';
import { parsed } from '../../http/form.js';
import type { Route } from '../../route.js';
import { loadCampaign } from './load.js';

const PAGE = 100;
const code = z.string().min(1).max(40).optional();
const query = z.object({
  muc: z.enum(Object.keys(MEASURES) as [Measure, ...Measure[]]).default('expected'), 'vi-tri': code, 'li-do': code, khau: z.enum(WAITING_STEPS).optional(), xa: code, truong: code, lop: z.uuid().optional(),
  trang: z.coerce.number().int().min(1).max(100_000).default(1),
});

/** The list that a tile opens: the same condition on the same view, so it is as long as the tile says. */
export const showPupils: Route = {
  method: 'get', path: '/dot/:campaignId/danh-sach', access: COORDINATOR,
  handle: async (visit) => {
    const campaign = await loadCampaign(visit);
    const asked = parsed(query, visit.request.query);
    const filter = {
      campaignId: campaign.id, measure: asked.muc, position: asked['vi-tri'] ?? null, reason: asked['li-do'] ?? null, step: asked.khau ?? null,
      officeCode: asked.xa ?? null, schoolCode: asked.truong ?? null, classId: asked.lop ?? null,
    };
    const { total, pupils, place } = await visit.services.db.transaction(async (snapshot) => ({
      total: await countPupils(snapshot, filter), pupils: await listPupils(snapshot, filter, { limit: PAGE, offset: (asked.trang - 1) * PAGE }),
      place: await row<{ office: string | null; school: string | null; class: string | null }>(snapshot, `
        SELECT (SELECT name FROM office WHERE code = :officeCode) AS office, (SELECT name FROM school WHERE code = :schoolCode) AS school, (SELECT name FROM class WHERE id = :classId::uuid) AS class`, filter),
    }), { isolationLevel: 'repeatable read', readOnly: true });
    await sendPage(visit, {
      title: 'Danh sách học bạ', view: PupilListPage({ campaign: { id: campaign.id, title: campaignTitle(campaign) }, filter, total, pupils, place: place!, page: asked.trang, pageSize: PAGE }),
      model: { filter, total, pupils, page: asked.trang, pageSize: PAGE },
    });
  },
};
