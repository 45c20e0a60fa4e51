import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { row, rows } from '../../db/connect.js';
import type { RefusedSheet } from '../../domain/sheets/refused.js';
import type { SealSheet } from '../../domain/sheets/seal.js';
import { giveCertificates, moveBatch, nameApprovers, openTasks } from '../support/schoolWork.js';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { staffing } from '../support/staffing.js';
import { startWeb, type Visitor, type Web } from '../support/web.js';

type SealJson = { sheet: SealSheet; mine: { classId: string; task: string; ready: number }[]; actions: { seal: { decisionId: string; blocked: string | null } } };
type RefusedJson = { sheet: RefusedSheet; actions: { correct: { decisionId: string } } };

describe('sealing and correcting', () => {
  let web: Web;
  let seeded: Seeded;
  let who: ReturnType<typeof staffing>;
  let clerk: Visitor;
  let seal: string;
  let refused: string;

  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner, { cardState: (one, _school, index) => (one.grade === 1 ? 'principal_signed' : one.grade === 2 ? 'teacher_signed' : one.grade === 3 ? (index < 2 ? 'refused' : 'accepted') : 'accepted') });
    who = staffing(seeded);
    seal = `/truong/${who.school(0)}/ky-so`;
    refused = `/truong/${who.school(0)}/kho-tu-choi`;
    await giveCertificates(web.owner);
    await nameApprovers(web.owner, seeded);
    await openTasks(web.owner, seeded);
    clerk = await web.as(who.at('clerk', 0));
    web.startWorker();
  });
  after(() => web.close());

  test('lists what can be sealed, what is held back and why, and the seal\'s certificate', async () => {
    const { sheet, mine } = await clerk.json<SealJson>(seal);
    assert.equal(mine.length, 1);
    assert.equal(sheet.certificate?.state, 'valid');
    const page = await clerk.page(seal);
    assert.match(page, /Còn hiệu lực/);
    assert.match(page, /Chưa ký số phát hành được/);
    assert.match(page, /học bạ chưa được ký duyệt/);
    const done = seeded.province.schools[0]!.classes.filter((one) => one.grade > 3).map((one) => one.name);
    const finished = await web.owner('expected_pupil').where({ class_id: seeded.classOf(who.school(0), done[0]!) }).update({ status: 'held', reason: 'no_personal_number' }).whereNotIn('id', web.owner('report_card').select('expected_pupil_id'));
    assert.ok(finished >= 0);
    const fold = (await clerk.page(seal)).split('Chưa ký số phát hành được')[1] ?? '';
    for (const name of done) assert.ok(!fold.includes(`Lớp ${name}<`), `class ${name} is finished: a held pupil alone keeps nothing from the seal`);
    const none = await clerk.post(`${seal}/ky`, { decisionId: randomUUID() });
    const again = await none.text();
    assert.match(again, /role="alert"><p>Chọn ít nhất một lớp để ký số phát hành\.<\/p><\/div>/);
    assert.doesNotMatch(again, /name="task"[^>]*checked/, 'what was unticked stays so');
  });

  test('an expired or missing certificate turns the button off and says who mends it', async () => {
    const { seal_certificate_id: id } = (await row<{ seal_certificate_id: string }>(web.owner, 'SELECT seal_certificate_id FROM school WHERE code = :code', { code: who.school(0) }))!;
    await web.owner('certificate').where({ id }).update({ valid_from: new Date('2024-01-01'), valid_to: new Date('2025-01-01') });
    const page = await clerk.page(seal);
    assert.match(page, /Đã hết hạn/);
    assert.match(page, /<button[^>]*disabled[^>]*>Ký số phát hành các lớp đã chọn/);
    const { mine } = await clerk.json<SealJson>(seal);
    assert.equal((await clerk.tell(`${seal}/ky`, { decisionId: randomUUID(), task: mine[0]!.task })).body['code'], 'certificate-expired');
    await web.owner('school').where({ code: who.school(0) }).update({ seal_certificate_id: null });
    assert.match(await clerk.page(seal), /Chuyên viên Sở GD&amp;ĐT ghi nhận/);
    await web.owner('school').where({ code: who.school(0) }).update({ seal_certificate_id: id });
    await web.owner('certificate').where({ id }).update({ valid_to: new Date(Date.now() + 10 * 86_400_000) });
    assert.match(await clerk.page(seal), /Sắp hết hạn/);
  });

  test('sealing makes one batch with the school\'s own account and shows its progress', async () => {
    const { mine, actions } = await clerk.json<SealJson>(seal);
    const response = await clerk.post(`${seal}/ky`, { decisionId: actions.seal.decisionId, task: mine[0]!.task });
    assert.equal(response.headers.get('location'), seal);
    const batch = await row<{ account: string; n: number }>(web.owner, `SELECT b.account, (SELECT count(*)::int FROM signature_item i WHERE i.batch_id = b.id) AS n FROM signature_batch b WHERE b.role = 'seal'`);
    assert.deepEqual(batch, { account: seeded.province.schools[0]!.seal.account, n: mine[0]!.ready });
    await moveBatch(web.owner, { schoolCode: who.school(0), role: 'seal', state: 'collected', items: 'collected' });
    assert.match(await clerk.page(seal), /Đã xác nhận, đang gắn chữ ký/);
  });

  test('refused cards stand with the Kho\'s own words', async () => {
    const { sheet } = await clerk.json<RefusedJson>(refused);
    assert.equal(sheet.cards.length, 2);
    const page = await clerk.page(refused);
    for (const text of ['E-DATA', 'NOI_SINH', 'Nơi sinh không có trong danh mục', 'Gửi lại Kho', 'Lập lại học bạ']) assert.ok(page.includes(text), text);
  });

  test('drawing up anew needs a reason; both ways need a card; the form keeps what was chosen', async () => {
    const { sheet } = await clerk.json<RefusedJson>(refused);
    const card = sheet.cards[0]!.cardId;
    const none = await clerk.post(refused, { decisionId: randomUUID(), way: 'resend' });
    assert.equal(none.status, 422);
    assert.match(await none.text(), /Chọn ít nhất một học bạ/);
    const short = await clerk.post(refused, { decisionId: randomUUID(), way: 'reissue', card, reason: '' });
    assert.equal(short.status, 422);
    assert.match(await short.text(), new RegExp(`value="${card}" checked`));
    assert.equal((await rows(web.owner, `SELECT 1 FROM decision WHERE act IN ('resend_cards', 'reissue_cards')`)).length, 0);
  });

  test('one card is sent again as it is, the other drawn up anew, by their own decisions', async () => {
    const { sheet, actions } = await clerk.json<RefusedJson>(refused);
    const [one, other] = sheet.cards.map((card) => card.cardId);
    assert.equal((await clerk.tell(refused, { decisionId: actions.correct.decisionId, way: 'resend', card: one })).body['outcome'], 'done');
    assert.match(await clerk.page(refused), new RegExp(`<input type="checkbox" name="card" value="${other}" checked`), 'the only one left is chosen already');
    const again = (await clerk.json<RefusedJson>(refused)).actions.correct.decisionId;
    assert.equal((await clerk.tell(refused, { decisionId: again, way: 'reissue', card: [other], reason: 'Nơi sinh ghi sai tên xã' })).body['outcome'], 'done');
    assert.equal((await clerk.json<RefusedJson>(refused)).sheet.cards.length, 0);
    assert.match(await clerk.page(refused), /Không có học bạ nào của trường bị Kho từ chối/);
    const stale = await clerk.tell(refused, { decisionId: randomUUID(), way: 'resend', card: one });
    assert.deepEqual([stale.status, stale.body['code']], [409, 'not-refused']);
  });

  test('only the school\'s clerk seals; the coordinator may correct anywhere; others reach neither', async () => {
    for (const visitor of [await web.as(who.at('clerk', 1)), await web.as(who.at('deputy', 0))]) {
      assert.equal((await visitor.get(seal)).status, 403);
      assert.equal((await visitor.tell(`${seal}/ky`, { decisionId: randomUUID(), task: `${randomUUID()}:1` })).status, 403);
      assert.equal((await visitor.get(refused)).status, 403);
      assert.equal((await visitor.tell(refused, { decisionId: randomUUID(), way: 'resend', card: randomUUID() })).status, 403);
    }
    assert.equal((await (await web.as(who.department('coordinator'))).get(refused)).status, 200);
    assert.equal((await (await web.as(who.department('coordinator'))).get(seal)).status, 403);
  });
});
