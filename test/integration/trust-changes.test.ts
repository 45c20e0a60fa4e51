import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Knex } from 'knex';
import { trustInForce, type TrustInForce } from '../../activities/trust/inForce.js';
import { openDatabase, row } from '../../db/connect.js';
import type { WorkerSettings } from '../../runtime/settings.js';
import { authority, issue, keysOf, pem, type Issued } from '../support/trustPki.js';
import { seedProvince } from '../support/seedProvince.js';
import { startWeb, type Visitor, type Web } from '../support/web.js';

const PATH = '/quan-tri/tin-cay';
const REASON = 'Theo công văn số 12, trang công bố của tổ chức';

describe('trust and its change by two administrators', () => {
  let web: Web;
  let worker: Knex;
  let folder: string;
  const people: Record<'first' | 'second' | 'double', Visitor> = {} as never;
  const installed = authority(null, 'Gốc lúc cài đặt');
  const stamping = authority(null, 'Gốc dấu thời gian');
  let settings: WorkerSettings;

  const administrator = async (personalNumber: string | null): Promise<Visitor> => {
    const id = randomUUID();
    await web.owner('person').insert({ id, full_name: `Quản trị ${personalNumber}`, personal_number: personalNumber });
    await web.owner('role_grant').insert({ person_id: id, role: 'administrator' });
    return web.as(id);
  };

  before(async () => {
    web = await startWeb();
    await seedProvince(web.owner);
    worker = openDatabase(web.workerUrl, 4);
    for (const [name, number] of [['first', '097099000001'], ['second', '097099000002'], ['double', null]] as const) people[name] = await administrator(number);
    folder = await mkdtemp(join(tmpdir(), 'trust-changes-'));
    const [signers, stampers] = [join(folder, 'signers.pem'), join(folder, 'stampers.pem')];
    await writeFile(signers, pem('CERTIFICATE', installed.der));
    await writeFile(stampers, pem('CERTIFICATE', stamping.der));
    settings = { HUB_MODE: 'production', HUB_TRUST_ANCHORS: signers, HUB_TSA_ANCHORS: stampers, HUB_TSA_URL: 'https://tsa.example/', HUB_CRL_URLS: ['https://crl.example/1.crl'] } as WorkerSettings;
    web.startWorker();
  });
  after(async () => {
    await worker.destroy();
    await web.close();
    await rm(folder, { recursive: true });
  });

  const form = (one: Issued, more: Record<string, string> = {}): Record<string, string> =>
    ({ decisionId: randomUUID(), authority: 'Tổ chức mới', certificate: pem('CERTIFICATE', one.der), 'use-person': '1', 'use-organisation': '1', reason: REASON, ...more });
  const propose = async (one: Issued, more: Record<string, string> = {}): Promise<string> => {
    const body = form(one, more);
    const answer = await people.first.tell(`${PATH}/chung-thu`, body);
    assert.deepEqual([answer.status, answer.body['outcome']], [200, 'done'], JSON.stringify(answer.body));
    return body['decisionId'] as string;
  };
  const settle = async (who: Visitor, changeId: string, answer: 'confirm' | 'reject', reason?: string): Promise<[number, unknown]> => {
    const told = await who.tell(`${PATH}/${changeId}/xu-li`, { decisionId: randomUUID(), answer, ...(reason === undefined ? {} : { reason }) });
    return [told.status, told.body['code'] ?? told.body['outcome']];
  };
  const subjects = async (found: ReturnType<TrustInForce['anchors']>): Promise<string[]> => (await found).map(({ subject }) => /CN=(.*)/.exec(subject)?.[1] ?? '');

  test('the settings of the installation fill empty tables, once, from many processes at a time', async () => {
    const processes = Array.from({ length: 4 }, () => trustInForce(worker, settings));
    await Promise.all(processes.map((one) => one.anchors()));
    assert.deepEqual(await subjects(processes[0]!.anchors()), ['Gốc lúc cài đặt']);
    assert.deepEqual(await subjects(processes[0]!.tsaAnchors()), ['Gốc dấu thời gian']);
    assert.deepEqual(await processes[0]!.addresses(), { tsa: 'https://tsa.example/', crls: ['https://crl.example/1.crl'] });
    const audit = await web.owner('audit').where({ act: 'install_trust' });
    assert.equal(audit.length, 1);
    await trustInForce(worker, { ...settings, HUB_TSA_URL: 'https://another.example/' }).addresses();
    assert.equal(Number((await web.owner('trust_source').where({ kind: 'tsa' }).count())[0]!['count']), 1, 'later settings change nothing');
  });

  test('the sandbox follows its settings, since its services move; what people added stays', async () => {
    const moved = { ...settings, HUB_MODE: 'sandbox' as const, HUB_CRL_URLS: ['http://127.0.0.1:1/2.crl'] };
    assert.deepEqual((await trustInForce(worker, moved).addresses()).crls, ['http://127.0.0.1:1/2.crl']);
    assert.deepEqual((await trustInForce(worker, { ...settings, HUB_MODE: 'sandbox' }).addresses()).crls, ['https://crl.example/1.crl']);
    assert.deepEqual(await web.owner('trust_source').where({ kind: 'crl' }).whereNull('used_to').pluck('address'), ['https://crl.example/1.crl']);
  });

  test('a proposal changes nothing until another administrator confirms it; then it does, at once, for what it is for', async () => {
    const inForce = trustInForce(worker, settings);
    const before_ = await inForce.anchors();
    assert.equal(await inForce.anchors(), before_, 'the same array, while nothing changes');
    const change = await propose(authority(null, 'Gốc mới'), { 'use-organisation': '0' });
    assert.deepEqual(await subjects(inForce.anchors()), ['Gốc lúc cài đặt']);
    assert.deepEqual(await settle(people.first, change, 'confirm'), [403, 'trust-same-person']);
    assert.deepEqual(await subjects(inForce.anchors()), ['Gốc lúc cài đặt']);
    assert.deepEqual(await settle(people.second, change, 'confirm'), [200, 'done']);
    assert.deepEqual(await subjects(inForce.anchors('person')), ['Gốc lúc cài đặt', 'Gốc mới']);
    assert.deepEqual(await subjects(inForce.anchors('organisation')), ['Gốc lúc cài đặt']);
    assert.deepEqual(await settle(people.second, change, 'confirm'), [409, 'already-decided']);
    const stored = await row<{ proposer: string; confirmer: string }>(web.owner, `
      SELECT c.proposed_by AS proposer, c.settled_by AS confirmer FROM trust_anchor t JOIN trust_change c ON c.id = t.added_by`);
    assert.notEqual(stored!.proposer, stored!.confirmer);
  });

  test('a way in that was given these days is no second person: not by a link made for a colleague, not by a role handed out', async () => {
    const old = async (): Promise<void> => {
      // The audit only grows; a test that cannot wait three days moves its clock.
      await web.owner.raw(`ALTER TABLE audit DISABLE TRIGGER audit_insert_only; UPDATE audit SET at = at - interval '73 hours'; ALTER TABLE audit ENABLE TRIGGER audit_insert_only`);
    };
    const victim = randomUUID();
    await web.owner('person').insert({ id: victim, full_name: 'Quản trị vắng mặt', personal_number: '097099000003' });
    await web.owner('role_grant').insert({ person_id: victim, role: 'administrator' });
    await web.as(victim);
    const made = await people.first.tell(`/quan-tri/nguoi-dung/${victim}/lien-ket`, {});
    const set = await web.stranger.tell(new URL(made.body['link'] as string).pathname, { userName: 'quan.tri.3', password: 'hoa phuong do' });
    assert.equal(set.status, 200);
    const taken = await web.as(victim);
    const change = await propose(authority(null, 'Gốc của kẻ gian'));
    assert.deepEqual(await settle(taken, change, 'confirm'), [403, 'trust-fresh-access']);
    const decisionId = randomUUID();
    assert.equal((await taken.tell(`${PATH}/dia-chi`, { decisionId, authority: 'Tổ chức lạ', source: 'crl', address: 'https://ke-gian.example/1.crl', reason: REASON })).status, 200);
    assert.deepEqual(await settle(people.first, decisionId, 'confirm'), [403, 'trust-fresh-access'], 'nor does what came from there count');
    await old();
    assert.deepEqual(await settle(taken, change, 'reject', 'Chỉ là thử nghiệm'), [200, 'done']);
    assert.deepEqual(await settle(people.first, decisionId, 'confirm'), [200, 'done'], 'once the real holder has had the time to notice');

    const other = randomUUID();
    await web.owner('person').insert({ id: other, full_name: 'Chuyên viên', personal_number: '097099000004' });
    await web.owner('role_grant').insert({ person_id: other, role: 'official' });
    const granted = await people.first.tell(`/nhan-su/${other}/giao`, { decisionId: randomUUID(), what: 'administrator/', reason: 'Thêm người quản trị' });
    assert.equal(granted.body['outcome'], 'done', JSON.stringify(granted.body));
    const again = await propose(authority(null, 'Gốc thứ hai của kẻ gian'));
    assert.deepEqual(await settle(await web.as(other), again, 'confirm'), [403, 'trust-fresh-access']);
    assert.deepEqual(await settle(await web.as(other), again, 'reject', 'Ai cũng từ chối được'), [200, 'done']);
    await old();
  });

  test('one human being with two accounts is one person', async () => {
    const twin = randomUUID();
    await web.owner.raw('ALTER TABLE person DROP CONSTRAINT IF EXISTS person_personal_number_key');
    await web.owner('person').insert({ id: twin, full_name: 'Người ấy, tài khoản khác', personal_number: '097099000001' });
    await web.owner('role_grant').insert({ person_id: twin, role: 'administrator' });
    const change = await propose(authority(null, 'Gốc của một người'));
    assert.deepEqual(await settle(await web.as(twin), change, 'confirm'), [403, 'trust-same-person']);
    assert.deepEqual(await settle(people.first, change, 'reject'), [200, 'done'], 'the proposer may withdraw');
    assert.deepEqual(await settle(people.second, change, 'confirm'), [409, 'already-decided']);
  });

  test('a refusal by another needs a reason', async () => {
    const change = await propose(authority(null, 'Gốc bị từ chối'));
    assert.deepEqual(await settle(people.second, change, 'reject'), [422, 'reason-missing']);
    assert.deepEqual(await settle(people.second, change, 'reject', 'Dấu vân tay không khớp công bố'), [200, 'done']);
  });

  test('what is no authority\'s certificate, weak without saying so, without a use, or trusted already is not proposed', async () => {
    const fault = async (body: Record<string, string>): Promise<[number, unknown]> => {
      const told = await people.first.tell(`${PATH}/chung-thu`, body);
      return [told.status, Object.keys((told.body['fields'] ?? {}) as object)[0] ?? told.body['code']];
    };
    const root = authority(null, 'Gốc để thử');
    assert.deepEqual(await fault(form(issue(root, 'Người ký'))), [422, 'certificate']);
    assert.deepEqual(await fault(form(root, { certificate: 'rác' })), [422, 'certificate']);
    assert.deepEqual(await fault(form(root, { certificate: pem('CERTIFICATE', root.der, installed.der) })), [422, 'certificate']);
    assert.deepEqual(await fault(form(root, { 'use-person': '0', 'use-organisation': '0' })), [422, 'uses']);
    assert.deepEqual(await fault(form(root, { reason: 'ngắn' })), [422, 'reason']);
    assert.deepEqual(await fault(form(installed)), [409, 'trust-in-force']);
    const weak = authority(root, 'Cấp phát SHA-1', { hash: 'sha1' });
    assert.deepEqual(await fault(form(weak)), [422, 'certificate']);
    const change = await propose(weak, { weak: '1' });
    assert.deepEqual(await settle(people.second, change, 'confirm'), [200, 'done']);
    assert.equal((await trustInForce(worker, settings).weakAuthorities()).length, 1);
    assert.deepEqual(await fault(form(authority(null, 'Gốc RSA-1024', { keys: keysOf('gốc yếu', 1024) }))), [422, 'certificate']);
  });

  test('an end is proposed and confirmed as well; the last of a use stays, and what was in force is still told', async () => {
    const end = async (kind: 'end_certificate' | 'end_source', id: string): Promise<[number, unknown, string]> => {
      const decisionId = randomUUID();
      const told = await people.first.tell(`${PATH}/ket-thuc`, { decisionId, kind, id, reason: 'Tổ chức ngừng dịch vụ' });
      return [told.status, told.body['code'] ?? told.body['outcome'], decisionId];
    };
    const anchorId = async (one: Issued): Promise<string> => (await web.owner('trust_anchor').where({ der: one.der }).first<{ id: string }>('id')).id;
    assert.deepEqual((await end('end_certificate', await anchorId(installed))).slice(0, 2), [409, 'trust-last'], 'alone for organisations');
    assert.deepEqual((await end('end_certificate', await anchorId(stamping))).slice(0, 2), [409, 'trust-last']);
    const [status, , change] = await end('end_certificate', (await web.owner('trust_anchor').where('subject', 'like', '%CN=Gốc mới%').first<{ id: string }>('id')).id);
    assert.equal(status, 200);
    const inForce = trustInForce(worker, settings);
    assert.ok((await subjects(inForce.anchors('person'))).includes('Gốc mới'));
    assert.deepEqual(await settle(people.second, change, 'confirm'), [200, 'done']);
    assert.ok(!(await subjects(inForce.anchors('person'))).includes('Gốc mới'));
    const ended = await web.owner('trust_anchor').where('subject', 'like', '%CN=Gốc mới%').first<{ trusted_to: Date | null }>('trusted_to');
    assert.ok(ended.trusted_to instanceof Date);
    const source = await web.owner('trust_source').where({ kind: 'tsa' }).whereNull('used_to').first<{ id: string }>('id');
    assert.deepEqual((await end('end_source', source.id)).slice(0, 2), [409, 'trust-last']);
  });

  test('an address is added the same way, and the newest time-stamping address is asked', async () => {
    const decisionId = randomUUID();
    const body = { decisionId, authority: 'Tổ chức mới', source: 'tsa', address: 'https://tsa2.example/', reason: REASON };
    assert.equal((await people.first.tell(`${PATH}/dia-chi`, { ...body, address: 'ftp://tsa2.example/' })).status, 422);
    assert.equal((await people.first.tell(`${PATH}/dia-chi`, body)).status, 200);
    assert.deepEqual(await settle(people.second, decisionId, 'confirm'), [200, 'done']);
    assert.equal((await trustInForce(worker, settings).addresses()).tsa, 'https://tsa2.example/');
  });

  test('the page shows what is in force and what waits, and says to the proposer why the button is off', async () => {
    await propose(authority(null, 'Gốc đang chờ'));
    const own = await people.first.page(PATH);
    assert.match(own, /Gốc lúc cài đặt/);
    assert.match(own, /người đề xuất không tự xác nhận được/);
    assert.match(own, /Rút lại đề xuất/);
    const others = await people.second.page(PATH);
    assert.match(others, /So dấu vân tay/);
    assert.doesNotMatch(others, /Rút lại đề xuất/);
  });

  test('the database itself keeps one person from confirming alone, and rows from being changed', async () => {
    const first = (await row<{ id: string }>(web.owner, `SELECT proposed_by AS id FROM trust_change LIMIT 1`))!.id;
    await assert.rejects(web.owner('trust_change').insert({ id: randomUUID(), content: JSON.stringify({ kind: 'end_source', id: 'x' }), reason: REASON, proposed_by: first, state: 'confirmed', settled_by: first, settled_at: new Date() }), /check constraint/);
    await assert.rejects(worker('trust_anchor').update({ uses: ['timestamp'] }), /permission denied/);
    await assert.rejects(worker('trust_change').update({ content: '{}' }), /permission denied/);
    await assert.rejects(web.owner('trust_anchor').insert({ authority: 'x', der: Buffer.from('x'), fingerprint: '0'.repeat(64), subject: 'x', not_before: '2026-01-01', not_after: '2027-01-01', self_signed: true, uses: ['person'] }), /check constraint/);
  });
});
