import { z } from 'zod';
import type { Act } from '../../../domain/acts.js';
import { decide } from '../../decide.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, parsed, refusedForm, type Problem } from '../../http/form.js';
import type { Route, Visit } from '../../route.js';
import { CLERK, requireCampaign, uploadPath } from './place.js';
import { renderUpload } from './result.js';

const schema = z.object({ decisionId });

async function settle(visit: Visit, act: Extract<Act, 'confirm_upload' | 'discard_upload'>): Promise<void> {
  const school = await requireCampaign(visit);
  const { uploadId } = parsed(uploadPath, visit.request.params);
  const again = (problem: Problem): Promise<void> => renderUpload(visit, { [act === 'confirm_upload' ? 'confirm' : 'discard']: refusedForm(visit.me.csrf, visit.request.body, problem) });
  const form = filled(schema, visit.request.body);
  if (!form.ok) return answerProblem(visit, form.problem, again);
  const { decisionId: id } = form.data;
  const result = await decide(visit.services, { id, act, actorId: visit.me.personId, campaignId: school.campaign.id, schoolCode: school.code, payload: { uploadId } });
  return answerDecision(visit, id, result, `/truong/${school.code}/du-lieu/${uploadId}`, again);
}

/** The clerk has seen the differences: they replace what was handed in before. */
export const confirmUpload: Route = {
  method: 'post', path: '/truong/:schoolCode/du-lieu/:uploadId/xac-nhan', access: CLERK, handle: (visit) => settle(visit, 'confirm_upload'),
};
/** The file is put aside; nothing changes. */
export const discardUpload: Route = {
  method: 'post', path: '/truong/:schoolCode/du-lieu/:uploadId/bo', access: CLERK, handle: (visit) => settle(visit, 'discard_upload'),
};
