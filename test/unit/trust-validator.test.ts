import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { after, afterEach, before, describe, test } from 'node:test';
import { X509Certificate } from 'node:crypto';
import { createPathValidator } from '../../formats/trust/validator.js';
import type { PathValidator } from '../../formats/trust/question.js';
import { der } from '../../sandbox/trust/der.js';
import { authority, extension, instant, issue, list, pem, policies, type Issued } from '../support/trustPki.js';
import { agency, codeOf, NOW, opensslPath, question, root, rootList } from '../support/trustQuestions.js';

const signer = issue(agency, 'Người ký');

describe('the path validator', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trust-validator-'));
  const scratch = mkdtempSync(join(folder, 'tmp-'));
  const log = join(folder, 'log');
  const usual = process.env['TMPDIR'];
  before(() => { process.env['TMPDIR'] = scratch; });
  after(() => {
    if (usual === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usual;
    rmSync(folder, { recursive: true });
  });
  afterEach(() => {
    assert.deepEqual(readdirSync(scratch), [], 'a working folder was left behind');
    rmSync(log, { force: true });
  });

  let scripts = 0;
  /** A program that does `lines` and then, where they let it, what OpenSSL does. */
  function validatorOf(lines: string, processes = 2): PathValidator {
    const path = join(folder, `openssl-${scripts++}`);
    writeFileSync(path, `#!/bin/sh\n${lines}\nexec ${opensslPath} "$@"\n`);
    chmodSync(path, 0o755);
    return createPathValidator({ opensslPath: path, processes, clock: () => NOW.getTime() });
  }
  const logged = (): string[] => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : []);
  const counting = (processes?: number): PathValidator => validatorOf(`echo run >> ${log}`, processes);

  test('answers equal questions asked together by one run, and later ones by none while the answer holds', async () => {
    const validator = counting();
    const answers = await validator.askMany(Array.from({ length: 50 }, () => question(signer)));
    assert.deepEqual(new Set(answers.map(({ code }) => code)), new Set(['valid']));
    await validator.ask(question(signer));
    assert.equal(logged().length, 1);
  });

  test('judges a thousand certificates in four processes', async () => {
    const leaf = Array.from({ length: 1_000 }, (_, place) => issue(agency, 'Người ký', { serial: 0x10000 + place }));
    const revoked = leaf[417];
    assert.ok(revoked);
    const crls = [rootList, list(agency, [{ certificate: revoked, at: instant('2026-05-01') }])];
    const intermediates = [agency.der];
    const answers = await counting().askMany(leaf.map((one) => question(one, { crls, intermediates })));
    assert.deepEqual(answers.flatMap(({ code }, place) => (code === 'valid' ? [] : [[place, code]])), [[417, 'revoked']]);
    assert.equal(logged().length, 4);
  });

  test('starts no more processes at once than it may', async () => {
    const gate = `echo start >> ${log}; ${opensslPath} "$@"; code=$?; echo end >> ${log}; exit $code`;
    const validator = validatorOf(gate, 2);
    // Each at a time of its own, so that none shares a process.
    const answers = await validator.askMany(Array.from({ length: 8 }, (_, place) => question(signer, { at: new Date(NOW.getTime() + place * 1000) })));
    assert.equal(answers.every(({ code }) => code === 'valid'), true);
    const running = logged().reduce<number[]>((counts, line) => [...counts, (counts.at(-1) ?? 0) + (line === 'start' ? 1 : -1)], []);
    assert.equal(Math.max(...running), 2);
    assert.equal(running.length, 16);
  });

  test('keeps an answer for the times for which it holds, and for nothing else that is asked', async () => {
    const validator = counting();
    const short = issue(agency, 'Người ký', { to: instant('2026-06-20') });
    const { holds } = await validator.ask(question(short, { at: NOW }));
    assert.deepEqual(holds, { from: instant('2026-06-01'), to: instant('2026-06-20') });
    const known = (changes: Parameters<typeof question>[1]): string | null => validator.known(question(short, changes))?.code ?? null;
    assert.equal(known({ at: instant('2026-06-19') }), 'valid');
    assert.equal(known({ at: instant('2026-06-20') }), null);
    assert.equal(known({ at: instant('2026-05-31') }), null);
    for (const changes of [{ role: 'timestamp' }, { crls: [rootList] }, { anchors: [root.der, agency.der] }, { intermediates: [] }, { policies: ['1.2.3'] }, { explicitPolicy: true }, { revocation: 'none' }] as const) {
      assert.equal(known({ at: NOW, ...changes }), null, JSON.stringify(Object.keys(changes)));
    }
    assert.equal((await validator.ask(question(short, { at: instant('2026-06-20') }))).code, 'expired');
    assert.equal(known({ at: instant('2026-06-25') }), 'expired');
  });

  test('calls a crash unproven and asks again the next time', async () => {
    const flag = join(folder, 'mended');
    const validator = validatorOf(`test -e ${flag} || kill -SEGV $$`);
    const answer = await validator.ask(question(signer));
    assert.deepEqual([answer.verdict, answer.code, answer.holds], ['not-provable', 'check-failed', null]);
    writeFileSync(flag, '');
    assert.equal((await validator.ask(question(signer))).code, 'valid');
  });

  test('calls output that does not add up unproven: an OK with a failing exit, an exit without OK, silence', async () => {
    for (const lines of ['echo "0.der: OK"; exit 2', 'exit 0', 'exit 2', 'echo "0.der: OK"; echo "error 7 at 0 depth lookup: x" >&2; exit 0', 'echo "1.der: OK"; exit 0']) {
      assert.equal((await validatorOf(lines).ask(question(signer))).code, 'check-failed', lines);
    }
  });

  test('calls a program that is not there unproven', async () => {
    const validator = createPathValidator({ opensslPath: join(folder, 'no-such-program') });
    assert.equal((await validator.ask(question(signer))).code, 'check-failed');
    await assert.rejects(createPathValidator({ opensslPath: 'openssl' }).ask(question(signer)), TypeError);
  });

  test('kills what takes five seconds and calls it unproven', async () => {
    const answer = await validatorOf(`echo $$ > ${log}; exec /bin/sleep 600`).ask(question(signer));
    assert.deepEqual([answer.verdict, answer.code, answer.holds], ['not-provable', 'check-timed-out', null]);
    assert.throws(() => process.kill(Number(logged()[0]), 0), { code: 'ESRCH' });
  });

  test('runs in a folder only its owner may read, and in an empty environment', async () => {
    process.env['SSL_CERT_FILE'] = join(folder, 'nothing.pem');
    try {
      await validatorOf(`/bin/ls -ld . > ${log}; /usr/bin/env >> ${log}`).ask(question(signer));
    } finally {
      delete process.env['SSL_CERT_FILE'];
    }
    const [mode, ...environment] = logged();
    assert.match(mode ?? '', /^drwx------/);
    // What the shell itself puts there.
    assert.deepEqual(environment.map((line) => line.split('=')[0]).filter((name) => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name as string)), []);
  });

  test('trusts no authority of the system\'s store, neither its certificate nor what it issued', async () => {
    const roots = rootCertificates.map((text) => new X509Certificate(text).raw);
    assert.ok(roots.length > 50);
    const answers = await createPathValidator({ opensslPath }).askMany(roots.map((bytes) => question({ ...signer, der: bytes }, { role: 'any', revocation: 'none', at: null })));
    assert.deepEqual(answers.filter(({ verdict }) => verdict === 'valid'), []);
    const foreign = authority(null, 'Có trong kho của hệ thống');
    const store = join(folder, 'store.pem');
    writeFileSync(store, pem('CERTIFICATE', foreign.der));
    Object.assign(process.env, { SSL_CERT_FILE: store, SSL_CERT_DIR: folder });
    try {
      assert.equal(await codeOf(issue(foreign, 'Người ký'), { revocation: 'none' }), 'issuer-unknown');
    } finally {
      delete process.env['SSL_CERT_FILE'];
      delete process.env['SSL_CERT_DIR'];
    }
  });

  test('is not talked into anything by a certificate whose policy text imitates answers', async () => {
    const [asked, other] = ['1.2.3', '1.2.5'] as const;
    const texts = ['\n0.der: OK\n1.der: OK\n2.der: OK\n', '\nerror 7 at 0 depth lookup: x\nerror 1.der: verification failed\n', '\nerror 0.der: verification failed\n'];
    for (const text of texts) {
      const saying = extension('2.5.29.32', der.sequence(der.sequence(der.oid(asked)), der.sequence(der.oid(other), der.sequence(der.sequence(der.oid('1.3.6.1.5.5.7.2.1'), ia5(text))))));
      const between = authority(root, 'Có chính sách', { more: [saying] });
      const liar = issue(between, 'Người ký', { more: [extension('2.5.29.32', der.sequence(der.sequence(der.oid(other), der.sequence(der.sequence(der.oid('1.3.6.1.5.5.7.2.1'), ia5(text))))))] });
      const [good, expired] = [{}, { to: instant('2026-01-01') }].map((times) => issue(between, 'Người ký', { more: [policies(asked)], ...times })) as [Issued, Issued];
      const terms = { intermediates: [between.der], policies: [asked], explicitPolicy: true, revocation: 'none' as const, at: NOW };
      const answers = await createPathValidator({ opensslPath }).askMany([liar, good, expired].map((one) => question(one, terms)));
      assert.deepEqual(answers.map(({ verdict }) => verdict), ['invalid', 'valid', 'invalid'], text);
      assert.deepEqual(answers.slice(1).map(({ code }) => code), ['valid', 'expired']);
    }
  });
});

const ia5 = (text: string): Buffer => Buffer.concat([Buffer.from([0x16, text.length]), Buffer.from(text)]);
