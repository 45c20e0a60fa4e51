import { templateClasses } from '../../../db/views/roster.js';
import type { TemplateClass } from '../../../formats/roster/template.js';
import { buildTemplate } from '../../roster/templateThread.js';
import { sendFile, XLSX } from '../../http/answer.js';
import type { Route } from '../../route.js';
import { CLERK, requireCampaign } from './place.js';

/** The school's workbook, filled with the frozen list and with what was handed in so far. */
export const downloadTemplate: Route = {
  method: 'get', path: '/truong/:schoolCode/du-lieu/mau.xlsx', access: CLERK,
  handle: async (visit) => {
    const { campaign, code, name } = await requireCampaign(visit);
    const classes = await templateClasses(visit.services.db, { campaignId: campaign.id, schoolCode: code });
    const bytes = await buildTemplate({
      schoolName: name, schoolCode: code, schoolYear: campaign.schoolYear,
      classes: classes.map(({ homeroomTeacher, ...one }): TemplateClass => ({ ...one, ...(homeroomTeacher === null ? {} : { homeroomTeacher }) })),
    }, visit.me.personId);
    sendFile(visit.response, { name: `du-lieu-${code}-${campaign.schoolYear}.xlsx`, type: XLSX, bytes });
  },
};
