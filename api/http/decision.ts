import { z } from 'zod';
import { REFUSALS } from '../../domain/refusals.js';
import type { DecideResult } from '../decide.js';
import type { Visit } from '../route.js';
import { sendOn, wantsJson } from './answer.js';
import { refusal, type Problem } from './form.js';

/** The id a form was rendered with; a program may bring its own. */
export const decisionId = z.uuid();

/**
 * Answers a POST that decided something. Done or recorded: on to `to`, where a notice says which (and asks again while it is being
 * carried out). Refused: the form again by `again`, with what was typed, under the status of the refusal.
 * @param to path without `quyet-dinh`; may carry a query
 */
export async function answerDecision(visit: Visit, id: string, result: DecideResult, to: string, again: (problem: Problem) => Promise<void>): Promise<void> {
  if (result.kind === 'refused') return answerProblem(visit, refusal(result.code), again);
  sendOn(visit, `${to}${to.includes('?') ? '&' : '?'}quyet-dinh=${id}`, { outcome: result.kind, decisionId: id, next: to });
}

/** The same for a form that could not even be read. */
export async function answerProblem(visit: Visit, problem: Problem, again: (problem: Problem) => Promise<void>): Promise<void> {
  visit.response.status(REFUSALS[problem.code].status);
  if (wantsJson(visit)) visit.response.json({ outcome: 'refused', code: problem.code, sentence: problem.sentence, fields: problem.fields });
  else await again(problem);
}
