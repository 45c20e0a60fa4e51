import type { ApiSettings } from '../../runtime/settings.js';
import type { DecideResult } from '../decide.js';
import type { Visit } from '../route.js';
import { sendOn } from './answer.js';
import { answerDecision } from './decision.js';
import type { Problem } from './form.js';

/**
 * The page of the simulated phone on which a signing is confirmed; in production that is the signing service's own app, so there is
 * nothing to link to, nor where the hub signs with the school's own key.
 */
export function phoneHref(settings: ApiSettings, batch: { account: string | null } | null): string | null {
  const account = batch?.account ?? null;
  return settings.HUB_MODE !== 'sandbox' || account === null ? null : new URL(`/phone/${encodeURIComponent(account)}`, settings.SIGNING_URL).href;
}

/** Like `answerDecision`, but "done" only means that the signing has begun: the page's own progress says the rest, not a notice. */
export async function answerSigning(visit: Visit, id: string, result: DecideResult, to: string, again: (problem: Problem) => Promise<void>): Promise<void> {
  if (result.kind === 'done') sendOn(visit, to, { outcome: 'done', decisionId: id, next: to });
  else await answerDecision(visit, id, result, to, again);
}
