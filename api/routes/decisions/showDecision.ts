import { z } from 'zod';
import { DecisionNotice } from '../../../dashboards/components/notice.js';
import { decisionNotice } from '../../http/notice.js';
import { sendPart, wantsJson } from '../../http/answer.js';
import { parsed } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route } from '../../route.js';

const path = z.object({ decisionId: z.uuid() });

/** What became of my decision; the notice asks every two seconds, and once there is an outcome the page is loaded anew. */
export const showDecision: Route = {
  method: 'get', path: '/quyet-dinh/:decisionId', access: 'signed-in',
  handle: async (visit) => {
    const { decisionId } = parsed(path, visit.request.params);
    const notice = await decisionNotice(visit.services.db, visit.me.personId, decisionId);
    if (notice === null) throw new Refused('not-found');
    if (wantsJson(visit)) {
      visit.response.json({ outcome: notice.kind === 'waiting' ? 'recorded' : notice.kind === 'taken' ? 'done' : notice.kind, ...(notice.kind === 'refused' ? { code: notice.code, sentence: notice.sentence } : {}) });
      return;
    }
    if (notice.kind !== 'waiting') visit.response.set('HX-Refresh', 'true');
    await sendPart(visit, DecisionNotice({ notice }));
  },
};
