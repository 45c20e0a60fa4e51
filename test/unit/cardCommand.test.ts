import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, mock, test } from 'node:test';
import { main } from '../../formats/card/cli.js';
import { ca, signedCard } from '../support/cards.js';
import { authority } from '../support/certificates.js';

describe('hub card verify', () => {
  const folder = mkdtempSync(join(tmpdir(), 'card-command-'));
  const file = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const good = signedCard();
  const card = file('card.xml', good);
  const block = file('block.xml', signedCard({ cover: 'block' }));
  const changed = file('changed.xml', good.toString().replace(/<DUOC_LEN_LOP>./, (found) => (found.endsWith('1') ? '<DUOC_LEN_LOP>0' : '<DUOC_LEN_LOP>1')));
  const anchor = file('anchor.pem', ca.certificate.toString());
  const other = file('other.pem', authority('CA khác').certificate.toString());

  // The signatures of the test cards are of June 2026; the command judges by the clock.
  before(() => mock.timers.enable({ apis: ['Date'], now: new Date('2026-07-01T00:00:00Z') }));
  after(() => {
    mock.timers.reset();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => delete process.env['HUB_TRUST_ANCHORS']);

  async function run(...argv: string[]): Promise<{ exit: number; verdict: Record<string, unknown>; errors: string }> {
    const output: string[] = [];
    const errors: string[] = [];
    const exit = await main(argv, { stdout: { write: (text) => output.push(text) }, stderr: { write: (text) => errors.push(text) } });
    return { exit, verdict: exit === 3 ? {} : JSON.parse(output.join('')) as Record<string, unknown>, errors: errors.join('') };
  }

  test('says valid with exit 0, and who signed', async () => {
    const { exit, verdict } = await run('verify', card, '--anchors', anchor);
    assert.deepEqual([exit, verdict['verdict'], verdict['code']], [0, 'valid', 'valid']);
    assert.deepEqual((verdict['signatures'] as { role: string }[]).map(({ role }) => role), ['teacher', 'principal', 'seal']);
  });

  test('prints nothing of the pupil', async () => {
    const { verdict } = await run('verify', card, '--anchors', anchor);
    assert.deepEqual(Object.keys(verdict).sort(), ['cardId', 'code', 'message', 'signatures', 'verdict']);
  });

  test('says invalid with exit 1 for a changed card, another cover, another authority and no card at all', async () => {
    for (const [argv, code] of [
      [[changed, '--anchors', anchor], 'data-changed'], [[block, '--anchors', anchor], 'signature-shape'],
      [[card, '--anchors', other], 'issuer-unknown'], [[anchor, '--anchors', anchor], 'not-canonical'],
    ] as [string[], string][]) {
      const { exit, verdict } = await run('verify', ...argv);
      assert.deepEqual([exit, verdict['verdict'], verdict['code']], [1, 'invalid', code]);
    }
  });

  test('says not provable with exit 2 when nobody named an authority, unless the card is wrong anyway', async () => {
    assert.equal((await run('verify', card)).exit, 2);
    assert.equal((await run('verify', changed)).exit, 1);
  });

  test('takes several anchors, the campaign\'s cover, and anchors from the environment', async () => {
    assert.equal((await run('verify', block, '--anchors', other, anchor, '--cover', 'block')).exit, 0);
    process.env['HUB_TRUST_ANCHORS'] = anchor;
    assert.equal((await run('verify', card)).exit, 0);
  });

  test('answers a bad call with exit 3 and what was wrong', async () => {
    const calls: [string[], RegExp][] = [
      [[], /say what to do/], [['sign', card], /no command sign/], [['verify'], /one FILE/], [['verify', card, card], /one FILE/],
      [['verify', card, '--cover', 'all'], /--cover is one of/], [['verify', card, '--anchors'], /at least one PEM/], [['verify', card, '--anchor', anchor], /anchor/],
      [['verify', join(folder, 'missing.xml')], /missing\.xml/], [['verify', card, '--anchors', card], /no certificate in PEM/],
    ];
    for (const [argv, reason] of calls) {
      const { exit, errors } = await run(...argv);
      assert.equal(exit, 3, argv.join(' '));
      assert.match(errors, reason);
    }
  });
});
