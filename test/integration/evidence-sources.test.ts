import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { fetchOutside, mayCall } from '../../runtime/fetchOutside.js';
import { trustSources } from '../../activities/evidence/sources.js';
import { OutsideFault } from '../../activities/fault.js';

describe('calls to trust services', () => {
  let server: Server;
  let origin: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => response.end('list');
  const seen: { path: string; tag: string | undefined }[] = [];
  before(async () => {
    server = createServer((request, response) => {
      seen.push({ path: request.url ?? '', tag: request.headers['if-none-match'] });
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => { server.closeAllConnections(); server.close(); });
  const call = (address: string, more: { allowLoopback?: boolean; timeoutMs?: number; mostBytes?: number } = {}) =>
    fetchOutside({ fault: (code) => new OutsideFault('crl', code), address, mostBytes: 1_000, timeoutMs: 5_000, allowLoopback: true, ...more });
  const codeOf = (calling: Promise<unknown>): Promise<string> => calling.then(() => 'answered', (error: unknown) => { assert.ok(error instanceof OutsideFault, String(error)); return error.code; });

  test('go to no inner network, however the address is written', () => {
    for (const address of ['10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1', '255.255.255.255', '::', 'fe80::1', 'fd00::1', '::ffff:10.0.0.1', '64:ff9b::a00:1', 'ff02::1']) {
      assert.equal(mayCall(address, true), false, address);
    }
    for (const address of ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2001:4860:4860::8888']) assert.equal(mayCall(address, false), true, address);
    for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) assert.deepEqual([mayCall(address, false), mayCall(address, true)], [false, true], address);
  });

  test('never reach this machine in production, by number or by a name that resolves to it', async () => {
    const before = seen.length;
    const { port } = new URL(origin);
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '2130706433', '0x7f.1']) assert.equal(await codeOf(call(`http://${host}:${port}/crl`, { allowLoopback: false })), 'address-refused', host);
    for (const address of ['file:///etc/passwd', 'ftp://8.8.8.8/x', 'http://169.254.169.254/latest']) assert.equal(await codeOf(call(address)), 'address-refused', address);
    assert.equal(seen.length, before);
  });

  test('follow no redirect, read no endless answer and wait for no silent one', async () => {
    answer = (request, response) => (request.url === '/there' ? response.end('got there') : response.writeHead(302, { location: '/there' }).end());
    assert.equal(await codeOf(call(`${origin}/crl`)), 'redirected');
    assert.ok(!seen.some(({ path }) => path === '/there'));
    answer = (_request, response) => { response.write('x'.repeat(2_000)); };
    assert.equal(await codeOf(call(`${origin}/crl`)), 'answer-too-large');
    answer = () => undefined;
    assert.equal(await codeOf(call(`${origin}/crl`, { timeoutMs: 100 })), 'timeout');
    assert.equal(await codeOf(call('http://127.0.0.1:1/crl')), 'unreachable');
    answer = (_request, response) => { response.writeHead(200, { 'content-length': '100' }); response.write('half'); setTimeout(() => response.destroy(), 20); };
    assert.equal(await codeOf(call(`${origin}/crl`)), 'unreachable');
  });

  test('fetch a list once for all who ask at the same time, never older than the question, and not again while it is unchanged', async () => {
    const sources = trustSources({ addresses: () => Promise.resolve({ tsa: `${origin}/tsa`, crls: [`${origin}/one`, `${origin}/two`] }), timeoutMs: 5_000, allowLoopback: true });
    answer = (request, response) => {
      if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
      else response.setHeader('etag', '"1"').end(`list ${request.url}`);
    };
    const before = seen.length;
    const all = await Promise.all(Array.from({ length: 20 }, () => sources.revocationLists()));
    assert.equal(seen.length - before, 4, 'the first asker and one for the nineteen who came while it ran');
    const [first, last] = [all[0]!, all.at(-1)!];
    assert.deepEqual(first.map((one) => ('der' in one ? one.der.toString() : one.fault)), ['list /one', 'list /two']);
    assert.ok('der' in first[0]! && 'der' in last[0]! && first[0].der === last[0].der, 'unchanged, it is the same list');
    assert.deepEqual(seen.slice(-2).map((one) => one.tag), ['"1"', '"1"']);
  });

  test('say which list could not be had, and give the others', async () => {
    const sources = trustSources({ addresses: () => Promise.resolve({ tsa: `${origin}/tsa`, crls: [`${origin}/one`, 'http://127.0.0.1:1/two'] }), timeoutMs: 5_000, allowLoopback: true });
    answer = (_request, response) => response.end('list');
    const [one, two] = await sources.revocationLists();
    assert.ok(one !== undefined && 'der' in one);
    assert.deepEqual(two, { source: 'http://127.0.0.1:1/two', fault: 'unreachable' });
    answer = (_request, response) => { response.writeHead(503).end(); };
    assert.equal(await codeOf(sources.timestamp(Buffer.from('q'))), 'http-503');
    answer = (_request, response) => response.setHeader('content-type', 'text/html').end('<p>sign in first</p>');
    assert.equal(await codeOf(sources.timestamp(Buffer.from('q'))), 'unexpected-answer');
  });
});
