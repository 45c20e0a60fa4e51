import { readProgressReport } from '../../../db/progress.js';
import { auditReport } from '../../../db/views/reports.js';
import { exportsHref } from '../../../dashboards/pages/reports/exports.js';
import { buildProgressReport } from '../../reports/progressThread.js';
import { sendFile, XLSX } from '../../http/answer.js';
import { Refused } from '../../http/refused.js';
import type { Route } from '../../route.js';
import { madeAtOnce } from './size.js';
import { progressScope, reportChoice, REPORT_READERS } from './scope.js';

/** The Excel progress report of what the reader may see, each download audited; a large one is made in the background instead (docs/decisions/025). */
export const downloadReport: Route = {
  method: 'get', path: '/bao-cao/tien-do.xlsx', access: REPORT_READERS,
  handle: async (visit) => {
    const { services, me, response } = visit;
    const { campaign, office } = await reportChoice(visit);
    if (campaign === null) throw new Refused('not-found');
    const scope = progressScope(campaign.id, office);
    if (!await madeAtOnce(services.db, scope)) return response.redirect(303, exportsHref(campaign.id, office?.code ?? null, 'progress'));
    const report = await readProgressReport(services.db, scope);
    const bytes = await buildProgressReport(report, services.settings.HUB_MODE === 'sandbox', me.personId);
    await auditReport(services.db, { actorId: me.personId, campaignId: campaign.id, officeCode: office?.code ?? null, asOf: report.asOf });
    sendFile(response, { name: `tien-do-hoc-ba-so-${campaign.schoolYear}${office === null ? '' : `-${office.code}`}.xlsx`, type: XLSX, bytes });
  },
};
