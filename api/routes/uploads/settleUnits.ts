import { z } from 'zod';
import { COORDINATOR } from '../../auth/access.js';
import { decide } from '../../decide.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, refusedForm, type Problem } from '../../http/form.js';
import { many } from '../../http/taskField.js';
import type { Route } from '../../route.js';
import { showResult, wanted } from './result.js';

const schema = z.object({ decisionId, putOut: many(z.uuid()) });

function settle(path: string, act: 'apply_units' | 'discard_units'): Route {
  return {
    method: 'post', path: `/tep/:uploadId/${path}`, access: COORDINATOR,
    handle: async (visit) => {
      const upload = await wanted(visit);
      const again = (problem: Problem): Promise<void> => showResult(visit, upload, refusedForm(visit.me.csrf, visit.request.body, problem));
      const form = filled(schema, visit.request.body);
      if (!form.ok) return answerProblem(visit, form.problem, again);
      const { decisionId: id, putOut } = form.data;
      const who = { id, actorId: visit.me.personId, campaignId: null, schoolCode: null };
      const result = await decide(visit.services, act === 'apply_units' ? { ...who, act, payload: { uploadId: upload.id, putOut } } : { ...who, act, payload: { uploadId: upload.id } });
      await answerDecision(visit, id, result, `/tep/${upload.id}`, again);
    },
  };
}

/** Applies a units workbook whose differences were seen; ends the ticked roles, and no other. */
export const applyUnits = settle('ap-dung', 'apply_units');
export const discardUnits = settle('bo', 'discard_units');
