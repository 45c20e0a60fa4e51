import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { tokenHash } from '../../api/auth/token.js';
import { row, rows } from '../../db/connect.js';
import { storeDepartmentKey, writeRealCards } from '../support/realCards.js';
import { seedProvince } from '../support/seedProvince.js';
import { staffing } from '../support/staffing.js';
import { startWeb, type Web } from '../support/web.js';

describe('a card handed to parents', () => {
  let web: Web;
  let who: ReturnType<typeof staffing>;
  let card: { id: string; birth: string; document: Buffer };
  let drafted: string;
  before(async () => {
    web = await startWeb();
    const seeded = await seedProvince(web.owner, { cardState: (_class, school) => (school === 0 ? 'accepted' : 'drafted') });
    who = staffing(seeded);
    const classId = seeded.classOf(who.school(0), who.classNames(0)[0]!);
    await writeRealCards(web.owner, classId);
    await storeDepartmentKey(web.owner, web.secret);
    card = (await row<typeof card>(web.owner, `SELECT c.id, p.birth_date AS birth, c.document FROM report_card c JOIN expected_pupil p ON p.id = c.expected_pupil_id WHERE c.class_id = :classId ORDER BY c.id LIMIT 1`, { classId }))!;
    drafted = (await row<{ id: string }>(web.owner, `SELECT id FROM report_card WHERE state = 'drafted' LIMIT 1`))!.id;
  });
  after(() => web.close());

  const make = async (days = '7'): Promise<string> => {
    const { status, body } = await (await web.as(who.at('clerk', 0))).tell(`/hoc-ba/${card.id}/gui-phu-huynh`, { days });
    assert.equal(status, 200);
    return new URL(body['link'] as string).pathname;
  };
  const take = (path: string, file: string, birthDate = card.birth): Promise<Response> => web.stranger.post(path, { birthDate, file });

  test('opens without an account, hands out XML to the byte and a PDF once the date of birth is right, and each file is written down', async () => {
    const path = await make();
    const page = await web.stranger.get(path);
    assert.equal(page.status, 200);
    assert.ok(!(await page.text()).includes(card.birth));
    const xml = await take(path, 'xml');
    assert.deepEqual(Buffer.from(await xml.arrayBuffer()), card.document);
    const pdf = await take(path, 'pdf');
    assert.equal(pdf.headers.get('content-type'), 'application/pdf');
    assert.match(Buffer.from(await pdf.arrayBuffer()).toString('latin1'), /ETSI\.CAdES\.detached/);
    const key = tokenHash(path.split('/').at(-1)!).slice(0, 16);
    const audit = await rows<{ act: string; actor_id: string | null; detail: { link: string; file?: string } }>(web.owner, `SELECT act, actor_id, detail FROM audit WHERE subject_id = :id AND detail->>'link' = :key ORDER BY id`, { id: card.id, key });
    assert.deepEqual(audit.map(({ act, detail }) => [act, detail.file]), [['share_card', undefined], ['open_shared_card', 'xml'], ['open_shared_card', 'pdf']]);
    assert.equal(audit[0]!.actor_id, who.at('clerk', 0));
    const { links } = await (await web.as(who.at('clerk', 0))).json<{ links: { key: string; handedOut: number }[] }>(`/hoc-ba/${card.id}/gui-phu-huynh`);
    assert.equal(links.find((one) => one.key === key)?.handedOut, 2);
  });

  test('keeps only the hash of the link, never the link', async () => {
    const token = (await make()).split('/').at(-1)!;
    const stored = await row<{ text: string }>(web.owner, 'SELECT string_agg(l::text, \' \') AS text FROM access_link l');
    assert.ok(!stored!.text.includes(token));
    assert.ok(stored!.text.includes(tokenHash(token)));
  });

  test('takes no try off whom it was too busy to serve', async () => {
    const path = await make();
    const asked = await Promise.all(Array.from({ length: 9 }, () => take(path, 'pdf')));
    const [served, busy] = [200, 429].map((status) => asked.filter((one) => one.status === status).length) as [number, number];
    assert.ok(served >= 3 && busy >= 1 && served + busy === 9, `${served} served, ${busy} told to wait`);
    for (let left = 10 - served; left > 0; left -= 1) assert.equal((await take(path, 'xml')).status, 200);
    assert.equal((await take(path, 'xml')).status, 429, 'ten in all');
  });

  test('hands out nothing for a wrong date of birth, and closes after ten tries', async () => {
    const path = await make();
    const statuses: number[] = [];
    for (let at = 0; at < 11; at += 1) statuses.push((await take(path, 'xml', '2001-01-01')).status);
    assert.deepEqual(statuses, [...Array.from({ length: 10 }, () => 422), 429]);
    assert.equal((await take(path, 'xml')).status, 429);
  });

  test('is over for good after twenty wrong dates, however long they take and whichever process counts them', async () => {
    const path = await make('30');
    const token = path.split('/').at(-1)!;
    const key = tokenHash(token).slice(0, 16);
    for (let at = 0; at < 10; at += 1) assert.equal((await take(path, 'xml', '2001-01-01')).status, 422);
    // The same ten tries of another day, as the audit keeps them.
    await web.owner.raw(`INSERT INTO audit (act, subject_kind, subject_id, detail) SELECT act, subject_kind, subject_id, detail FROM audit WHERE act = 'wrong_shared_card' AND detail->>'link' = :key LIMIT 9`, { key });
    assert.equal((await web.stranger.get(path)).status, 200);
    await web.owner.raw(`INSERT INTO audit (act, subject_kind, subject_id, detail) SELECT act, subject_kind, subject_id, detail FROM audit WHERE act = 'wrong_shared_card' AND detail->>'link' = :key LIMIT 1`, { key });
    assert.deepEqual([(await web.stranger.get(path)).status, (await take(path, 'xml')).status], [410, 410]);
    const { links } = await (await web.as(who.at('clerk', 0))).json<{ links: { key: string; guessed: boolean }[] }>(`/hoc-ba/${card.id}/gui-phu-huynh`);
    assert.equal(links.find((one) => one.key === key)?.guessed, true);
  });

  test('is dead once the account of whoever made it is shut', async () => {
    const path = await make();
    const hash = tokenHash(path.split('/').at(-1)!);
    web.startWorker();
    const coordinator = await web.as(who.department('coordinator'));
    for (const [way, reason] of [['khoa', 'Lộ mật khẩu'], ['mo-khoa', 'Đã đổi mật khẩu']]) {
      assert.equal((await coordinator.tell(`/nhan-su/${who.at('clerk', 0)}/${way}`, { decisionId: randomUUID(), reason })).body['outcome'], 'done');
      assert.deepEqual([(await web.stranger.get(path)).status, (await take(path, 'xml')).status], [410, 410], way);
    }
    const { links } = await (await web.as(who.at('clerk', 0))).json<{ links: { key: string; expired: boolean }[] }>(`/hoc-ba/${card.id}/gui-phu-huynh`);
    assert.equal(links.find((one) => one.key === hash.slice(0, 16))?.expired, true);
  });

  test('is dead once it has run out, once the school has ended it, once the card is recalled', async () => {
    const path = await make();
    const hash = tokenHash(path.split('/').at(-1)!);
    const alive = async (): Promise<number> => (await web.stranger.get(path)).status;
    assert.equal(await alive(), 200);
    await web.owner('report_card').where({ id: card.id }).update({ state: 'recalled' });
    assert.deepEqual([await alive(), (await take(path, 'xml')).status], [410, 410]);
    await web.owner('report_card').where({ id: card.id }).update({ state: 'accepted' });
    assert.equal(await alive(), 200);
    assert.equal((await (await web.as(who.at('clerk', 0))).tell(`/hoc-ba/${card.id}/gui-phu-huynh/cham-dut`, { key: hash.slice(0, 16) })).status, 200);
    assert.deepEqual([await alive(), (await take(path, 'xml')).status], [410, 410]);
    const other = await make();
    await web.owner('access_link').where({ token_hash: tokenHash(other.split('/').at(-1)!) }).update({ expires_at: new Date(Date.now() - 1000) });
    assert.equal((await web.stranger.get(other)).status, 410);
    assert.equal((await web.stranger.get(`/chia-se/${'x'.repeat(43)}`)).status, 410);
  });

  test('is made by the clerk or the principal of the school, for a card that the Sở has received', async () => {
    assert.equal((await (await web.as(who.at('principal', 0))).tell(`/hoc-ba/${card.id}/gui-phu-huynh`, { days: '30' })).status, 200);
    assert.equal((await (await web.as(who.at('clerk', 1))).tell(`/hoc-ba/${card.id}/gui-phu-huynh`, { days: '7' })).status, 403);
    assert.equal((await (await web.as(who.department('coordinator'))).tell(`/hoc-ba/${card.id}/gui-phu-huynh`, { days: '7' })).status, 403);
    assert.equal((await (await web.as(who.at('clerk', 1))).tell(`/hoc-ba/${drafted}/gui-phu-huynh`, { days: '7' })).body['code'], 'not-issued');
    assert.equal((await (await web.as(who.at('clerk', 0))).tell(`/hoc-ba/${card.id}/gui-phu-huynh`, { days: '3650' })).status, 422);
  });

  test('a school\'s people find every class and card from their menu', async () => {
    const clerk = await web.as(who.at('clerk', 0));
    const { classes } = await clerk.json<{ classes: { classId: string; sealed: number }[] }>(`/truong/${who.school(0)}/hoc-ba`);
    assert.equal(classes.length, who.classNames(0).length);
    assert.ok(classes.every((one) => one.sealed > 0));
    assert.ok((await clerk.page(`/lop/${classes[0]!.classId}/hoc-ba`)).includes(`/gui-phu-huynh`));
    assert.equal((await (await web.as(who.at('clerk', 1))).get(`/lop/${classes[0]!.classId}/hoc-ba`)).status, 403);
  });
});
