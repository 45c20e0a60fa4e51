import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { row } from '../../db/connect.js';
import type { ApproveSheet } from '../../domain/sheets/approve.js';
import type { AuthoritySheet } from '../../domain/sheets/authority.js';
import { giveCertificates, nameApprovers, openTasks } from '../support/schoolWork.js';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { staffing } from '../support/staffing.js';
import { startWeb, type Visitor, type Web } from '../support/web.js';

type AuthorityJson = { sheet: AuthoritySheet; actions: { grant: { decisionId: string; allowed: boolean }; revoke: Record<string, string> } };

describe('delegated signing', () => {
  let web: Web;
  let seeded: Seeded;
  let who: ReturnType<typeof staffing>;
  let head: Visitor;
  let path: string;
  const grantForm = (over: Record<string, string | string[]> = {}): Record<string, string | string[]> => ({
    decisionId: randomUUID(), personId: who.at('deputy', 0), instrumentNumber: '21/QĐ-TH', instrumentDate: '2026-05-20', signedBy: 'Hiệu trưởng', validFrom: '2026-05-21T00:00', validTo: '', ...over,
  });

  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner, { cardState: () => 'teacher_signed' });
    who = staffing(seeded);
    path = `/truong/${who.school(0)}/giao-ky`;
    await giveCertificates(web.owner);
    await nameApprovers(web.owner, seeded);
    await openTasks(web.owner, seeded);
    head = await web.as(who.at('principal', 0));
    web.startWorker();
  });
  after(() => web.close());

  test('the head sees who may sign, under which instrument and until when, and how many classes wait for each', async () => {
    const { sheet } = await head.json<AuthorityJson>(path);
    const deputy = sheet.authorities.find((one) => one.basis === 'deputy_assignment')!;
    assert.ok(deputy.holds);
    assert.equal(deputy.openTasks, 4);
    const page = await head.page(path);
    assert.match(page, /KT\. HIỆU TRƯỞNG \/ PHÓ HIỆU TRƯỞNG/);
    assert.ok(page.includes(deputy.instrumentNumber!));
  });

  test('ending it moves the waiting classes: the deputy is told at once that signing is no longer theirs', async () => {
    const { sheet, actions } = await head.json<AuthorityJson>(path);
    const { id } = sheet.authorities.find((one) => one.basis === 'deputy_assignment')!;
    const short = await head.post(`${path}/cham-dut`, { decisionId: randomUUID(), authorityId: id, reason: 'x' });
    assert.equal(short.status, 422);
    assert.match(await short.text(), /Ghi lí do, ít nhất 5 ký tự/);
    const deputy = await web.as(who.at('deputy', 0));
    const approve = `/truong/${who.school(0)}/ky-duyet`;
    const before = await deputy.json<{ mine: { task: string }[]; sheet: ApproveSheet }>(approve);
    assert.equal((await head.tell(`${path}/cham-dut`, { decisionId: actions.revoke[id], authorityId: id, reason: 'Hiệu trưởng đã trở lại làm việc' })).body['outcome'], 'done');
    const refused = await deputy.tell(`${approve}/ky`, { decisionId: randomUUID(), task: before.mine.map((one) => one.task) });
    assert.equal(refused.status, 403);
    await openTasks(web.owner, seeded);
    assert.equal((await deputy.json<{ mine: unknown[] }>(approve)).mine.length, 0);
    assert.match(await head.page(path), /Hiệu trưởng đã trở lại làm việc/);
  });

  test('a grant says what is missing beside each field and keeps what was typed', async () => {
    const response = await head.post(`${path}/giao`, grantForm({ instrumentNumber: '', validFrom: 'hôm nay', signedBy: 'Người ký' }));
    assert.equal(response.status, 422);
    const page = await response.text();
    assert.match(page, /Ghi số văn bản/);
    assert.match(page, /Chọn ngày và giờ/);
    assert.match(page, /value="Người ký"/);
    const order = await head.post(`${path}/giao`, grantForm({ validTo: '2026-05-20T00:00' }));
    assert.equal(order.status, 422);
    assert.match(await order.text(), /Ngày bắt đầu phải trước ngày kết thúc/);
  });

  test('a grant is a legal object: number, date, half-open window in local time, classes', async () => {
    const [first] = who.classNames(0);
    const answer = await head.tell(`${path}/giao`, { ...grantForm({ validTo: '2027-06-01T00:00', class: [first!] }) });
    assert.equal(answer.body['outcome'], 'done');
    const stored = await row<{ instrument_number: string; classes: string[]; valid_from: Date; basis: string }>(web.owner,
      `SELECT instrument_number, classes, valid_from, basis FROM authority WHERE instrument_number = '21/QĐ-TH'`);
    assert.deepEqual(stored?.classes, [first]);
    assert.equal(stored.basis, 'deputy_assignment');
    assert.equal(stored.valid_from.toISOString(), '2026-05-20T17:00:00.000Z');
  });

  test('a head cannot name who is in charge, nor someone of another school; a coordinator can do the first', async () => {
    const inCharge = await head.tell(`${path}/giao`, grantForm({ basis: 'deputy_in_charge' }));
    assert.deepEqual([inCharge.status, inCharge.body['code']], [403, 'not-allowed']);
    const other = await head.tell(`${path}/giao`, grantForm({ personId: who.at('principal', 1) }));
    assert.equal(other.body['code'], 'person-not-of-school');
    const coordinator = await web.as(who.department('coordinator'));
    assert.match(await coordinator.page(path), /phụ trách \(khuyết hiệu trưởng\)/);
    assert.equal((await coordinator.tell(`${path}/giao`, grantForm({ basis: 'deputy_in_charge', instrumentNumber: '5/QĐ-SGD' }))).body['outcome'], 'done');
  });

  test('a deputy reads but cannot give; another school\'s head reaches nothing', async () => {
    const deputy = await web.as(who.at('deputy', 0));
    const page = await deputy.page(path);
    assert.match(page, /Người giao ký thay được: hiệu trưởng/);
    assert.doesNotMatch(page, /giao-ky\/giao"/);
    assert.equal((await deputy.tell(`${path}/giao`, grantForm())).status, 403);
    assert.equal((await deputy.tell(`${path}/cham-dut`, { decisionId: randomUUID(), authorityId: randomUUID(), reason: 'không có quyền' })).status, 403);
    const stranger = await web.as(who.at('principal', 1));
    assert.equal((await stranger.get(path)).status, 403);
    assert.equal((await stranger.tell(`${path}/giao`, grantForm())).body['code'], 'other-area');
  });
});
