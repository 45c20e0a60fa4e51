import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, mock, test } from 'node:test';
import { main } from '../../formats/card/cli.js';
import { packBatch } from '../../formats/kho/batch.js';
import { signTransaction } from '../../formats/kho/transaction.js';
import type { Instant } from '../../domain/brand.js';
import { writeCard } from '../../formats/card/write.js';
import { ca, cardData, PRINCIPAL, signedCard, signers, signRole } from '../support/cards.js';
import { authority, organisation, person } from '../support/certificates.js';
import { crlOf } from '../support/crl.js';
import { foreignBatch, foreignCard, indented, pendingCard, plainRoles, type RoleStyle } from '../support/foreignCards.js';

const pemOf = (der: Buffer, label: string): string => `-----BEGIN ${label}-----\n${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`;

describe('hub card verify', () => {
  const folder = mkdtempSync(join(tmpdir(), 'card-command-'));
  const file = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const good = signedCard();
  const card = file('card.xml', good);
  const block = file('block.xml', signedCard({ cover: 'block' }));
  const newer = file('newer.xml', signedCard({ profile: 'v1.1' }));
  const changed = file('changed.xml', good.toString().replace(/<DUOC_LEN_LOP>./, (found) => (found.endsWith('1') ? '<DUOC_LEN_LOP>0' : '<DUOC_LEN_LOP>1')));
  const anchor = file('anchor.pem', ca.certificate.toString());
  const other = file('other.pem', authority('CA khác').certificate.toString());
  const crl = file('crl.pem', pemOf(crlOf(ca), 'X509 CRL'));
  const atReceipt = file('receipt.crl', crlOf(ca, { thisUpdate: new Date('2026-06-04T00:00:00Z'), nextUpdate: new Date('2026-06-11T00:00:00Z') }));
  const seal = file('seal.pem', signers().seal.certificate.toString());
  const trusted = ['--anchors', anchor, '--crls', crl];

  // The signatures of the test cards are of June 2026; the command judges by the clock.
  before(() => mock.timers.enable({ apis: ['Date'], now: new Date('2026-07-01T00:00:00Z') }));
  after(() => {
    mock.timers.reset();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => delete process.env['HUB_TRUST_ANCHORS']);

  type Printed = { verdict: string; code: string; class: string | null; approval: string; cards: Printed[]; transaction: Printed; signatures: { role: string }[]; diagnosis: { culprit: string } | null };
  async function run(...argv: string[]): Promise<{ exit: number; verdict: Printed; text: string; errors: string }> {
    const output: string[] = [];
    const errors: string[] = [];
    const exit = await main(argv, { stdout: { write: (text) => output.push(text) }, stderr: { write: (text) => errors.push(text) } });
    return { exit, verdict: (exit === 3 ? {} : JSON.parse(output.join(''))) as Printed, text: output.join(''), errors: errors.join('') };
  }
  async function says(argv: string[], exit: number, verdict: string, code: string, kind: string | null = null): Promise<void> {
    const answer = await run('verify', ...argv);
    assert.deepEqual([answer.exit, answer.verdict.verdict, answer.verdict.code, answer.verdict.class], [exit, verdict, code, kind], argv.join(' '));
  }

  test('says valid with exit 0, and who signed', async () => {
    const { exit, verdict } = await run('verify', card, ...trusted);
    assert.deepEqual([exit, verdict.verdict, verdict.code, verdict.approval], [0, 'valid', 'valid', 'not-checked']);
    assert.deepEqual(verdict.signatures.map(({ role }) => role), ['teacher', 'principal', 'seal']);
  });

  test('prints nothing of the pupil, of own and foreign cards and of refused ones', async () => {
    const { identity } = cardData().record;
    for (const argv of [[card], [changed], [file('foreign.xml', foreignCard()), '--policy', 'accept']]) {
      const { text } = await run('verify', ...argv, ...trusted);
      for (const value of [identity.fullName, identity.personalNumber, identity.pupilCode, identity.registerNumber]) assert.ok(!text.includes(JSON.stringify(value).slice(1, -1)), `of ${argv[0] ?? ''}`);
    }
  });

  test('an own card: exit 1 for a changed one, another cover, another authority, no card at all, an unfinished one', async () => {
    await says([changed, ...trusted], 1, 'invalid', 'data-changed', 'signature');
    await says([block, ...trusted], 1, 'invalid', 'signature-shape', 'signature');
    await says([card, '--anchors', other, '--crls', crl], 1, 'invalid', 'issuer-unknown', 'trust');
    await says([anchor, ...trusted], 1, 'invalid', 'malformed', 'format');
    await says([file('unsigned.xml', writeCard(cardData())), ...trusted], 1, 'invalid', 'role-missing', 'policy');
    await says([file('two.xml', signRole(signRole(writeCard(cardData()), 'teacher'), 'principal')), ...trusted], 1, 'invalid', 'role-missing', 'policy');
  });

  test('an own card whose principal does not cover what its policy says', async () => {
    await says([card, ...trusted, '--cover', 'signature'], 1, 'invalid', 'signature-shape', 'signature');
    await says([card, ...trusted, '--cover', 'block'], 1, 'invalid', 'signature-shape', 'signature');
    await says([file('vendor-shaped.xml', foreignCard()), ...trusted], 1, 'invalid', 'not-canonical', 'format');
  });

  test('an own card that was indented since is refused and told why', async () => {
    const { exit, verdict } = await run('verify', file('indented.xml', indented(good.toString())), ...trusted);
    assert.deepEqual([exit, verdict.code, verdict.diagnosis?.culprit], [1, 'not-canonical', 'indentation']);
  });

  test('mandatory fields and value rules are of the class format', async () => {
    const rule = file('rule.xml', foreignCard({ edit: (xml) => xml.replace(/<MUC_DAT_DUOC>./, '<MUC_DAT_DUOC>C') }));
    const field = file('field.xml', foreignCard({ edit: (xml) => xml.replace(/<QUE_QUAN>[^]*<\/QUE_QUAN>/, '') }));
    await says([rule, '--policy', 'accept', ...trusted], 1, 'invalid', 'record-rule', 'format');
    await says([field, '--policy', 'accept', ...trusted], 1, 'invalid', 'missing-field', 'format');
    await says([file('cut.xml', good.subarray(0, -1)), '--policy', 'accept', ...trusted], 1, 'invalid', 'malformed', 'format');
  });

  test('says not provable with exit 2 without anchors, without a usable list, and for what is held', async () => {
    await says([card], 2, 'not-provable', 'no-anchors', 'trust');
    await says([card, '--anchors', anchor], 2, 'not-provable', 'crl-missing', 'trust');
    await says([card, '--anchors', anchor, '--crls', atReceipt], 2, 'not-provable', 'crl-stale', 'trust');
    const brief = { ...person(ca, PRINCIPAL, { notAfter: new Date('2026-06-03T00:00:00Z') }), personalNumber: PRINCIPAL, signedAt: signers().principal.signedAt };
    const held = ['teacher', 'principal', 'seal'] as const;
    const expired = held.reduce((bytes, role) => signRole(bytes, role, role === 'principal' ? { signer: brief } : {}), writeCard(cardData()));
    await says([file('expired.xml', expired), ...trusted], 2, 'not-provable', 'held-expired', 'held');
    await says([changed], 1, 'invalid', 'data-changed', 'signature');
  });

  test('judges at a proven time', async () => {
    await says([card, '--anchors', anchor, '--crls', atReceipt, '--at', '2026-06-05T00:00:00Z'], 0, 'valid-at-proven-time', 'valid');
    await says([card, '--anchors', anchor, '--crls', atReceipt, '--at', '2026-06-01'], 1, 'invalid', 'signing-time-future', 'signature');
  });

  test('takes several anchors, the campaign\'s cover and profile, and anchors from the environment', async () => {
    await says([block, '--anchors', other, anchor, '--crls', crl, '--cover', 'block'], 0, 'valid', 'valid');
    await says([newer, ...trusted], 0, 'valid', 'valid');
    await says([newer, ...trusted, '--profile', 'v1.1'], 0, 'valid', 'valid');
    await says([newer, ...trusted, '--profile', 'v1.0', '--policy', 'accept'], 1, 'invalid', 'profile-unsupported', 'format');
    process.env['HUB_TRUST_ANCHORS'] = anchor;
    await says([card, '--crls', crl], 0, 'valid', 'valid');
  });

  test('the approved seal is checked where it is named', async () => {
    assert.equal((await run('verify', card, ...trusted, '--seal', seal)).verdict.approval, 'checked');
    await says([card, ...trusted, '--seal', anchor], 1, 'invalid', 'seal-unapproved', 'signer');
    const foreign = file('approved.xml', foreignCard());
    await says([foreign, '--policy', 'accept', ...trusted, '--seal', anchor, seal], 0, 'valid', 'valid');
    await says([foreign, '--policy', 'accept', ...trusted, '--seal', anchor], 1, 'invalid', 'seal-unapproved', 'signer');
  });

  test('accepts cards of other software by their policy only', async () => {
    const [, approves, seals] = plainRoles() as [RoleStyle, RoleStyle, RoleStyle];
    const foreign = file('other-software.xml', foreignCard({ roles: [approves, seals], indent: true, crlf: true }));
    await says([foreign, '--policy', 'accept', ...trusted], 0, 'valid', 'valid');
    await says([foreign, '--policy', 'accept', ...trusted, '--require-teacher'], 1, 'invalid', 'role-missing', 'policy');
    await says([card, '--policy', 'accept', ...trusted], 0, 'valid', 'valid');
  });

  test('a batch: a verdict for each card and for the transaction, the worst is the exit', async () => {
    const mixed = foreignBatch({ cards: [pendingCard({ seed: 1 }), pendingCard({ seed: 2, edit: (xml) => xml.replace(/<MUC_DAT_DUOC>./, '<MUC_DAT_DUOC>X') })] });
    const { exit, verdict } = await run('verify', file('batch.xml', mixed), '--policy', 'accept', ...trusted);
    assert.deepEqual([exit, verdict.verdict, verdict.transaction.verdict, verdict.cards.map(({ code }) => code)], [1, 'invalid', 'valid', ['valid', 'bad-value']]);
    const sender = organisation(ca, '0990000099', { commonName: 'Sở GD&ĐT Mô Phỏng' });
    const packet = signTransaction({ xml: packBatch([good, signedCard({ seed: 2 })]), key: sender.key, certificate: sender.der, signedAt: '2026-06-02T09:00:00+07:00' as Instant });
    const own = await run('verify', file('packet.xml', packet), ...trusted, '--seal', seal);
    assert.deepEqual([own.exit, own.verdict.cards.map(({ code, approval }) => `${code} ${approval}`)], [0, ['valid checked', 'valid checked']]);
    assert.equal((await run('verify', file('packet.xml', packet), '--anchors', anchor)).exit, 2);
  });

  test('answers a bad call with exit 3 and what was wrong', async () => {
    const calls: [string[], RegExp][] = [
      [[], /say what to do/], [['sign', card], /no command sign/], [['verify'], /one FILE/], [['verify', card, card], /one FILE/],
      [['verify', card, '--cover', 'all'], /--cover is one of/], [['verify', card, '--anchors'], /at least one file after --anchors/], [['verify', card, '--anchor', anchor], /anchor/],
      [['verify', card, '--policy', 'both'], /--policy/], [['verify', card, '--profile', 'v9'], /--profile/], [['verify', card, '--at', 'hôm nay'], /--at/], [['verify', card, '--at', '2026-06-31'], /--at/],
      [['verify', join(folder, 'missing.xml')], /missing\.xml/], [['verify', card, '--anchors', file('none.pem', '-----BEGIN KEY-----\n')], /no CERTIFICATE in PEM/],
    ];
    for (const [argv, reason] of calls) {
      const { exit, errors } = await run(...argv);
      assert.equal(exit, 3, argv.join(' '));
      assert.match(errors, reason);
    }
  });
});
