import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Db } from '../../../db/connect.js';
import { issuedCard, issuedCardByBytes, type IssuedCard } from '../../../db/views/lookUp.js';
import { cutCard } from '../../../formats/foreign/cutCard.js';
import { filled, refusal } from '../../http/form.js';
import { fileOf } from '../../http/receive.js';
import { steady } from '../../http/steady.js';
import type { Route } from '../../route.js';
import { lookedUp, sendLookUp, takeTry } from './answer.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Where the QR of a printed card leads: the code is filled in, the date of birth is asked for. */
export const showLookUp: Route = {
  method: 'get', path: '/tra-cuu', access: 'public',
  handle: (visit) => {
    const code = visit.request.query['ma'];
    return sendLookUp(visit, { code: typeof code === 'string' && UUID.test(code) ? code : '' });
  },
};

const body = z.object({
  code: z.string({ error: 'Nhập mã tra cứu.' }).trim().toLowerCase().regex(UUID, 'Mã tra cứu có 36 ký tự, gồm chữ số, chữ cái từ a đến f và dấu gạch ngang.'),
  birthDate: z.iso.date({ error: 'Nhập ngày sinh của học sinh.' }),
});

/** A POST, so that no address ever holds a date of birth. An unknown code and a wrong date get the same answer after the same time. */
export const lookUpByCode: Route = {
  method: 'post', path: '/tra-cuu', access: 'public',
  handle: async (visit) => {
    const form = filled(body, visit.request.body);
    if (!form.ok) {
      const typed = (visit.request.body as { code?: unknown } | undefined)?.code;
      return sendLookUp(visit, { byCode: form.problem, code: typeof typed === 'string' ? typed : '', status: 422 });
    }
    const { code, birthDate } = form.data;
    const found = await steady(async () => {
      await takeTry(visit, code);
      const card = await issuedCard(visit.services.db, { cardId: code, birthDate });
      return card === undefined ? undefined : lookedUp(card);
    });
    await sendLookUp(visit, { code, answer: found ?? 'none' });
  },
};

/** By its digest; of other software also by that of the card alone, since the file handed out declares the namespaces around it. */
async function cardOfFile(db: Db, bytes: Buffer): Promise<IssuedCard | undefined> {
  const byDigest = (card: Buffer): Promise<IssuedCard | undefined> => issuedCardByBytes(db, { sha256: createHash('sha256').update(card).digest('hex') });
  const exact = await byDigest(bytes);
  const cut = exact === undefined ? cutCard(bytes) : null;
  const inside = cut === null ? undefined : await byDigest(cut);
  return exact ?? (inside?.vendor === null ? undefined : inside);
}

/** A card is some ten kilobytes. */
const MAX_BYTES = 512 * 1024;

/** Nothing the file says is read: its digest is that of a stored original, or it is not. */
export const lookUpByFile: Route = {
  method: 'post', path: '/tra-cuu/tep', access: 'public', body: 'file', maxFileBytes: MAX_BYTES,
  handle: async (visit) => {
    const file = fileOf(visit.request);
    if (file === null) return sendLookUp(visit, { byFile: refusal('bad-input', { file: 'Chọn tệp XML của học bạ.' }), status: 422 });
    const found = await steady(async () => {
      await takeTry(visit, null);
      const card = await cardOfFile(visit.services.db, file.bytes);
      return card === undefined ? undefined : lookedUp(card);
    });
    await sendLookUp(visit, { answer: found ?? 'none' });
  },
};
