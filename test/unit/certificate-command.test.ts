import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { main } from '../../formats/trust/cli.js';
import { ocspAnswer } from '../support/ocsp.js';
import { instant, issue, list, pem } from '../support/trustPki.js';
import { agency, agencyList, root, rootList } from '../support/trustQuestions.js';

const AT = '2026-06-15T07:00:00+07:00';

describe('hub certificate check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-command-'));
  after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const signer = issue(agency, 'Người ký', { to: instant('2027-01-01') });
  const anchors = file('anchors.pem', pem('CERTIFICATE', root.der));
  const between = file('between.pem', pem('CERTIFICATE', agency.der));
  const certificate = file('signer.der', signer.der);
  const rootCrl = file('root.crl', rootList);
  const crl = file('agency.pem', pem('X509 CRL', agencyList));
  const revoking = file('revoking.crl', list(agency, [{ certificate: signer, at: instant('2026-05-01') }]));

  async function run(...argv: string[]): Promise<{ exit: number; output: string; errors: string }> {
    const output: string[] = [];
    const errors: string[] = [];
    const exit = await main(argv, { stdout: { write: (text) => output.push(text) }, stderr: { write: (text) => errors.push(text) } });
    return { exit, output: output.join(''), errors: errors.join('') };
  }
  const check = (...more: string[]): ReturnType<typeof run> => run('check', '--certificate', certificate, '--anchors', anchors, '--intermediates', between, ...more);

  test('prints valid, code, reason and path, with exit 0, from PEM and DER alike', async () => {
    const { exit, output } = await check('--crls', rootCrl, crl, '--at', AT);
    const answer = JSON.parse(output) as Record<string, unknown>;
    assert.equal(exit, 0);
    assert.deepEqual([answer['valid'], answer['code'], (answer['path'] as string[]).length], [true, 'valid', 3]);
    assert.deepEqual(Object.keys(answer), ['valid', 'code', 'reason', 'path']);
    const pemForm = file('signer.pem', `Bag Attributes\n${pem('CERTIFICATE', signer.der).replaceAll('\n', '\r\n')}`);
    assert.equal((await run('check', '--certificate', pemForm, '--anchors', file('root.der', root.der), '--intermediates', file('agency.der', agency.der), '--crls', rootCrl, crl, '--at', AT)).exit, 0);
  });

  test('takes responders\' answers where a list is missing, alone and in a batch', async () => {
    const good = file('good.ocsp', ocspAnswer(signer, { issuer: agency }));
    const revoked = file('revoked.ocsp', ocspAnswer(signer, { issuer: agency, status: { at: instant('2026-05-01') } }));
    assert.equal((await check('--crls', rootCrl, '--at', AT)).exit, 2);
    assert.equal((await check('--crls', rootCrl, '--ocsps', good, '--at', AT)).exit, 0);
    assert.equal((await check('--crls', rootCrl, crl, '--ocsps', good, revoked, '--at', AT)).exit, 1);
    const question = { id: 1, anchors: [anchors], certificate, intermediates: [between], crls: [rootCrl], ocsps: [good], at: AT };
    const { exit, output } = await run('check', '--batch', file('ocsp.jsonl', JSON.stringify(question)));
    assert.deepEqual([exit, (JSON.parse(output) as { code: string }).code], [0, 'valid']);
  });

  test('exits 1 for a refused certificate, 2 for one that cannot be proven', async () => {
    const revoked = await check('--crls', rootCrl, revoking, '--at', AT);
    assert.deepEqual([revoked.exit, (JSON.parse(revoked.output) as { code: string }).code], [1, 'revoked']);
    const unproven = await check('--at', AT);
    assert.deepEqual([unproven.exit, (JSON.parse(unproven.output) as { code: string; valid: boolean }).code], [2, 'crl-missing']);
    assert.equal((await check('--crls', rootCrl, crl, '--at', AT, '--policy', '1.2.3', '1.2.4', '--explicit-policy', '--inhibit-any', '--inhibit-mapping')).exit, 1);
    assert.equal((await check('--crls', rootCrl, crl, '--at', AT, '--role', 'timestamp')).exit, 1);
    assert.equal((await check('--crls', rootCrl, crl, '--at', '2027-01-01')).exit, 1);
    assert.equal((await run('check', '--certificate', file('junk', 'rác'), '--anchors', anchors, '--at', AT)).exit, 1);
  });

  test('exits 3 for a call it cannot make out, and says why', async () => {
    const calls: [string[], RegExp][] = [
      [[], /say what to do/], [['verify'], /no command/], [['check'], /anchors|certificate/], [['check', '--certificate', certificate], /anchors/], [['check', '--anchors', anchors], /certificate/],
      [['check', '--certificate', certificate, '--anchors', join(folder, 'none.pem')], /none\.pem/], [['check', '--unknown'], /unknown/],
      [['check', '--certificate', certificate, '--anchors', anchors, '--at', 'yesterday'], /ISO 8601/], [['check', '--certificate', certificate, '--anchors', anchors, '--at', '2026-02-30'], /ISO 8601/],
      [['check', '--certificate', certificate, '--anchors', anchors, '--policy', 'any'], /dotted/], [['check', '--batch', certificate, '--anchors', anchors], /stands alone/],
      [['check', '--batch', join(folder, 'none.jsonl')], /none\.jsonl/], [['check', '--certificate', file('two.pem', pem('CERTIFICATE', signer.der, agency.der)), '--anchors', anchors], /more than one/],
    ];
    for (const [argv, sentence] of calls) {
      const { exit, output, errors } = await run(...argv);
      assert.deepEqual([exit, output], [3, ''], argv.join(' '));
      assert.match(errors, sentence);
    }
    assert.equal((await run('--help')).exit, 0);
  });

  test('answers many questions in order, a line each, and exits by the worst', async () => {
    const plain = { anchors: [anchors], certificate, intermediates: [between], crls: [rootCrl, crl], at: AT };
    const questions = [
      { id: 'good', ...plain }, { id: 2, ...plain, crls: [rootCrl, revoking] }, { id: 'no lists', ...plain, crls: [] },
      { id: 'policy', ...plain, policies: ['1.2.3'], explicitPolicy: true, inhibitMapping: false, inhibitAny: false }, { id: 'early', ...plain, at: '2023-01-01T00:00:00Z', crls: undefined },
    ];
    const lines = questions.map((one) => JSON.stringify(one));
    const { exit, output } = await run('check', '--batch', file('questions.jsonl', `${lines.join('\n')}\n\n`));
    const answers = output.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(answers.map(({ id, valid, code }) => [id, valid, code]), [['good', true, 'valid'], [2, false, 'revoked'], ['no lists', false, 'crl-missing'], ['policy', false, 'policy-not-met'], ['early', false, 'not-yet-valid']]);
    assert.deepEqual(Object.keys(answers[0] as object), ['id', 'valid', 'code', 'reason']);
    assert.equal(exit, 1);
    assert.equal((await run('check', '--batch', file('good.jsonl', lines[0] as string))).exit, 0);
    assert.equal((await run('check', '--batch', file('unproven.jsonl', `${lines[0]}\n${lines[2]}`))).exit, 2);
  });

  test('answers a line that is no question as such and goes on with the others', async () => {
    const good = { id: 'good', anchors: [anchors], certificate, intermediates: [between], crls: [rootCrl, crl], at: AT };
    const lines = ['{', JSON.stringify({ id: 'none' }), JSON.stringify({ ...good, id: 'no file', certificate: join(folder, 'none') }), JSON.stringify({ ...good, id: 'no time', at: 'soon' }), JSON.stringify(good)];
    const { exit, output } = await run('check', '--batch', file('mixed.jsonl', lines.join('\n')));
    const answers = output.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(answers.map(({ id, valid, code }) => [id, valid, code]), [[null, false, 'bad-question'], ['none', false, 'bad-question'], ['no file', false, 'bad-question'], ['no time', false, 'bad-question'], ['good', true, 'valid']]);
    assert.equal(exit, 3);
  });
});
