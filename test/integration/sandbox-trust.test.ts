import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { readPathCertificate } from '../../formats/trust/certificate.js';
import { readOcsp } from '../../formats/trust/ocsp.js';
import { writeOcspQuery } from '../../formats/trust/ocspQuery.js';
import { PLAIN_QUESTION } from '../../formats/trust/question.js';
import { createPathValidator } from '../../formats/trust/validator.js';
import { opensslPath } from '../support/trustQuestions.js';
import { getJson, postJson, startSandbox, temporaryDirectory, type SandboxProcess } from './sandboxProcess.js';

const run = promisify(execFile);
const openssl = async (...args: string[]): Promise<string> => {
  const { stdout, stderr } = await run('openssl', args);
  return stdout + stderr;
};

describe('the trust services of the sandbox, seen with OpenSSL', () => {
  let service: SandboxProcess;
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  const file = (name: string): string => join(directory.path, name);
  const start = async (): Promise<void> => { service = await startSandbox('trust', { PATH: process.env['PATH']!, TRUST_PORT: '0', TRUST_DIR: file('trust') }); };
  const get = async (path: string): Promise<Buffer> => Buffer.from(await (await fetch(service.url + path)).arrayBuffer());
  const post = async (path: string, type: string, body: Buffer): Promise<Response> => fetch(service.url + path, { method: 'POST', headers: { 'content-type': type }, body: new Uint8Array(body) });
  const issue = async (more: Record<string, unknown> = {}): Promise<{ certificate: string; serial: string; fingerprint: string }> => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const { status, body } = await postJson(`${service.url}/sandbox/certificates`, {
      subject: { commonName: 'Nguyễn Thị Hà', uid: 'CCCD:099180000001' }, publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'), ...more,
    });
    assert.equal(status, 200);
    return body as { certificate: string; serial: string; fingerprint: string };
  };
  const anchor = async (index: number): Promise<X509Certificate> =>
    new X509Certificate((await readFile(file('trust/anchors.pem'), 'utf8')).split(/(?=-----BEGIN)/)[index]!);

  before(async () => { directory = await temporaryDirectory(); await start(); });
  after(async () => { assert.equal(await service.stop(), 0); await directory.remove(); });

  test('two authorities issue, each under its own root, and both roots are anchors', async () => {
    const [one, two] = [await issue({ authority: 'mot' }), await issue({ authority: 'hai' })];
    for (const [place, { certificate }] of [one, two].entries()) {
      const leaf = new X509Certificate(certificate);
      assert.deepEqual([0, 1].map(() => leaf.ca), [false, false]);
      assert.ok(leaf.verify((await anchor(place)).publicKey) && !leaf.verify((await anchor(1 - place)).publicKey));
      await writeFile(file('leaf.pem'), certificate);
      assert.match(await openssl('verify', '-x509_strict', '-auth_level', '2', '-no-CApath', '-no-CAstore', '-CAfile', file('trust/anchors.pem'), file('leaf.pem')), /OK/);
    }
  });

  test('a time-stamp is over the hash that was sent, carries its nonce, and verifies to its own anchor', async () => {
    const digest = createHash('sha256').update(randomBytes(16)).digest('hex');
    await openssl('ts', '-query', '-digest', digest, '-sha256', '-cert', '-out', file('q.tsq'));
    const answer = await post('/tsa', 'application/timestamp-query', await readFile(file('q.tsq')));
    assert.equal(answer.headers.get('content-type'), 'application/timestamp-reply');
    await writeFile(file('q.tsr'), Buffer.from(await answer.arrayBuffer()));
    assert.match(await openssl('ts', '-verify', '-queryfile', file('q.tsq'), '-in', file('q.tsr'), '-CAfile', file('trust/tsa-anchors.pem')), /Verification: OK/);
  });

  test('what is no query gets a refusal inside a time-stamp answer', async () => {
    const answer = await post('/tsa', 'application/timestamp-query', Buffer.from('not a query'));
    await writeFile(file('bad.tsr'), Buffer.from(await answer.arrayBuffer()));
    assert.match(await openssl('ts', '-reply', '-in', file('bad.tsr'), '-text'), /Status: Rejected/);
  });

  test('a revoked certificate stands in the next list with time and reason, and the list of the other authority does not know it', async () => {
    const { certificate, serial } = await issue({ authority: 'hai' });
    const before = await get('/crl/hai.crl');
    assert.equal((await postJson(`${service.url}/sandbox/revocations`, { certificate: serial, reason: 'keyCompromise', revokedAt: '2026-06-01T08:00:00Z', invalidAt: '2026-05-20T00:00:00Z' })).status, 200);
    const after = await get('/crl/hai.crl');
    assert.notDeepEqual(after, before);
    await writeFile(file('hai.crl'), after);
    const text = await openssl('crl', '-inform', 'DER', '-in', file('hai.crl'), '-noout', '-text', '-CAfile', file('trust/anchors.pem'));
    assert.match(text, /verify OK/);
    assert.match(text, new RegExp(`Serial Number: ${serial.toUpperCase()}\\s+Revocation Date: Jun  1 08:00:00 2026 GMT[^]*Key Compromise[^]*Invalidity Date:[^]*May 20 00:00:00 2026 GMT`));
    await writeFile(file('leaf.pem'), certificate);
    await openssl('crl', '-inform', 'DER', '-in', file('hai.crl'), '-out', file('hai.crl.pem'));
    await assert.rejects(openssl('verify', '-x509_strict', '-crl_check', '-CRLfile', file('hai.crl.pem'), '-no-CApath', '-no-CAstore', '-CAfile', file('trust/anchors.pem'), file('leaf.pem')), /certificate revoked/);
    await writeFile(file('mot.crl'), await get('/crl/mot.crl'));
    assert.match(await openssl('crl', '-inform', 'DER', '-in', file('mot.crl'), '-noout', '-text'), /No Revoked Certificates/);
    assert.equal((await postJson(`${service.url}/sandbox/revocations`, { certificate: '00'.repeat(16) })).status, 404);
  });

  test('a list that did not change is not sent again', async () => {
    const first = await fetch(`${service.url}/crl/mot.crl`);
    assert.equal((await fetch(`${service.url}/crl/mot.crl`, { headers: { 'if-none-match': first.headers.get('etag')! } })).status, 304);
    await postJson(`${service.url}/sandbox/crls`, {});
    assert.equal((await fetch(`${service.url}/crl/mot.crl`, { headers: { 'if-none-match': first.headers.get('etag')! } })).status, 200);
  });

  test('OCSP says good, revoked and unknown', async () => {
    const [good, bad] = [await issue({ authority: 'mot' }), await issue({ authority: 'mot' })];
    await postJson(`${service.url}/sandbox/revocations`, { certificate: bad.fingerprint });
    await writeFile(file('issuer.pem'), (await anchor(0)).toString());
    const answers: string[] = [];
    for (const serial of [good.serial, bad.serial, '0102030405']) {
      const asked = ['-issuer', file('issuer.pem'), '-serial', `0x${serial}`, '-no_nonce'];
      await openssl('ocsp', ...asked, '-reqout', file('o.req'));
      await writeFile(file('o.resp'), Buffer.from(await (await post('/ocsp/mot', 'application/ocsp-request', await readFile(file('o.req')))).arrayBuffer()));
      const text = await openssl('ocsp', ...asked, '-respin', file('o.resp'), '-CAfile', file('trust/anchors.pem'));
      assert.match(text, /Response verify OK/);
      answers.push(new RegExp(`${serial}: (\\w+)`).exec(text)![1]!);
    }
    assert.deepEqual(answers, ['good', 'revoked', 'unknown']);
  });

  test('what its responders answer proves to us what no list says: good, on hold, lifted, revoked; another authority\'s knows nothing', async () => {
    const issued = await issue({ authority: 'hai' });
    const anchors = (await readFile(file('trust/anchors.pem'), 'utf8')).split(/(?=-----BEGIN)/).map((pem) => new X509Certificate(pem));
    const certificate = readPathCertificate(new X509Certificate(issued.certificate).raw)!;
    const issuer = anchors.map(({ raw }) => readPathCertificate(raw)!).find(({ subject }) => subject === certificate.issuer)!;
    const validator = createPathValidator({ opensslPath });
    const asked = async (code: string): Promise<[string, boolean]> => {
      const nonce = randomBytes(32);
      const der = Buffer.from(await (await post(`/ocsp/${code}`, 'application/ocsp-request', writeOcspQuery({ certificate, issuer, nonce }))).arrayBuffer());
      const answer = await validator.ask({ ...PLAIN_QUESTION, certificate: certificate.der, anchors: anchors.map(({ raw }) => raw), ocsps: [der], role: 'person' });
      return [answer.code, readOcsp(der)?.nonce?.equals(nonce) === true];
    };
    assert.deepEqual(await asked('hai'), ['valid', true]);
    assert.equal((await asked('mot'))[0], 'crl-missing');
    const tell = async (path: string, body: object): Promise<number> => (await postJson(`${service.url}/sandbox/${path}`, body)).status;
    assert.equal(await tell('holds/lift', { certificate: issued.serial }), 409, 'there is no hold');
    await tell('revocations', { certificate: issued.serial, reason: 'certificateHold' });
    assert.equal((await asked('hai'))[0], 'on-hold');
    assert.equal(await tell('holds/lift', { certificate: issued.serial }), 200);
    assert.equal((await asked('hai'))[0], 'valid');
    await tell('revocations', { certificate: issued.serial, reason: 'privilegeWithdrawn' });
    assert.equal((await asked('hai'))[0], 'revoked');
    assert.equal(await tell('holds/lift', { certificate: issued.serial }), 409, 'a revocation is for good');
  });

  test('roots, what was issued and revoked, and the numbers of the lists survive a kill', async () => {
    const { serial } = await issue({ authority: 'mot' });
    await postJson(`${service.url}/sandbox/revocations`, { certificate: serial });
    const roots = await readFile(file('trust/anchors.pem'), 'utf8');
    const numberOf = async (): Promise<bigint> => {
      await writeFile(file('n.crl'), await get('/crl/mot.crl'));
      return BigInt(/crlNumber=(?:0x)?([0-9A-F]+)/.exec(await openssl('crl', '-inform', 'DER', '-in', file('n.crl'), '-noout', '-crlnumber'))!.slice(1).map((hex) => `0x${hex}`)[0]!);
    };
    const number = await numberOf();
    await service.kill();
    await start();
    assert.equal(await readFile(file('trust/anchors.pem'), 'utf8'), roots);
    assert.ok(await numberOf() > number);
    assert.match(await openssl('crl', '-inform', 'DER', '-in', file('n.crl'), '-noout', '-text'), new RegExp(serial.toUpperCase()));
    assert.ok((await getJson<object>(`${service.url}/sandbox/faults`)) !== null);
  });

  test('an outage is answered with 503 until it is over; a page shows both authorities', async () => {
    await postJson(`${service.url}/sandbox/faults`, { tsaDown: true, crlDown: true });
    assert.equal((await post('/tsa', 'application/timestamp-query', Buffer.from(''))).status, 503);
    assert.equal((await fetch(`${service.url}/crl/mot.crl`)).status, 503);
    await postJson(`${service.url}/sandbox/faults`, { tsaDown: false, crlDown: false });
    const html = await (await fetch(service.url)).text();
    assert.match(html, /Tổ chức chứng thực mô phỏng Một[^]*Tổ chức chứng thực mô phỏng Hai/);
  });
});
