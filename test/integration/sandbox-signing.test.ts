import assert from 'node:assert/strict';
import { createHash, createHmac, createPrivateKey, createPublicKey, randomUUID, verify, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createSigningAccounts } from '../../sandbox/province/accounts.js';
import { generateProvince } from '../../sandbox/province/generateProvince.js';
import { eventually, getJson, postJson, startSandbox, temporaryDirectory, type SandboxProcess } from './sandboxProcess.js';

const SECRET = 'a-secret-of-this-test-only';
const BEARER = { authorization: `Bearer ${SECRET}` };
const PERSON = { account: 'a-head', pin: '123456', kind: 'person', commonName: 'Nguyễn Thị Hà', uid: 'CCCD:099180000001' };
type View = { requestId: string; state: string; reason: string | null; signatures: { id: string; signature: string }[] };

describe('the signing service of the sandbox', () => {
  let service: SandboxProcess;
  let trust: SandboxProcess;
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let listener: Server;
  let callbackUrl: string;
  const callbacks: { body: string; signature: string }[] = [];
  let refuseCallbacks = 0;

  const start = async (): Promise<void> => {
    service = await startSandbox('signing', { SIGNING_PORT: '0', SIGNING_DIR: directory.path, TRUST_URL: trust.url, SIGNING_CLIENT_SECRET: SECRET, SIGNING_LOCK_MS: '800' });
  };
  const contents = Array.from({ length: 40 }, (_, index) => `<SignedInfo>${index}</SignedInfo>`);
  const documents = contents.map((text, index) => ({ id: `card-${index}`, digest: createHash('sha256').update(text).digest('base64') }));
  const ask = async (overrides: Record<string, unknown> = {}) => {
    const request = { requestId: randomUUID(), account: PERSON.account, description: 'Ký duyệt 40 học bạ lớp 1A', documents, callbackUrl, expiresAt: '2099-01-01T00:00:00+07:00', ...overrides };
    return { ...request, answer: await postJson(`${service.url}/api/v1/signing-requests`, request, BEARER) };
  };
  const view = (requestId: string): Promise<View> => getJson<View>(`${service.url}/api/v1/signing-requests/${requestId}`, BEARER);
  const confirm = (requestId: string, pin = PERSON.pin) => postJson(`${service.url}/phone/${PERSON.account}/requests/${requestId}/confirm`, { pin });
  const callbacksOf = (requestId: string) => callbacks.filter((one) => one.body.includes(requestId));
  const publicKey = async () => new X509Certificate((await getJson<{ certificate: string }>(`${service.url}/api/v1/accounts/${PERSON.account}/certificate`, BEARER)).certificate).publicKey;

  before(async () => {
    directory = await temporaryDirectory();
    trust = await startSandbox('trust', { TRUST_PORT: '0', TRUST_DIR: join(directory.path, 'trust') });
    listener = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      request.on('end', () => {
        callbacks.push({ body, signature: String(request.headers['x-signing-signature']) });
        response.statusCode = refuseCallbacks-- > 0 ? 503 : 204;
        response.end();
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    callbackUrl = `http://127.0.0.1:${(listener.address() as { port: number }).port}/callback`;
    await start();
    await postJson(`${service.url}/sandbox/accounts`, [PERSON]);
  });
  after(async () => {
    assert.equal(await service.stop(), 0);
    assert.equal(await trust.stop(), 0);
    listener.closeAllConnections();
    listener.close();
    await directory.remove();
  });

  test('accounts are made in bulk, the same again, and refused when they differ', async () => {
    const inputs = Array.from({ length: 8 }, (_, index) => ({ ...PERSON, account: `a-teacher-${index}`, uid: `CCCD:09918000010${index}` }));
    const first = await postJson(`${service.url}/sandbox/accounts`, inputs);
    assert.equal(first.status, 200);
    assert.deepEqual(await postJson(`${service.url}/sandbox/accounts`, inputs), first);
    assert.equal(new Set((first.body as { serial: string }[]).map((one) => one.serial)).size, 8);
    assert.equal((await postJson(`${service.url}/sandbox/accounts`, [{ ...inputs[0], commonName: 'Người Khác' }])).status, 409);
    assert.equal((await postJson(`${service.url}/sandbox/accounts`, [{ ...inputs[0], uid: 'MST:9900000001' }])).status, 400);
  });

  test('a certificate names the person by number, is for signing only and leads to an anchor of the trust services', async () => {
    const answer = await getJson<{ certificate: string; fingerprint: string; serial: string }>(`${service.url}/api/v1/accounts/${PERSON.account}/certificate`, BEARER);
    const certificate = new X509Certificate(answer.certificate);
    const anchors = (await readFile(join(directory.path, 'trust', 'anchors.pem'), 'utf8')).split(/(?=-----BEGIN)/).map((pem) => new X509Certificate(pem));
    assert.equal(anchors.length, 2);
    assert.match(certificate.subject, /UID=CCCD:099180000001/);
    assert.match(certificate.subject, /CN=Nguyễn Thị Hà/);
    assert.equal(certificate.ca, false);
    assert.equal(anchors.filter((anchor) => certificate.checkIssued(anchor) && certificate.verify(anchor.publicKey) && anchor.verify(anchor.publicKey)).length, 1);
    assert.equal(certificate.fingerprint256.replaceAll(':', '').toLowerCase(), answer.fingerprint);
    assert.equal(certificate.serialNumber.toLowerCase(), answer.serial);
  });

  test('a soft certificate comes with the key it was made for', async () => {
    const { body } = await postJson(`${service.url}/sandbox/certificates`, { commonName: 'Sở Mô Phỏng', uid: 'MST:9900000001' });
    const soft = body as { certificate: string; privateKey: string };
    assert.ok(new X509Certificate(soft.certificate).checkPrivateKey(createPrivateKey(soft.privateKey)));
  });

  test('a whole small province gets its accounts, with the right kind of certificate', async () => {
    const province = generateProvince({ size: 'small', seed: 7 });
    const accounts = await createSigningAccounts(province, service.url);
    const signers = province.staff.filter((person) => person.signing !== null);
    assert.equal(accounts.size, signers.length + province.schools.length);
    for (const person of signers) assert.match(new X509Certificate(accounts.get(person.signing?.account ?? '')?.certificate ?? '').subject, new RegExp(`UID=CCCD:${person.personalNumber}`));
    for (const { seal } of province.schools) assert.match(new X509Certificate(accounts.get(seal.account)?.certificate ?? '').subject, new RegExp(`UID=MST:${seal.taxCode}`));
  });

  test('an account can be given a new key and certificate, which a restart keeps', async () => {
    const before = await publicKey();
    const { status, body } = await postJson(`${service.url}/sandbox/accounts/${PERSON.account}/renewal`, {});
    assert.equal(status, 200);
    const after = await publicKey();
    assert.ok(!after.equals(before));
    await service.kill();
    await start();
    assert.ok((await publicKey()).equals(after));
    assert.equal((await getJson<{ fingerprint: string }>(`${service.url}/api/v1/accounts/${PERSON.account}/certificate`, BEARER)).fingerprint, (body as { fingerprint: string }).fingerprint);
    assert.equal((await postJson(`${service.url}/sandbox/accounts/nobody/renewal`, {})).status, 404);
  });

  test('the client must know the secret', async () => {
    const { status } = await postJson(`${service.url}/api/v1/signing-requests`, {}, { authorization: 'Bearer wrong' });
    assert.equal(status, 401);
  });

  test('hashes go in, the PIN confirms, and signatures come out that verify over the documents', async () => {
    const { requestId, answer } = await ask();
    assert.deepEqual(answer, { status: 202, body: { requestId, state: 'waiting' } });
    const phone = await getJson<{ requests: { requestId: string; count: number }[] }>(`${service.url}/phone/${PERSON.account}.json`);
    assert.deepEqual(phone.requests.map((one) => [one.requestId, one.count]), [[requestId, 40]]);
    assert.equal((await confirm(requestId)).status, 200);
    const signed = await eventually(() => view(requestId), (now) => now.state === 'signed');
    const key = await publicKey();
    assert.deepEqual(signed.signatures.map((one) => one.id), documents.map((one) => one.id));
    for (const [index, { signature }] of signed.signatures.entries()) {
      assert.ok(verify('sha256', Buffer.from(contents[index] ?? ''), key, Buffer.from(signature, 'base64')), `document ${index}`);
    }
    const [callback] = await eventually(() => Promise.resolve(callbacksOf(requestId)), (all) => all.length > 0);
    assert.deepEqual(JSON.parse(callback?.body ?? ''), { requestId, state: 'signed' });
    assert.equal(callback?.signature, createHmac('sha256', SECRET).update(callback?.body ?? '').digest('hex'));
    assert.equal((await confirm(requestId)).status, 409);
  });

  test('the same request again is the same; the id with other documents is refused', async () => {
    const first = await ask();
    assert.deepEqual((await ask({ requestId: first.requestId })).answer, first.answer);
    assert.equal((await ask({ requestId: first.requestId, documents: documents.slice(1) })).answer.status, 409);
    const id = randomUUID();
    assert.deepEqual((await Promise.all([1, 2, 3].map(() => ask({ requestId: id })))).map((one) => one.answer.status), [202, 202, 202]);
    assert.equal((await ask({ account: 'nobody' })).answer.status, 404);
    for (const requestId of [first.requestId, id]) await fetch(`${service.url}/api/v1/signing-requests/${requestId}`, { method: 'DELETE', headers: BEARER });
  });

  test('a declined request says so by callback; a cancelled one is gone from the phone', async () => {
    const declined = await ask();
    assert.equal((await postJson(`${service.url}/phone/${PERSON.account}/requests/${declined.requestId}/decline`, {})).status, 200);
    assert.deepEqual([(await view(declined.requestId)).state, (await view(declined.requestId)).reason], ['declined', 'person']);
    await eventually(() => Promise.resolve(callbacksOf(declined.requestId)), (all) => all.length === 1);
    const cancelled = await ask();
    for (let twice = 0; twice < 2; twice++) {
      const response = await fetch(`${service.url}/api/v1/signing-requests/${cancelled.requestId}`, { method: 'DELETE', headers: BEARER });
      assert.equal(response.status, 200);
    }
    assert.equal((await confirm(cancelled.requestId)).status, 409);
    assert.deepEqual((await view(cancelled.requestId)).signatures, []);
  });

  test('a request that nobody confirms expires', async () => {
    const { requestId } = await ask({ expiresAt: new Date(Date.now() + 300).toISOString() });
    await eventually(() => view(requestId), (now) => now.state === 'expired');
    assert.equal((await confirm(requestId)).status, 409);
  });

  test('three wrong PINs, counted over a restart, lock the account with a sentence, and then it opens again', async () => {
    const { requestId } = await ask();
    assert.equal((await confirm(requestId, '000000')).status, 403);
    assert.equal((await confirm(requestId, '000001')).status, 403);
    await service.kill();
    await start();
    const locked = await confirm(requestId, '000002');
    assert.equal(locked.status, 423);
    assert.match((locked.body as { message: string }).message, /tạm khoá đến \d\d\/\d\d\/\d{4}/);
    assert.equal((await confirm(requestId)).status, 423);
    await eventually(() => confirm(requestId), (answer) => answer.status === 200);
    await eventually(() => view(requestId), (now) => now.state === 'signed');
  });

  test('a killed service keeps accounts and requests, and signs what was confirmed before', async () => {
    const open = await ask();
    const many = await ask({ documents: Array.from({ length: 2_000 }, (_, index) => ({ id: `many-${index}`, digest: documents[0]?.digest })) });
    const key = await publicKey();
    assert.equal((await confirm(many.requestId)).status, 200);
    await service.kill();
    await start();
    const signed = await eventually(() => view(many.requestId), (now) => now.state === 'signed');
    assert.equal(signed.signatures.length, 2_000);
    assert.ok((await publicKey()).equals(key as ReturnType<typeof createPublicKey>));
    assert.equal((await view(open.requestId)).state, 'waiting');
    assert.equal((await confirm(open.requestId)).status, 200);
    await eventually(() => view(open.requestId), (now) => now.state === 'signed');
  });

  test('while two thousand signatures are made, pages still answer', async () => {
    const many = await ask({ documents: Array.from({ length: 2_000 }, (_, index) => ({ id: `many-${index}`, digest: documents[0]?.digest })) });
    await confirm(many.requestId);
    const waits: number[] = [];
    await eventually(async () => {
      const asked = performance.now();
      const now = await getJson<{ requests: unknown[] }>(`${service.url}/phone/${PERSON.account}.json`);
      waits.push(performance.now() - asked);
      assert.equal(now.requests.length, 0);
      return view(many.requestId);
    }, (now) => now.state === 'signed');
    assert.ok(Math.max(...waits) < 500, `longest wait ${Math.max(...waits)} ms`);
  });

  test('faults: one wrong signature, one refused call, one callback that never comes, one that is tried again', async () => {
    const control = (faults: unknown) => postJson(`${service.url}/sandbox/faults`, faults);
    await control({ corruptNextSignature: 1 });
    const corrupt = await ask();
    await confirm(corrupt.requestId);
    const signed = await eventually(() => view(corrupt.requestId), (now) => now.state === 'signed');
    const key = await publicKey();
    const good = signed.signatures.map(({ signature }, index) => verify('sha256', Buffer.from(contents[index] ?? ''), key, Buffer.from(signature, 'base64')));
    assert.deepEqual([good[0], good.slice(1).every(Boolean)], [false, true]);

    await control({ failNext: 1 });
    assert.equal((await ask()).answer.status, 500);

    await control({ dropCallbackNext: 1 });
    const dropped = await ask();
    await confirm(dropped.requestId);
    await eventually(() => view(dropped.requestId), (now) => now.state === 'signed');
    refuseCallbacks = 1;
    const retried = await ask();
    await confirm(retried.requestId);
    await eventually(() => Promise.resolve(callbacksOf(retried.requestId)), (all) => all.length === 2);
    assert.equal(callbacksOf(dropped.requestId).length, 0);
    assert.equal((await control({ unknown: 1 })).status, 400);
  });

  test('the phone works as a plain page: marked as simulated, the form confirms, a wrong PIN is explained', async () => {
    const { requestId } = await ask({ description: 'Ký <b>40</b> học bạ' });
    const html = await (await fetch(`${service.url}/phone/${PERSON.account}`)).text();
    assert.match(html, /Dữ liệu mô phỏng/);
    assert.ok(html.includes('Ký &#60;b&#62;40') && !html.includes('<b>40'));
    assert.ok(!html.includes('<script'));
    const submit = (pin: string) => fetch(`${service.url}/phone/${PERSON.account}/requests/${requestId}/confirm`, { method: 'POST', body: new URLSearchParams({ pin }), redirect: 'manual' });
    const wrong = await submit('999999');
    assert.equal(wrong.status, 403);
    assert.match(await wrong.text(), /Mã PIN không đúng; còn 2 lần/);
    const right = await submit(PERSON.pin);
    assert.deepEqual([right.status, right.headers.get('location')], [303, `/phone/${PERSON.account}?done=confirmed`]);
  });
});
