import { readProgressOverview } from '../../../db/progress.js';
import { exportsHref } from '../../../dashboards/pages/reports/exports.js';
import { ReportPage } from '../../../dashboards/pages/reports/report.js';
import type { ProgressOverview, ProgressScope } from '../../../domain/progress.js';
import { sendPage, wantsJson } from '../../http/answer.js';
import { shared } from '../../http/recent.js';
import type { Route, Visit } from '../../route.js';
import { madeAtOnce } from './size.js';
import { progressScope, reportChoice, REPORT_READERS } from './scope.js';

const overviews = shared<ProgressOverview | undefined>();
/** A whole province is read once for all who look within a few seconds; an area at once, and for a program always. */
const overviewOf = (visit: Visit, scope: ProgressScope): Promise<ProgressOverview | undefined> => {
  const fresh = (): Promise<ProgressOverview | undefined> => readProgressOverview(visit.services.db, scope);
  return scope.officeCode !== undefined || wantsJson(visit) ? fresh() : overviews(visit.services, scope.campaignId, fresh);
};

/** The progress table on a page: the same counts as the workbook, down to schools. */
export const showReport: Route = {
  method: 'get', path: '/bao-cao', access: REPORT_READERS,
  handle: async (visit) => {
    const choice = await reportChoice(visit);
    const { campaign, office } = choice;
    const report = campaign === null ? null : await overviewOf(visit, progressScope(campaign.id, office)) ?? null;
    const workbook = campaign !== null && await madeAtOnce(visit.services.db, progressScope(campaign.id, office))
      ? { href: `/bao-cao/tien-do.xlsx?dot=${campaign.id}${office === null ? '' : `&dia-ban=${office.code}`}`, label: 'Tải báo cáo Excel' }
      : { href: exportsHref(campaign?.id ?? '', office?.code ?? null, 'progress'), label: 'Xuất báo cáo Excel' };
    await sendPage(visit, { title: 'Báo cáo tiến độ', view: ReportPage({ choice, report, workbook }), model: { choice, report, workbook } });
  },
};
