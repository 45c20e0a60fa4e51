import assert from 'node:assert/strict';
import { randomUUID, type X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { Logger } from 'pino';
import type { ActivityDeps } from '../../activities/deps.js';
import { fetchCertificates } from '../../activities/directory/fetchCertificates.js';
import { OutsideFault } from '../../activities/fault.js';
import { khoClient } from '../../activities/kho/client.js';
import { signingClient } from '../../activities/signing/client.js';
import { openDatabase, rows } from '../../db/connect.js';
import { createPathValidator } from '../../formats/trust/validator.js';
import { authority, organisation, person } from '../support/certificates.js';
import { createTestDatabase } from '../support/database.js';
import { opensslPath } from '../support/evidence.js';

async function serving(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
const fault = (code: string) => (error: unknown): boolean => error instanceof OutsideFault && error.code === code;

describe('an outside system that answers as it should not', () => {
  let answer: RequestListener;
  let outside: { url: string; server: Server };
  before(async () => { outside = await serving((request, response) => { answer(request, response); }); });
  after(() => { outside.server.closeAllConnections(); outside.server.close(); });
  const kho = () => khoClient({ url: outside.url, user: 'so', password: 'x', unitCode: '99' });
  const signing = () => signingClient({ url: outside.url, secret: 'a-secret' });
  const asked = { messageId: randomUUID(), schoolYear: '2025-2026' };

  test('is read no further than a lawful answer can be long', async () => {
    const blank = Buffer.alloc(2 ** 20, ' ');
    answer = (_request, response) => {
      let left = 40;
      const more = (): void => {
        if (left-- > 0) response.write(blank, more);
        else response.end('{"token":"t"}');
      };
      more();
    };
    await assert.rejects(kho().result(asked), fault('answer-too-large'));
    await assert.rejects(signing().view(randomUUID()), fault('answer-too-large'));
  });

  test('is not followed to another address', async () => {
    let visited = false;
    const elsewhere = await serving((_request, response) => { visited = true; response.end('{"token":"t"}'); });
    answer = (_request, response) => { response.writeHead(307, { location: elsewhere.url }).end(); };
    await assert.rejects(kho().result(asked), fault('unreachable'));
    await assert.rejects(signing().view(randomUUID()), fault('unreachable'));
    assert.equal(visited, false);
    elsewhere.server.close();
  });

  test('has its sentences cleared of letters that no database holds, and cut', async () => {
    answer = (request, response) => {
      response.end(request.url === '/api/token' ? '{"token":"t"}' : JSON.stringify({ danh_sach_ket_qua: [{ ma_tra_cuu_uuid: randomUUID(), trang_thai: 0, error: 'E\u0000\uD800', error_description: 'x'.repeat(100_000) }] }));
    };
    const result = await kho().result(asked);
    assert.ok(result.kind === 'verdicts');
    assert.equal(result.records[0]?.error, 'E');
    assert.ok((result.records[0]?.error_description.length ?? 0) <= 2_000);
  });

  test('names signatures by nothing but ids of cards', async () => {
    answer = (_request, response) => { response.end(JSON.stringify({ requestId: randomUUID(), state: 'signed', signatures: [{ id: 'x', signature: 'AAAA' }] })); };
    await assert.rejects(signing().view(randomUUID()), fault('unexpected-answer'));
  });
});

describe('certificates that the signing service gives', () => {
  const NUMBERS = { good: '099080000001', another: '099080000002', stranger: '099080000003', broken: '099080000004', school: '099080000005', second: '099080000006', recorded: '099080000007' };

  /** What the Sở recorded of two of them: another certificate than the service gives, and the very one. */
  const STATED: Record<string, (given: Record<string, X509Certificate | null>) => string> = {
    second: () => 'ab'.repeat(32), recorded: (given) => given['recorded']!.fingerprint256.replaceAll(':', '').toLowerCase(),
  };

  test('are bound only to whom they name, only as the Sở recorded them, only from issuers we know, and one bad one keeps nobody waiting', async () => {
    const known = authority('CA biết');
    const lookAlike = authority('CA biết', 'kẻ giả');
    const certificates: Record<string, X509Certificate | null> = {
      good: person(known, NUMBERS.good).certificate, another: person(known, NUMBERS.good).certificate, stranger: person(lookAlike, NUMBERS.stranger).certificate,
      school: organisation(known, '0100000001').certificate, broken: null, second: person(known, NUMBERS.second).certificate, recorded: person(known, NUMBERS.recorded).certificate,
    };
    const service = await serving((request, response) => {
      const account = request.url?.split('/')[4] ?? '';
      const found = certificates[account];
      response.end(JSON.stringify({ account, certificate: found === null ? 'không phải chứng thư' : found?.toString() }));
    });
    const database = await createTestDatabase();
    const db = openDatabase(database.url, 2);
    const said: unknown[] = [];
    try {
      for (const [account, number] of Object.entries(NUMBERS)) await db('person').insert({ id: randomUUID(), full_name: account, personal_number: number, signing_account: account, certificate_fingerprint: STATED[account]?.(certificates) ?? null });
      const log = { warn: (about: unknown) => { said.push(about); } } as unknown as Logger;
      const deps = { db, log, signing: signingClient({ url: service.url, secret: 'a-secret' }), anchors: () => Promise.resolve([known.certificate]), trust: { validator: createPathValidator({ opensslPath }), weakAuthorities: () => Promise.resolve([]) } } as unknown as ActivityDeps;
      await fetchCertificates(deps, randomUUID());
      const bound = await rows<{ full_name: string }>(db, 'SELECT full_name FROM person WHERE certificate_id IS NOT NULL');
      assert.deepEqual(bound.map((one) => one.full_name).sort(), ['good', 'recorded']);
      assert.deepEqual(said.map((one) => (one as { code: string }).code).sort(), ['certificate-not-stated', 'certificate-of-another', 'certificate-of-another', 'certificate-unreadable', 'issuer-unknown']);
      assert.doesNotMatch(JSON.stringify(said), /stranger|0990800/);
    } finally {
      await db.destroy();
      await database.drop();
      service.server.closeAllConnections();
      service.server.close();
    }
  });
});
