import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { row } from '../../db/connect.js';
import { giveCertificates, nameApprovers, openTasks } from '../support/schoolWork.js';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { staffing } from '../support/staffing.js';
import { startWeb, type Visitor, type Web } from '../support/web.js';

describe('what somebody posts under an id or a day of their own choosing', () => {
  let web: Web;
  let seeded: Seeded;
  let who: ReturnType<typeof staffing>;
  let head: Visitor;
  let coordinator: Visitor;
  let clerk: Visitor;
  let authority: string;
  const grant = (over: Record<string, string> = {}): Record<string, string> => ({
    decisionId: randomUUID(), personId: who.at('deputy', 0), instrumentNumber: '21/QĐ-TH', instrumentDate: '2026-05-20', signedBy: 'Hiệu trưởng', validFrom: '2026-05-21T00:00', validTo: '', ...over,
  });
  const stored = (decisionId: string) => row<{ act: string; outcome: string | null; code: string | null }>(web.owner, 'SELECT act, outcome, outcome_code AS code FROM decision WHERE id = :decisionId', { decisionId });

  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner, { cardState: () => 'teacher_signed' });
    who = staffing(seeded);
    await giveCertificates(web.owner);
    await nameApprovers(web.owner, seeded);
    await openTasks(web.owner, seeded);
    [head, coordinator, clerk] = await Promise.all([web.as(who.at('principal', 0)), web.as(who.department('coordinator')), web.as(who.at('clerk', 0))]);
    authority = `/truong/${who.school(0)}/giao-ky/giao`;
    web.startWorker();
  });
  after(() => web.close());

  test('a decision under the id of another person\'s is refused, and says nothing of that one', async () => {
    const decisionId = randomUUID();
    const reminded = await coordinator.tell(`/dot/${seeded.campaignId}/truong/${who.school(1)}/nhac`, { decisionId });
    assert.equal(reminded.body['outcome'], 'done');
    const hijacked = await head.tell(authority, grant({ decisionId }));
    assert.deepEqual([hijacked.status, hijacked.body['code']], [409, 'form-out-of-date']);
    assert.equal((await stored(decisionId))?.act, 'remind_school');
  });

  test('the same id with other words is not told that those were carried out', async () => {
    const first = grant();
    assert.equal((await head.tell(authority, first)).body['outcome'], 'done');
    assert.equal((await head.tell(authority, first)).body['outcome'], 'done', 'pressed twice is one decision');
    const changed = await head.tell(authority, { ...first, instrumentNumber: '99/QĐ-TH' });
    assert.deepEqual([changed.status, changed.body['code']], [409, 'form-out-of-date']);
    const elsewhere = await coordinator.tell(`/dot/${seeded.campaignId}/truong/${who.school(1)}/nhac`, { decisionId: first['decisionId'] });
    assert.equal(elsewhere.status, 409);
  });

  test('another file under the id of an earlier upload is refused instead of being dropped', async () => {
    const path = `/truong/${who.school(0)}/du-lieu`;
    const key = randomUUID();
    const send = async (text: string) => {
      const response = await clerk.get(`${path}.json`, { method: 'POST', body: text, headers: { 'accept': 'application/json', 'content-type': 'application/json', 'x-csrf-token': clerk.csrf, 'idempotency-key': key } });
      return { status: response.status, body: await response.json() as Record<string, unknown> };
    };
    assert.equal((await send('{"classes":[]}')).body['outcome'], 'done');
    assert.equal((await send('{"classes":[]}')).body['outcome'], 'done', 'sent twice is one file');
    assert.deepEqual((await send('{"classes":[ ]}')).status, 409);
    const form = new FormData();
    form.set('csrf', coordinator.csrf);
    form.set('decisionId', key);
    form.set('file', new Blob(['PK']), 'don-vi.xlsx');
    assert.equal((await coordinator.get('/don-vi', { method: 'POST', body: form, headers: { accept: 'application/json' } })).status, 409);
  });

  test('a day that no calendar of ours holds is refused beside its field', async () => {
    for (const field of ['instrumentDate', 'validFrom'] as const) {
      const day = field === 'instrumentDate' ? '0000-05-20' : '0000-05-20T00:00';
      const refused = await head.tell(authority, grant({ [field]: day }));
      assert.equal(refused.status, 422);
      assert.ok(field in (refused.body['fields'] as object), field);
    }
    const extended = await coordinator.tell(`/dot/${seeded.campaignId}/truong/${who.school(1)}/mien`, { decisionId: randomUUID(), reason: 'Trường dùng học bạ giấy', until: '0000-01-01' });
    assert.equal(extended.status, 422);
  });

  test('a decision that the database cannot hold is refused, and those behind it are carried out', async () => {
    const poison = randomUUID();
    const workflow = await row<{ workflow_id: string }>(web.owner, `SELECT workflow_id FROM decision WHERE act = 'grant_authority' LIMIT 1`);
    await web.owner('decision').insert({
      id: poison, act: 'grant_authority', actor_id: who.at('principal', 0), province_code: seeded.province.code, campaign_id: seeded.campaignId, school_code: who.school(0),
      workflow_id: workflow!.workflow_id, payload: JSON.stringify({ personId: who.at('deputy', 0), basis: 'deputy_assignment', instrumentNumber: '1', instrumentDate: '0000-01-01', signedBy: 'HT', validFrom: '2026-05-21T00:00:00+07:00', validTo: null, classes: null }),
    });
    const behind = await head.tell(authority, grant({ instrumentNumber: '22/QĐ-TH' }));
    assert.equal(behind.body['outcome'], 'done');
    assert.deepEqual(await stored(poison), { act: 'grant_authority', outcome: 'refused', code: 'bad-input' });
  });

  test('a head does not end what the Sở has recorded: who is in charge', async () => {
    const inCharge = grant({ basis: 'deputy_in_charge', instrumentNumber: '7/SGDĐT' });
    assert.equal((await coordinator.tell(authority, inCharge)).body['outcome'], 'done');
    const end = (by: Visitor) => by.tell(authority.replace(/giao$/, 'cham-dut'), { decisionId: randomUUID(), authorityId: inCharge['decisionId'], reason: 'Tôi đã trở lại' });
    const refused = await end(head);
    assert.deepEqual([refused.status, refused.body['code']], [403, 'not-allowed']);
    assert.equal((await end(coordinator)).body['outcome'], 'done');
  });

  test('letters that PostgreSQL cannot hold are the sender\'s fault, not the hub\'s', async () => {
    assert.equal((await web.stranger.tell('/dang-nhap', { userName: 'co\u0000giao', password: 'x' })).status, 422);
    assert.equal((await head.tell(authority, grant({ signedBy: 'Hiệu\u0000trưởng' }))).status, 422);
    assert.equal((await coordinator.tell(`/dot/${seeded.campaignId}/tim`, { text: 'a\u0000b' })).status, 422);
  });
});
