import { z } from 'zod';
import type { ListedPlace } from '../../../db/views/arrival.js';
import { whereListed } from '../../../db/views/arrival.js';
import { ARRIVAL_CODES } from '../../../domain/pupilStatus.js';
import type { ExpectedIdentity } from '../../../domain/expectedPupil.js';
import type { RefusalCode } from '../../../domain/refusals.js';
import { readExpectedPupil } from '../../../formats/intake/expectedPupil.js';
import { COORDINATOR } from '../../auth/access.js';
import { decide } from '../../decide.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, refusal, type Problem } from '../../http/form.js';
import type { Route, Visit } from '../../route.js';
import { CLASS_PATH, loadClass, renderClass } from './classPage.js';

const body = z.object({
  decisionId,
  arrival: z.enum(ARRIVAL_CODES, 'Chọn lí do ghi thêm.'),
  evidence: z.string({ error: 'Ghi minh chứng.' }).trim().min(5, 'Ghi minh chứng, ít nhất 5 ký tự.').max(1000),
});

const placed = ({ className, schoolName }: ListedPlace): string => `lớp ${className}, ${schoolName}`;

/** The Sở may know where the other one stands; the sentence for everybody does not say it. */
async function explained({ services: { db } }: Visit, code: RefusalCode, campaignId: string, pupil: ExpectedIdentity): Promise<Problem> {
  if (code === 'pupil-listed') {
    const place = await whereListed(db, { campaignId, by: 'code', value: pupil.pupilCode });
    return refusal(code, place === undefined ? {} : { pupilCode: `Mã này đang ở ${placed(place)}.` });
  }
  if (code === 'number-listed') {
    const place = await whereListed(db, { campaignId, by: 'number', value: pupil.personalNumber });
    return refusal(code, place === undefined ? {} : { personalNumber: `Số này đang là của một học sinh ở ${placed(place)}.` });
  }
  return refusal(code, code === 'nobody-to-restore' ? { arrival: 'Trường chưa ghi biến động đi cho mã này.' } : {});
}

/** The movement in: one pupil more in a class of a running campaign. */
export const admitPupil: Route = {
  method: 'post', path: `${CLASS_PATH}/chuyen-den`, access: COORDINATOR,
  handle: async (visit) => {
    const place = await loadClass(visit);
    const { campaign, head } = place;
    const again = (problem: Problem): Promise<void> => renderClass(visit, place, { admission: problem });
    const form = filled(body, visit.request.body);
    const read = readExpectedPupil(visit.request.body as Record<string, unknown>, campaign.schoolYear);
    // All that is wrong at once, beside each field.
    if (!form.ok || !read.ok) return answerProblem(visit, refusal('bad-input', { ...(read.ok ? {} : read.faults), ...(form.ok ? {} : form.problem.fields) }), again);
    const { decisionId: id, arrival, evidence } = form.data;
    const result = await decide(visit.services, {
      id, act: 'admit_pupil', actorId: visit.me.personId, campaignId: campaign.id, schoolCode: head.schoolCode, payload: { classId: head.classId, pupil: read.pupil, arrival, evidence },
    });
    if (result.kind === 'refused') return answerProblem(visit, await explained(visit, result.code, campaign.id, read.pupil), again);
    await answerDecision(visit, id, result, `/dot/${campaign.id}/lop/${head.classId}`, again);
  },
};
