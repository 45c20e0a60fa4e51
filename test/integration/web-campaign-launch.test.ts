import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { personWith, startWeb, type Visitor, type Web } from '../support/web.js';

const packetKey = async (web: Web): Promise<void> => {
  const [certificate] = await web.owner('certificate').insert({ kind: 'organisation', der: Buffer.from('x'), fingerprint: 'b'.repeat(64), uid: 'MST:0990000009', serial: '1', valid_from: new Date('2025-01-01'), valid_to: new Date('2030-01-01') }).returning('id');
  await web.owner('packet_key').insert({ id: randomUUID(), certificate_id: certificate.id, sealed_key: Buffer.from('x'), active: true });
};

describe('preparing and launching a campaign', () => {
  let web: Web;
  let seeded: Seeded;
  let coordinator: Visitor;
  let campaignId: string;
  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner, { state: 'draft' });
    coordinator = await web.as(await personWith(web, 'coordinator'));
    campaignId = seeded.campaignId;
    web.startWorker();
  });
  after(() => web.close());

  const soon = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
  const deadlines = { collect: soon(1), review: soon(2), approve: soon(3), seal: soon(4) };

  test('creating one gives it the id of its decision, and spans written in words become its policy', async () => {
    const decisionId = randomUUID();
    const answer = await coordinator.tell('/dot/moi', { decisionId, schoolYear: '2026-2027', cycle: 'main', ...deadlines, remindBefore: '1 ngày 12 giờ', packetWait: 30 });
    assert.deepEqual([answer.status, answer.body['outcome'], answer.body['next']], [200, 'done', `/dot/${decisionId}`], JSON.stringify(answer.body));
    const stored = await web.owner('campaign').where({ id: decisionId }).first<{ state: string; policy: Record<string, unknown> }>();
    assert.equal(stored.state, 'draft');
    assert.equal(stored.policy['remindBefore'], 36 * 3600);
    assert.equal(stored.policy['packetWait'], 30);
    assert.equal(stored.policy['remindEvery'], 86_400, 'what was not asked keeps its default');
  });

  test('a second one of the same year and kind, and deadlines out of order, are refused', async () => {
    const twin = await coordinator.tell('/dot/moi', { decisionId: randomUUID(), schoolYear: '2026-2027', cycle: 'main', ...deadlines });
    assert.deepEqual([twin.status, twin.body['code']], [409, 'campaign-exists']);
    const order = await coordinator.tell('/dot/moi', { decisionId: randomUUID(), schoolYear: '2027-2028', cycle: 'main', ...deadlines, seal: soon(-9) });
    assert.deepEqual([order.status, order.body['code']], [422, 'window-order']);
  });

  test('a form with faults comes back filled, each fault beside its field', async () => {
    const response = await coordinator.post('/dot/moi', { decisionId: randomUUID(), schoolYear: '2025-2029', cycle: 'summer', collect: 'x', review: 'x', approve: 'x', seal: 'x', remindEvery: 'thỉnh thoảng' });
    assert.equal(response.status, 422);
    const page = await response.text();
    assert.match(page, /value="2025-2029"/);
    assert.match(page, /Năm sau phải liền năm trước/);
    assert.match(page, /Ghi số kèm đơn vị/);
  });

  test('both templates are workbooks', async () => {
    for (const path of ['/don-vi/mau', `/dot/${campaignId}/hoc-sinh/mau`]) {
      const response = await coordinator.get(path);
      assert.equal(response.status, 200);
      assert.match(response.headers.get('content-disposition') ?? '', /filename\*=UTF-8''M%E1%BA%ABu/);
      assert.equal(Buffer.from(await response.arrayBuffer()).subarray(0, 2).toString(), 'PK');
    }
  });

  for (const [path, kind] of [['/don-vi', 'units'], ['', 'expected']] as const) {
    test(`a workbook of ${kind} is kept as received and queued for reading; its page waits, then shows faults by cell`, async () => {
      const address = path === '' ? `/dot/${campaignId}/hoc-sinh` : path;
      const decisionId = randomUUID();
      const form = new FormData();
      form.append('csrf', coordinator.csrf);
      form.append('decisionId', decisionId);
      form.append('file', new Blob([Buffer.from('PK not read here')]), 'Danh sách.xlsx');
      const response = await coordinator.get(address, { method: 'POST', body: form });
      assert.equal(response.status, 303, await response.text());
      assert.equal(response.headers.get('location'), `/tep/${decisionId}?quyet-dinh=${decisionId}`);
      const stored = await web.owner('upload').where({ id: decisionId }).first<{ kind: string; file_name: string; bytes: Buffer }>();
      assert.deepEqual([stored.kind, stored.file_name, stored.bytes.toString()], [kind, 'Danh sách.xlsx', 'PK not read here']);
      assert.match(await coordinator.page(`/tep/${decisionId}`), /đang đọc[\s\S]*http-equiv="refresh"|http-equiv="refresh"[\s\S]*đang đọc/);
      await web.owner('upload_reading').where({ upload_id: decisionId }).update({ state: 'read', error_count: 1, read_at: new Date() });
      await web.owner('upload_fault').insert({ upload_id: decisionId, seq: 1, sheet: 'Danh sách', cell: 'F12', header: 'Ngày sinh', rule: 'date', message: 'Ngày sinh 31/02/2018 không có trong lịch.', severity: 'error' });
      const page = await coordinator.page(`/tep/${decisionId}`);
      assert.match(page, /F12/);
      assert.match(page, /không có trong lịch/);
      assert.match(page, /dữ liệu cũ giữ nguyên/);
      assert.doesNotMatch(page, /http-equiv="refresh"/);
      await web.owner('decision').where({ id: decisionId }).update({ outcome: 'done', outcome_at: new Date() });
      await web.owner('upload_fault').where({ upload_id: decisionId }).del();
      await web.owner('upload_reading').where({ upload_id: decisionId }).update({ state: 'refused', refusal_code: 'not-workbook', refusal_message: 'Tệp không phải bảng tính Excel.', error_count: 1 });
      const refused = await coordinator.page(`/tep/${decisionId}?quyet-dinh=${decisionId}`);
      assert.match(refused, /Tệp không được nhận:<\/strong> Tệp không phải bảng tính Excel/);
      assert.doesNotMatch(refused, /đã làm xong|dòng đầu|chỗ\.|lỗi phải sửa/, 'the file is in, which is no success, and no cell was read');
    });
  }

  test('a form without a file, and a file larger than the limit, are refused and change nothing', async () => {
    const before = (await web.owner('upload')).length;
    const form = new FormData();
    form.append('csrf', coordinator.csrf);
    form.append('decisionId', randomUUID());
    const none = await coordinator.get('/don-vi', { method: 'POST', body: form });
    assert.equal(none.status, 422);
    assert.match(await none.text(), /Chọn tệp/);
    form.append('file', new Blob([Buffer.alloc(31 * 2 ** 20)]), 'lớn.xlsx');
    const large = await coordinator.get('/don-vi', { method: 'POST', body: form });
    assert.equal(large.status, 413);
    assert.match(await large.text(), /30 MB/);
    assert.equal((await web.owner('upload')).length, before);
  });

  test('the preview counts what would be frozen and names what is missing; without the packet key the button says who can help', async () => {
    await web.owner('campaign').where({ id: campaignId }).update({ collect_due: new Date(Date.now() - 86_400_000) });
    const unset = await web.owner('class').where({ campaign_id: campaignId }).first<{ id: string }>();
    await web.owner('class').where({ id: unset.id }).update({ homeroom_person_id: null });
    const { preview } = await coordinator.json<{ preview: { schools: number; pupils: number; held: { pupils: number }[]; classesWithoutTeacher: unknown[] } }>(`/dot/${campaignId}/phat-dong`);
    const pupils = seeded.province.schools.flatMap((school) => school.classes.flatMap((one) => one.pupils));
    assert.equal(preview.schools, seeded.province.schools.length);
    assert.equal(preview.pupils, pupils.length);
    assert.equal(preview.held.reduce((sum, one) => sum + one.pupils, 0), pupils.filter((pupil) => pupil.identity.personalNumber === null || pupil.identity.nationality !== 'Việt Nam').length);
    assert.equal(preview.classesWithoutTeacher.length, 1);
    const page = await coordinator.page(`/dot/${campaignId}/phat-dong`);
    assert.match(page, /1 hạn đã qua/);
    assert.match(page, /<button[^>]*disabled[^>]*>Phát động đợt/);
    assert.match(page, /Quản trị hệ thống nạp ở trang Chứng thư số của Sở/);
    const forced = await coordinator.tell(`/dot/${campaignId}/phat-dong`, { decisionId: randomUUID(), confirmed: '1' });
    assert.deepEqual([forced.status, forced.body['code']], [409, 'packet-key-missing']);
  });

  test('launching asks to be confirmed, freezes the list with deadlines already past, and is one decision however often it is pressed', async () => {
    await packetKey(web);
    const unconfirmed = await coordinator.post(`/dot/${campaignId}/phat-dong`, { decisionId: randomUUID() });
    assert.equal(unconfirmed.status, 422);
    const decisionId = randomUUID();
    const [first, second] = await Promise.all([1, 2].map(() => coordinator.tell(`/dot/${campaignId}/phat-dong`, { decisionId, confirmed: '1' })));
    assert.deepEqual([first?.body['outcome'], second?.body['outcome']], ['done', 'done']);
    assert.equal((await web.owner('decision').where({ act: 'launch_campaign' })).length, 1);
    assert.equal((await web.owner('campaign_school').where({ campaign_id: campaignId })).length, seeded.province.schools.length);
    assert.equal((await coordinator.get(`/dot/${campaignId}/phat-dong`)).status, 409);
    assert.match(await coordinator.page(`/dot/${campaignId}?quyet-dinh=${decisionId}`), /Phát động đợt:<\/strong> đã làm xong/);
  });

  test('the outcome of a decision is told only to the one who took it', async () => {
    const { id } = await web.owner('decision').where({ act: 'launch_campaign' }).first<{ id: string }>();
    assert.equal((await coordinator.json<{ outcome: string }>(`/quyet-dinh/${id}`)).outcome, 'done');
    const clerk = await web.as(await personWith(web, 'clerk'));
    assert.equal((await clerk.get(`/quyet-dinh/${id}`)).status, 404);
  });
});
