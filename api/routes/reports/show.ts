import { readProgressOverview } from '../../../db/progress.js';
import { exportsHref } from '../../../dashboards/pages/reports/exports.js';
import { ReportPage } from '../../../dashboards/pages/reports/report.js';
import { sendPage } from '../../http/answer.js';
import type { Route } from '../../route.js';
import { madeAtOnce } from './size.js';
import { progressScope, reportChoice, REPORT_READERS } from './scope.js';

/** The progress table on a page: the same counts as the workbook, down to schools. */
export const showReport: Route = {
  method: 'get', path: '/bao-cao', access: REPORT_READERS,
  handle: async (visit) => {
    const choice = await reportChoice(visit);
    const { campaign, office } = choice;
    const report = campaign === null ? null : await readProgressOverview(visit.services.db, progressScope(campaign.id, office)) ?? null;
    const workbook = campaign !== null && await madeAtOnce(visit.services.db, progressScope(campaign.id, office))
      ? { href: `/bao-cao/tien-do.xlsx?dot=${campaign.id}${office === null ? '' : `&dia-ban=${office.code}`}`, label: 'Tải báo cáo Excel' }
      : { href: exportsHref(campaign?.id ?? '', office?.code ?? null, 'progress'), label: 'Xuất báo cáo Excel' };
    await sendPage(visit, { title: 'Báo cáo tiến độ', view: ReportPage({ choice, report, workbook }), model: { choice, report, workbook } });
  },
};
