import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Instant } from '../../domain/brand.js';
import type { Bundle } from '../../formats/bundle/bundle.js';
import { composeBundle } from '../../formats/bundle/compose.js';
import { writeBundle } from '../../formats/bundle/html.js';
import { main } from '../../formats/card/cli.js';
import { packBatch } from '../../formats/kho/batch.js';
import { bundleOf, stamped } from '../support/bundle.js';
import { ca, cardData, signedCard } from '../support/cards.js';
import { authority, organisation } from '../support/certificates.js';
import { evidenceTools, sha256Hex } from '../support/evidence.js';
import { ALGORITHMS, foreignBatch, pendingCard, plainRoles } from '../support/foreignCards.js';
import { judgeBatch } from '../support/foreignVerdicts.js';

type Printed = {
  verdict: string; code: string; class: string | null;
  bundle: { verdict: string; code: string; provenAt: string | null; renewedAt: string | null; anchors: { from: string; sha256: string[] }; statement: { status: string; certificate: string } | null };
};

describe('hub card verify --bundle', () => {
  const folder = mkdtempSync(join(tmpdir(), 'card-bundle-'));
  const file = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const written = (name: string, bundle: Bundle): string => file(name, writeBundle(bundle, { sandbox: true }));
  const bytes = signedCard({ seed: 3 });
  const other = signedCard({ seed: 4 });
  const card = file('card.xml', bytes);
  const root = file('root.pem', ca.certificate.toString());
  const stranger = file('stranger.pem', authority('CA khác').certificate.toString());
  let made: Bundle;
  let bundle: string;
  let stampers: string;
  before(async () => {
    made = bundleOf(cardData(3).cardId, bytes, await stamped([other, bytes], 1, { renewals: 1 }));
    bundle = written('bundle.html', made);
    stampers = file('stampers.pem', (await (await evidenceTools(ca, 'CA thử nghiệm')).trust.tsaAnchors()).join(''));
  });
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(() => { delete process.env['HUB_TRUST_ANCHORS']; delete process.env['HUB_TSA_ANCHORS']; });

  async function run(...argv: string[]): Promise<{ exit: number; verdict: Printed; errors: string }> {
    const [output, errors]: [string[], string[]] = [[], []];
    const exit = await main(['verify', ...argv], { stdout: { write: (text) => output.push(text) }, stderr: { write: (text) => errors.push(text) } });
    return { exit, verdict: (exit === 3 ? {} : JSON.parse(output.join(''))) as Printed, errors: errors.join('') };
  }

  test('a card and a bundle that a forger made whole, authority, time-stamps, the Sở and all, prove nothing by themselves', async () => {
    const { exit, verdict } = await run(card, '--bundle', bundle);
    assert.deepEqual([exit, verdict.verdict, verdict.code, verdict.class], [2, 'not-provable', 'anchors-unconfirmed', 'bundle']);
    assert.deepEqual([verdict.bundle.verdict, verdict.bundle.anchors.from], ['valid', 'bundle']);
    const onlyTime = await run(card, '--bundle', bundle, '--tsa-anchors', stampers);
    assert.deepEqual([onlyTime.exit, onlyTime.verdict.code], [2, 'anchors-unconfirmed'], 'who stamps says nothing of who signs');
    assert.equal((await run(card, '--trust-bundle-anchors')).exit, 3);
  });

  test('with its authorities taken on trust it needs nothing beside it: the proven time, renewed since, its lists, and authorities that it names for comparing', async () => {
    const { exit, verdict, errors } = await run(card, '--bundle', bundle, '--trust-bundle-anchors');
    assert.match(errors, /come from the bundle itself; compare/);
    assert.deepEqual([exit, verdict.verdict, verdict.code, verdict.bundle.verdict, verdict.bundle.code], [0, 'valid-at-proven-time', 'valid', 'valid', 'valid']);
    const [receipt, renewal] = made.evidence!.links;
    assert.deepEqual([verdict.bundle.provenAt, verdict.bundle.renewedAt], [receipt!.genTime, renewal!.genTime]);
    assert.equal(verdict.bundle.anchors.from, 'bundle');
    assert.ok(verdict.bundle.anchors.sha256.includes(sha256Hex(ca.certificate.raw)));
    assert.deepEqual([verdict.bundle.statement?.status, verdict.bundle.statement?.certificate], ['in-force', sha256Hex(Buffer.from(made.statementSignature.certificate, 'base64'))]);
  });

  test('authorities named in the call or by the settings win over the bundle\'s', async () => {
    const named = await run(card, '--bundle', bundle, '--anchors', root, '--tsa-anchors', stampers);
    assert.deepEqual([named.exit, named.errors, named.verdict.bundle.anchors], [0, '', { from: 'call', sha256: [sha256Hex(ca.certificate.raw)] }]);
    const strange = await run(card, '--bundle', bundle, '--anchors', stranger, '--tsa-anchors', stampers);
    assert.deepEqual([strange.exit, strange.verdict.code], [1, 'issuer-unknown'], 'a bundle cannot bring its own trust where somebody else was named');
    const strangeTime = await run(card, '--bundle', bundle, '--anchors', root, '--tsa-anchors', stranger);
    assert.deepEqual([strangeTime.exit, strangeTime.verdict.bundle.provenAt], [1, null]);
    process.env['HUB_TRUST_ANCHORS'] = stranger;
    process.env['HUB_TSA_ANCHORS'] = stampers;
    assert.deepEqual((await run(card, '--bundle', bundle)).verdict.code, 'issuer-unknown');
  });

  test('a time and lists named in the call win over the bundle\'s', async () => {
    const early = await run(card, '--bundle', bundle, '--at', '2026-06-01');
    assert.deepEqual([early.exit, early.verdict.code], [1, 'signing-time-future']);
    const noList = file('stampers.crl', Buffer.from(made.evidence!.links[0]!.crls[0]!.der, 'base64'));
    const missing = await run(card, '--bundle', bundle, '--crls', noList);
    assert.deepEqual([missing.exit, missing.verdict.code], [2, 'crl-missing']);
  });

  const changes: readonly (readonly [string, () => Bundle, number, string])[] = [
    ['of another card', () => ({ ...bundleOf(cardData(4).cardId, other, made.evidence) }), 1, 'other-file'],
    ['whose evidence is another card\'s', () => ({ ...made, evidence: { ...made.evidence!, links: made.evidence!.links.map((link) => ({ ...link, sha256: sha256Hex(other) })) } }), 1, 'other-file'],
    ['whose proof leads elsewhere', () => ({ ...made, evidence: { ...made.evidence!, links: made.evidence!.links.map((link, at) => (at === 0 ? { ...link, proof: { ...link.proof, index: 0 } } : link)) } }), 1, 'proof-broken'],
    ['whose renewal was made for other evidence', () => ({ ...made, evidence: { ...made.evidence!, links: made.evidence!.links.map((link, at) => (at === 0 ? { ...link, crls: link.crls.slice(0, 1) } : link)) } }), 1, 'chain-broken'],
    ['with a statement that was changed', () => ({ ...made, statement: made.statement.replace('in-force', 'recalled') }), 1, 'bundle-broken'],
    ['with a certificate under the statement that is none', () => ({ ...made, statementSignature: { ...made.statementSignature, certificate: 'AAAA' } }), 1, 'bundle-broken'],
    ['of a card that was recalled', () => bundleOf(cardData(3).cardId, bytes, made.evidence, 'recalled'), 1, 'not-in-force'],
  ];
  for (const [what, change, exit, code] of changes) {
    test(`a bundle ${what} is no proof`, async () => {
      const answer = await run(card, '--bundle', written('changed.html', change()));
      assert.deepEqual([answer.exit, answer.verdict.bundle.code], [exit, code]);
      assert.equal(answer.verdict.verdict, 'invalid');
    });
  }

  test('without evidence in it the card is judged now, which takes what the call names', async () => {
    const bare = written('bare.html', bundleOf(cardData(3).cardId, bytes, null));
    const alone = await run(card, '--bundle', bare, '--anchors', root);
    assert.deepEqual([alone.exit, alone.verdict.code, alone.verdict.bundle.code], [2, 'crl-missing', 'no-evidence']);
    const list = file('now.crl', Buffer.from(made.evidence!.links[0]!.crls[1]!.der, 'base64'));
    const named = await run(card, '--bundle', bare, '--anchors', root, '--crls', list);
    assert.deepEqual([named.exit, named.verdict.verdict, named.verdict.bundle.code], [0, 'valid', 'no-evidence']);
  });

  test('a changed card is refused for what was changed in it, whatever bundle comes with it', async () => {
    const changed = file('changed.xml', bytes.toString().replace(/<DUOC_LEN_LOP>./, (found) => (found.endsWith('1') ? '<DUOC_LEN_LOP>0' : '<DUOC_LEN_LOP>1')));
    const { exit, verdict } = await run(changed, '--bundle', bundle);
    assert.deepEqual([exit, verdict.code, verdict.bundle.code], [1, 'data-changed', 'other-file']);
  });

  describe('of a card of other software', () => {
    const INCLUSIVE = { transforms: [ALGORITHMS.inclusive], canonicalization: ALGORITHMS.inclusive };
    const root = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:q="urn:q"';
    const named = () => ['--anchors', file('root.pem', ca.certificate.toString()), '--tsa-anchors', stampers];
    let foreign: Buffer;
    let context: ReadonlyMap<string, string>;
    let html: string;
    const bundled = async (around: Record<string, string>) => composeBundle({
      card: { cardId: cardData(1).cardId, document: foreign, departmentName: 'Sở', status: 'in-force', receivedAt: new Date('2026-06-03T00:00:00Z'), vendor: { context: around } },
      signers: [...foreign.toString().matchAll(/<X509Certificate>([^<]*)/g)].map(([, text = '']) => sha256Hex(Buffer.from(text, 'base64'))),
      evidence: await stamped([bytes, foreign], 1), revoked: [], signer: sender, madeAt: '2026-06-20T01:00:00Z' as Instant,
    });
    const { key, der } = organisation(ca, '0999999999', { commonName: 'Sở GD&ĐT Mô Phỏng' });
    const sender = { key, certificate: der };
    before(async () => {
      const { cards } = await judgeBatch(foreignBatch({ root, cards: [pendingCard({ roles: plainRoles(INCLUSIVE) })] }));
      ({ bytes: foreign, context } = cards[0]?.stored ?? assert.fail());
      html = written('foreign.html', await bundled(Object.fromEntries(context)));
    });

    test('is judged by the policy for such cards, in the namespaces that verified it: the card alone, and the file that the hub hands out', async () => {
      for (const path of [file('foreign.xml', foreign), file('foreign-out.xml', packBatch([foreign], context))]) {
        const { exit, verdict } = await run(path, '--bundle', html, ...named());
        assert.deepEqual([exit, verdict.verdict, verdict.code, verdict.bundle.code], [0, 'valid-at-proven-time', 'valid', 'valid'], path);
      }
      const alone = await run(file('foreign.xml', foreign), '--policy', 'accept', ...named().slice(0, 2));
      assert.deepEqual([alone.exit, alone.verdict.code], [1, 'data-changed'], 'without the bundle nobody knows them');
      assert.equal((await run(file('foreign.xml', foreign), '--bundle', html, '--policy', 'own', ...named())).exit, 1, 'a policy that is named is held to');
    });

    test('holds in no other namespaces, and not once a grade has changed', async () => {
      const elsewhere = await run(file('foreign.xml', foreign), '--bundle', written('elsewhere.html', await bundled({})), ...named());
      assert.deepEqual([elsewhere.exit, elsewhere.verdict.verdict], [1, 'invalid']);
      const changed = foreign.toString().replace(/<MUC_DAT_DUOC>(.)/, (found) => (found.endsWith('T') ? '<MUC_DAT_DUOC>H' : '<MUC_DAT_DUOC>T'));
      const { exit, verdict } = await run(file('foreign-changed.xml', changed), '--bundle', html, ...named());
      assert.deepEqual([exit, verdict.code, verdict.bundle.code], [1, 'data-changed', 'other-file']);
      assert.equal((await run(file('two.xml', packBatch([foreign, foreign], context)), '--bundle', html, ...named())).exit, 1);
    });
  });

  test('is a bad call with a file that is no bundle, with a batch, and for a time-stamp without bundle', async () => {
    const calls: [string[], RegExp][] = [
      [[card, '--bundle', card], /no bundle of this hub/], [[card, '--bundle', join(folder, 'missing.html')], /missing\.html/],
      [[card, '--tsa-anchors', stampers], /--tsa-anchors/], [[card, '--bundle', ''], /after --bundle/], [[file('batch.xml', packBatch([bytes, other])), '--bundle', bundle], /holds a batch/],
    ];
    for (const [argv, sentence] of calls) {
      const { exit, errors } = await run(...argv);
      assert.equal(exit, 3, argv.join(' '));
      assert.match(errors, sentence);
    }
  });
});
