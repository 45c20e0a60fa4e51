import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { positiveInteger, writeTimestampQuery } from '../../formats/evidence/timestampQuery.js';
import { readTimestampReply, readTimestampToken } from '../../formats/evidence/timestampToken.js';
import { verifyTimestamp, type TimestampQuestion } from '../../formats/evidence/verifyTimestamp.js';
import { createPathValidator } from '../../formats/trust/validator.js';
import { generateEc } from '../../sandbox/trust/certificate.js';
import { CertificateAuthority } from '../../sandbox/trust/certificateAuthority.js';
import { TIMESTAMP_POLICY, TimeStamper } from '../../sandbox/trust/timeStamper.js';
import { opensslPath } from '../support/evidence.js';

const run = promisify(execFile);
const DIGEST = createHash('sha256').update('the root of a tree').digest();

describe('a time-stamp', () => {
  let directory: string;
  let authority: CertificateAuthority;
  let stamper: TimeStamper;
  const tools = { opensslPath, validator: createPathValidator({ opensslPath }) };
  const stamp = async (digest = DIGEST, nonce: Buffer = randomBytes(16)): Promise<{ token: Buffer; nonce: Buffer }> => {
    const reply = readTimestampReply(await stamper.answer(writeTimestampQuery({ digest, nonce, policy: null })));
    assert.ok(reply?.granted === true);
    return { token: reply.token, nonce: positiveInteger(nonce) };
  };
  const rootOf = (one: CertificateAuthority): Buffer => new X509Certificate(one.certificate).raw;
  const question = async (more: Partial<TimestampQuestion>): Promise<TimestampQuestion> =>
    ({ token: Buffer.alloc(0), digest: DIGEST, nonce: null, anchors: [rootOf(authority)], crls: [(await authority.crl()).der], ...more });
  const refused = async (more: Partial<TimestampQuestion>): Promise<string> => {
    const answer = await verifyTimestamp(tools, await question(more));
    return answer.verdict === 'valid' ? 'valid' : `${answer.verdict} ${answer.code}${answer.path === null ? '' : ` ${answer.path.code}`}`;
  };

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hub-timestamp-'));
    authority = await CertificateAuthority.open({ code: 'tsa', directory, subject: { commonName: 'Gốc dấu thời gian thử nghiệm' }, crlMs: 3_600_000 });
    stamper = await TimeStamper.open(directory, authority, opensslPath);
  });
  after(() => rm(directory, { recursive: true, force: true }));

  test('is asked for as OpenSSL reads it: digest, nonce, policy, certificate wanted', async () => {
    for (const nonce of [Buffer.from('00000000000000000000000000000001', 'hex'), Buffer.from('ff00112233445566778899aabbccddee', 'hex'), Buffer.from([0])]) {
      await writeFile(join(directory, 'q.tsq'), writeTimestampQuery({ digest: DIGEST, nonce, policy: '1.2.3.4' }));
      const { stdout } = await run(opensslPath, ['ts', '-query', '-in', join(directory, 'q.tsq'), '-text']);
      assert.match(stdout, /Hash Algorithm: sha256/);
      assert.match(stdout, /Policy OID: 1\.2\.3\.4/);
      assert.match(stdout, /Certificate required: yes/);
      assert.match(stdout.replaceAll(/[\s-]|[0-9a-f]{4} - /g, ''), new RegExp(`Nonce:(0x)?0*${BigInt(`0x${nonce.toString('hex')}`).toString(16)}`, 'i'));
    }
    assert.throws(() => writeTimestampQuery({ digest: Buffer.alloc(20), nonce: Buffer.from([1]), policy: null }), RangeError);
  });

  test('proves its digest at its time, under the root that is accepted', async () => {
    const before = Date.now();
    const { token, nonce } = await stamp();
    const answer = await verifyTimestamp(tools, await question({ token, nonce }));
    assert.ok(answer.verdict === 'valid', JSON.stringify(answer));
    assert.ok(answer.token.genTime.getTime() >= before - 1_000 && answer.token.genTime.getTime() <= Date.now() + 1_000);
    assert.equal(answer.token.policy, TIMESTAMP_POLICY);
    assert.equal(new X509Certificate(answer.signer).subject.includes('dấu thời gian'), true);
    const text = (await run(opensslPath, ['ts', '-reply', '-token_in', '-in', await kept(token), '-text'])).stdout;
    assert.match(text, new RegExp(`Serial number: 0x${answer.token.serial}`, 'i'));
  });
  test('is given again by a service that was killed while it counted', async () => {
    const before = Number.parseInt(await readFile(join(directory, 'tsa.serial'), 'utf8'), 16);
    await writeFile(join(directory, 'tsa.serial'), '');
    await assert.rejects(stamp(), 'a number that is lost is no number: OpenSSL stops');
    stamper = await TimeStamper.open(directory, authority, opensslPath);
    const { token } = await stamp();
    const answer = await verifyTimestamp(tools, await question({ token }));
    assert.ok(answer.verdict === 'valid' && Number.parseInt(answer.token.serial, 16) > before, 'no number is given twice');
  });
  const kept = async (token: Buffer): Promise<string> => { await writeFile(join(directory, 'kept.tst'), token); return join(directory, 'kept.tst'); };

  test('proves no other digest, and answers no other question', async () => {
    const { token } = await stamp();
    assert.equal(await refused({ token, digest: createHash('sha256').update('another').digest() }), 'invalid token-other-digest');
    assert.equal(await refused({ token, nonce: positiveInteger(randomBytes(16)) }), 'invalid token-other-nonce');
  });

  test('with any one bit changed proves nothing, or what it proved before', async () => {
    const { token, nonce } = await stamp();
    const proven = await verifyTimestamp(tools, await question({ token, nonce }));
    let unmoved = 0;
    for (let at = 3; at < token.length; at += Math.ceil(token.length / 60)) {
      const changed = Buffer.from(token);
      changed[at] = changed[at]! ^ 0x10;
      const answer = await verifyTimestamp(tools, await question({ token: changed, nonce }));
      if (answer.verdict !== 'valid') continue;
      // CMS signs neither the number of the signer's version nor the empty parameters of an algorithm.
      assert.deepEqual(answer, proven, `byte ${at}`);
      unmoved += 1;
    }
    assert.ok(unmoved <= 2, `${unmoved} of 60`);
    assert.equal(await refused({ token: token.subarray(0, -1), nonce }), 'invalid token-unreadable');
    assert.equal(await refused({ token: Buffer.concat([token, Buffer.from([0])]), nonce }), 'invalid token-unreadable');
  });

  test('under another root, of a revoked certificate, or with no list to say so, is not taken', async () => {
    const other = await CertificateAuthority.open({ code: 'other', directory: join(directory, 'other'), subject: { commonName: 'Gốc dấu thời gian thử nghiệm' }, crlMs: 3_600_000 });
    const { token, nonce } = await stamp();
    assert.equal(await refused({ token, nonce, anchors: [rootOf(other)] }), 'invalid token-signature');
    assert.equal(await refused({ token, nonce, crls: [] }), 'not-provable token-certificate crl-missing');
    const theirs = await TimeStamper.open(join(directory, 'other'), other, opensslPath);
    const reply = readTimestampReply(await theirs.answer(writeTimestampQuery({ digest: DIGEST, nonce: Buffer.from([5]), policy: null })));
    assert.ok(reply?.granted === true);
    const { signer } = readTimestampToken(reply.token)!;
    await other.revoke({ serial: new X509Certificate(signer!).serialNumber.toLowerCase(), revokedAt: new Date(Date.now() - 60_000), reason: 'keyCompromise', invalidAt: null });
    assert.equal(await refused({ token: reply.token, anchors: [rootOf(other)], crls: [(await other.crl()).der] }), 'invalid token-certificate revoked');
  });

  test('signed by a certificate that is not for time-stamps is not taken', async () => {
    const folder = join(directory, 'signer');
    const own = await CertificateAuthority.open({ code: 'own', directory: folder, subject: { commonName: 'Gốc khác' }, crlMs: 3_600_000 });
    await TimeStamper.open(folder, own, opensslPath);
    const keys = await generateEc();
    const { pem } = await own.issue({ subject: { commonName: 'Người ký', uid: 'CCCD:099180000001' }, publicKey: keys.publicKey, use: 'signer' });
    await writeFile(join(folder, 'tsa.key'), keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
    await writeFile(join(folder, 'tsa.pem'), pem);
    // OpenSSL will not make such a token, so the refusal comes even earlier; what it would refuse to make must not be read as granted.
    const answer = await (await TimeStamper.open(folder, own, opensslPath)).answer(writeTimestampQuery({ digest: DIGEST, nonce: Buffer.from([7]), policy: null })).catch((error: Error) => error);
    assert.ok(answer instanceof Error || readTimestampReply(answer)?.granted !== true);
  });

  test('a refusal, and bytes that are no answer, are told apart from a token', async () => {
    const refusal = readTimestampReply(await stamper.answer(Buffer.from('no query')));
    assert.deepEqual(refusal, { granted: false, status: 2 });
    for (const bytes of ['', '30', '3003020100', '300a3003020100020100ffff', 'ff'.repeat(40)]) assert.equal(readTimestampReply(Buffer.from(bytes, 'hex')), null, bytes);
    assert.equal(readTimestampToken(await readFile(join(directory, 'tsa.pem'))), null);
  });
});
