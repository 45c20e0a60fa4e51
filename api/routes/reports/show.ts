import { readProgressReport } from '../../../db/progress.js';
import { ReportPage } from '../../../dashboards/pages/reports/report.js';
import { sendPage } from '../../http/answer.js';
import type { Route } from '../../route.js';
import { progressScope, reportChoice, REPORT_READERS } from './scope.js';

/** The progress table on a page: the same query as the workbook. */
export const showReport: Route = {
  method: 'get', path: '/bao-cao', access: REPORT_READERS,
  handle: async (visit) => {
    const choice = await reportChoice(visit);
    const report = choice.campaign === null ? null : await readProgressReport(visit.services.db, progressScope(choice.campaign.id, choice.office));
    await sendPage(visit, { title: 'Báo cáo tiến độ', view: ReportPage({ choice, report }), model: { choice, report } });
  },
};
