import { z } from 'zod';
import { SHARE_DAYS, SharePage } from '../../../dashboards/pages/share/share.js';
import { endShareLink, issueShareLink, shareLinks } from '../../../db/shareLink.js';
import type { CardFacts } from '../../../db/views/cardHistory.js';
import { requireSchool } from '../../auth/scope.js';
import { newToken, tokenHash } from '../../auth/token.js';
import { sendOn, sendPage, wantsJson } from '../../http/answer.js';
import { filled, freshForm, refusal, refusedForm, type Problem } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route, Visit } from '../../route.js';
import { loadCard } from '../cards/load.js';
import { SHARERS } from './roles.js';

const PATH = '/hoc-ba/:cardId/gui-phu-huynh';

async function loadOwn(visit: Visit): Promise<CardFacts> {
  const card = await loadCard(visit);
  await requireSchool(visit.services.db, visit.me, SHARERS, card.schoolCode);
  return card;
}

type Shown = { problem?: Problem; fresh?: { link: string; expiresAt: Date }; status?: number };
async function show(visit: Visit, card: CardFacts, { problem, fresh, status = 200 }: Shown = {}): Promise<void> {
  const links = await shareLinks(visit.services.db, { cardId: card.cardId });
  const form = problem === undefined ? freshForm(visit.me.csrf) : refusedForm(visit.me.csrf, visit.request.body, problem);
  await sendPage(visit, {
    title: 'Gửi học bạ cho phụ huynh', status, view: SharePage({ cardId: card.cardId, fullName: card.fullName, form, links, fresh: fresh ?? null }),
    model: { outcome: problem === undefined ? 'done' : 'refused', code: problem?.code ?? null, links, link: fresh?.link ?? null, expiresAt: fresh?.expiresAt ?? null },
  });
}

export const showShare: Route = { method: 'get', path: PATH, access: SHARERS, handle: async (visit) => show(visit, await loadOwn(visit)) };

const body = z.object({ days: z.coerce.number().refine((days) => (SHARE_DAYS as readonly number[]).includes(days), 'Chọn thời hạn.') });

/** A link shown once, to be handed over; audited with who made it. */
export const makeShare: Route = {
  method: 'post', path: PATH, access: SHARERS,
  handle: async (visit) => {
    const card = await loadOwn(visit);
    const form = filled(body, visit.request.body);
    if (!form.ok) return show(visit, card, { problem: form.problem, status: 422 });
    const token = newToken();
    const expiresAt = new Date(Date.now() + form.data.days * 86_400_000);
    const made = await visit.services.db.transaction((trx) => issueShareLink(trx, { tokenHash: tokenHash(token), cardId: card.cardId, actorId: visit.me.personId, expiresAt }));
    if (!made) return show(visit, card, { problem: refusal('not-issued'), status: 409 });
    await show(visit, card, { fresh: { link: new URL(`/chia-se/${token}`, visit.services.settings.HUB_BASE_URL).href, expiresAt } });
  },
};

const endBody = z.object({ key: z.string().regex(/^[0-9a-f]{16}$/) });

export const endShare: Route = {
  method: 'post', path: `${PATH}/cham-dut`, access: SHARERS,
  handle: async (visit) => {
    const card = await loadOwn(visit);
    const form = filled(endBody, visit.request.body);
    if (!form.ok) throw new Refused('bad-input');
    const ended = await visit.services.db.transaction((trx) => endShareLink(trx, { key: form.data.key, cardId: card.cardId, actorId: visit.me.personId }));
    if (!ended && wantsJson(visit)) throw new Refused('already-decided');
    sendOn(visit, `/hoc-ba/${card.cardId}/gui-phu-huynh`, { outcome: 'done' });
  },
};
