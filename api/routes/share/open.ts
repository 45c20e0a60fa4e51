import { z } from 'zod';
import { DeadSharePage, SharedPage } from '../../../dashboards/pages/share/shared.js';
import { auditShared, auditWrongDate, sharedCard, type SharedCard } from '../../../db/shareLink.js';
import { cardDocument } from '../../../db/views/cardHistory.js';
import { cardToPrint } from '../../../db/views/printing.js';
import { tokenHash } from '../../auth/token.js';
import { HTML, PDF, sendFile, sendPage } from '../../http/answer.js';
import { filled, freshForm, parsed, refusal, refusedForm, type Problem } from '../../http/form.js';
import { addressOf, rateLimit } from '../../http/rateLimit.js';
import { Refused } from '../../http/refused.js';
import { buildBundle } from '../../rendition/bundle.js';
import { buildRendition } from '../../rendition/rendition.js';
import { fileOfCard } from '../../rendition/storedAs.js';
import type { PublicVisit, Route } from '../../route.js';

const PATH = '/chia-se/:token';
const path = z.object({ token: z.string().regex(/^[\w-]{43}$/) });

/** A link may reach the wrong hands, and a date of birth is soon guessed: ten tries a day each, and twenty wrong ones in all. An address may be a whole village's. */
const PER_LINK = rateLimit('share-link', 10, 86_400);
const PER_ADDRESS = rateLimit('share-address', 60, 600);

/** Opening the link changes nothing and hands out nothing; a mail scanner may open it too. */
export const openShare: Route = {
  method: 'get', path: PATH, access: 'public',
  handle: async (visit) => {
    const { token } = parsed(path, visit.request.params);
    const card = await sharedCard(visit.services.db, { tokenHash: tokenHash(token) });
    if (card === undefined) return dead(visit);
    await show(visit, token, card);
  },
};

const body = z.object({ birthDate: z.iso.date({ error: 'Nhập ngày sinh của học sinh.' }), file: z.enum(['pdf', 'xml', 'html'], { error: 'Chọn tệp cần tải.' }) });

/** The files themselves, each written into the audit before it leaves. */
export const takeShared: Route = {
  method: 'post', path: PATH, access: 'public',
  handle: async (visit) => {
    const { services, request, response } = visit;
    const { token } = parsed(path, request.params);
    const hash = tokenHash(token);
    await PER_ADDRESS.take(services, addressOf(request));
    const card = await sharedCard(services.db, { tokenHash: hash });
    if (card === undefined) return dead(visit);
    const form = filled(body, request.body);
    if (!form.ok) return show(visit, token, card, form.problem);
    await PER_LINK.take(services, hash);
    if (form.data.birthDate !== card.birthDate) {
      await auditWrongDate(services.db, { cardId: card.cardId, tokenHash: hash });
      return show(visit, token, card, refusal('bad-input', { birthDate: 'Ngày sinh chưa đúng với học bạ này.' }));
    }
    const file = await fileOf(visit, card, form.data.file).catch(async (error: unknown) => {
      // Too busy for a file is no try of theirs: whoever waits as told would find the link used up.
      if (error instanceof Refused && error.code === 'files-busy') await Promise.all([PER_LINK.giveBack(services, hash), PER_ADDRESS.giveBack(services, addressOf(request))]);
      throw error;
    });
    await auditShared(services.db, { cardId: card.cardId, tokenHash: hash, kind: form.data.file });
    sendFile(response, file);
  },
};

async function fileOf({ services }: PublicVisit, { cardId, schoolYear }: SharedCard, kind: 'pdf' | 'xml' | 'html'): Promise<{ name: string; type: string; bytes: Uint8Array }> {
  const name = `hoc-ba-${schoolYear}.${kind}`;
  if (kind === 'pdf') {
    const card = await cardToPrint(services.db, { cardId });
    if (card === undefined) throw new Refused('not-found');
    return { name, type: PDF, bytes: await buildRendition(services, [card], 'Học bạ tiểu học', cardId) };
  }
  if (kind === 'html') return { name: `hoc-ba-${schoolYear}-tu-kiem-tra.html`, type: HTML, bytes: await buildBundle(services, cardId) };
  const stored = await cardDocument(services.db, { cardId });
  if (stored?.document == null) throw new Refused('not-found');
  return { name, type: 'application/xml; charset=utf-8', bytes: fileOfCard({ ...stored, document: stored.document }) };
}

async function show(visit: PublicVisit, token: string, { schoolName, schoolYear, expiresAt }: SharedCard, problem?: Problem): Promise<void> {
  const csrf = visit.me?.csrf ?? '';
  const form = problem === undefined ? freshForm(csrf) : refusedForm(csrf, {}, problem);
  await sendPage(visit, {
    title: 'Học bạ của học sinh', status: problem === undefined ? 200 : 422, view: SharedPage({ token, form, schoolName, schoolYear, expiresAt }),
    model: { outcome: problem === undefined ? 'open' : 'refused', schoolName, schoolYear, expiresAt, problem: problem ?? null },
  });
}

const dead = (visit: PublicVisit): Promise<void> => sendPage(visit, { title: 'Liên kết hết hiệu lực', view: DeadSharePage(), model: { outcome: 'refused', code: 'not-found' }, status: 410 });
