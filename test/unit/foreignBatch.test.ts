import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KhoContentError, decodeContent, encodeContent } from '../../formats/kho/content.js';
import { verifyContent } from '../../formats/foreign/content.js';
import { gzipSync } from 'node:zlib';
import { ca, PRINCIPAL, signedCard, signers } from '../support/cards.js';
import { organisation, person } from '../support/certificates.js';
import { ALGORITHMS, foreignBatch, foreignCard, pendingCard, plainRoles, signatureTemplate, type CardStyle, type RoleStyle } from '../support/foreignCards.js';
import { signPending } from '../support/foreignSigner.js';
import { assertValid, judgeBatch, judgeCard, NOW, policyOf, trustOf } from '../support/foreignVerdicts.js';

const [TEACHES, APPROVES, SEALS] = plainRoles() as [RoleStyle, RoleStyle, RoleStyle];
const XSI_XSD = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"';
const finished = (style: CardStyle): { xml: string; pending: [] } => ({ xml: foreignCard(style).toString(), pending: [] });
const fingerprint = ({ fingerprint256 }: { fingerprint256: string }): string => fingerprint256.replaceAll(':', '').toLowerCase();
const INCLUSIVE = { transforms: [ALGORITHMS.inclusive], canonicalization: ALGORITHMS.inclusive };

describe('a batch has a verdict for every card and one for its sender', () => {
  test('all good: valid', async () => {
    const verdict = await judgeBatch(foreignBatch({ cards: [1, 2, 3].map((seed) => pendingCard({ seed })) }));
    assert.deepEqual([verdict.verdict, verdict.transaction.verdict, verdict.transaction.code], ['valid', 'valid', 'valid']);
    verdict.cards.forEach(assertValid);
    assert.equal(verdict.cards.length, 3);
  });

  test('repeated Id="data" in a batch of v1.1', async () => {
    const roles = [APPROVES, SEALS];
    const verdict = await judgeBatch(foreignBatch({ cards: [1, 2].map((seed) => pendingCard({ seed, profile: 'v1.1', roles })) }), { policy: { profile: 'v1.1' } });
    assert.equal(verdict.verdict, 'valid');
    assert.notEqual(verdict.cards[0]?.cardId, verdict.cards[1]?.cardId);
  });

  test('one changed card is refused by itself; the sender\'s signature says that the whole was changed', async () => {
    const batch = foreignBatch({ cards: [1, 2].map((seed) => pendingCard({ seed })) }).toString();
    const last = batch.lastIndexOf('<DUOC_LEN_LOP>') + '<DUOC_LEN_LOP>'.length;
    const verdict = await judgeBatch(`${batch.slice(0, last)}${batch[last] === '1' ? 0 : 1}${batch.slice(last + 1)}`);
    assert.deepEqual(verdict.cards.map(({ code }) => code), ['valid', 'data-changed']);
    assert.deepEqual([verdict.verdict, verdict.transaction.code], ['invalid', 'transaction-changed']);
  });

  test('a format fault of one card spoils only that card, and is never called forgery', async () => {
    const cards = [pendingCard({ seed: 1 }), pendingCard({ seed: 2, edit: (card) => card.replace('Xã Mẫu', 'Xã Mẫu'.normalize('NFD')) }), pendingCard({ seed: 3, edit: (card) => card.replace('<TONG_KET>', '<!-- --><TONG_KET>') })];
    const verdict = await judgeBatch(foreignBatch({ cards }));
    assert.deepEqual(verdict.cards.map(({ code }) => code), ['valid', 'not-nfc', 'comment']);
    assert.deepEqual([verdict.transaction.verdict, verdict.verdict], ['valid', 'invalid']);
    assert.deepEqual(verdict.cards.map((card) => card.class), [null, 'format', 'format']);
  });

  test('what cannot be proven of one card is the verdict of the whole, unless something is invalid', async () => {
    const brief = person(ca, PRINCIPAL, { notAfter: new Date('2026-06-20T00:00:00Z') });
    const held = pendingCard({ seed: 2, roles: [TEACHES, { ...APPROVES, signer: brief }, SEALS] });
    assert.equal((await judgeBatch(foreignBatch({ cards: [pendingCard({ seed: 1 }), held] }))).verdict, 'not-provable');
  });

  test('one card twice in a transaction: neither can be used', async () => {
    const verdict = await judgeBatch(foreignBatch({ cards: [pendingCard({ seed: 1 }), pendingCard({ seed: 2 }), pendingCard({ seed: 1 })] }));
    assert.deepEqual(verdict.cards.map(({ code }) => code), ['duplicate', 'valid', 'duplicate']);
  });
});

describe('the namespaces around a card', () => {
  test('a card signed in place by inclusive C14N verifies there, and the context that verified is handed out', async () => {
    const verdict = await judgeBatch(foreignBatch({ root: XSI_XSD, cards: [pendingCard({ roles: plainRoles(INCLUSIVE) })] }));
    assert.equal(verdict.verdict, 'valid');
    const stored = verdict.cards[0]?.stored ?? assert.fail();
    assert.deepEqual([...stored.context.keys()].sort(), ['xsd', 'xsi']);
    assertValid(await judgeCard(stored.bytes, { context: stored.context }));
    assert.equal((await judgeCard(stored.bytes)).code, 'data-changed');
  });

  test('a card signed alone by inclusive C14N verifies inside the batch as its own document', async () => {
    const verdict = await judgeBatch(foreignBatch({ root: XSI_XSD, cards: [finished({ roles: plainRoles(INCLUSIVE) })] }));
    assert.equal(verdict.verdict, 'valid');
    assert.equal(verdict.cards[0]?.stored?.context.size, 0);
    assertValid(await judgeCard(verdict.cards[0]?.stored?.bytes ?? ''));
  });

  test('a card half signed in place and half alone verifies nowhere', async () => {
    const alone = finished({ roles: [TEACHES, { ...APPROVES, ...INCLUSIVE }] });
    const seal = pendingCard({ roles: [{ ...SEALS, ...INCLUSIVE }] });
    const block = /<KY_PHAT_HANH>[^]*<\/KY_PHAT_HANH>/.exec(seal.xml)?.[0] ?? assert.fail();
    const mixed = { xml: alone.xml.replace('</DANH_SACH_THONG_TIN_KY>', `${block}</DANH_SACH_THONG_TIN_KY>`), pending: seal.pending };
    assert.equal((await judgeBatch(foreignBatch({ root: XSI_XSD, cards: [mixed] }))).cards[0]?.code, 'data-changed');
  });

  test('ds: declared on the root of the batch only', async () => {
    const bare = (xml: string): string => xml.replaceAll(' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"', '');
    const card = pendingCard({ roles: plainRoles({ prefix: 'ds:' }) });
    const verdict = await judgeBatch(foreignBatch({ root: ' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"', cards: [{ ...card, xml: bare(card.xml) }] }));
    assert.equal(verdict.verdict, 'valid');
    const stored = verdict.cards[0]?.stored ?? assert.fail();
    assert.deepEqual([...stored.context], [['ds', 'http://www.w3.org/2000/09/xmldsig#']]);
    assertValid(await judgeCard(stored.bytes, { context: stored.context }));
    assert.equal((await judgeCard(stored.bytes)).code, 'malformed');
  });

  test('our own cards, moved under a root with xsi and xsd declared', async () => {
    const cards = [1, 2].map((seed) => ({ xml: signedCard({ seed }).toString(), pending: [] }));
    assert.equal((await judgeBatch(foreignBatch({ root: XSI_XSD, cards }))).verdict, 'valid');
  });
});

describe('the sender\'s signature', () => {
  const cards = [finished({ seed: 1 })];
  const codeOf = async (batch: Buffer | string, terms = {}): Promise<string> => (await judgeBatch(batch, terms)).transaction.code;

  test('beside the content instead of inside the root', async () => {
    const root = `<DANH_SACH_HOC_BA id="dataDanhSach">${cards[0]?.xml ?? ''}</DANH_SACH_HOC_BA>`;
    const template = signatureTemplate('beside', { signer: signers().seal, references: ({ data }) => [{ uri: `#${data}` }] }, 'dataDanhSach', null);
    const together = signPending(`<X>${root}${template}</X>`, [{ key: 'beside', privateKey: signers().seal.key }]);
    const beside = Buffer.from(/<Signature [^]*?<\/Signature>(?=<\/X>)/.exec(together.slice(together.indexOf('</DANH_SACH_HOC_BA>')))?.[0] ?? assert.fail());
    assert.equal((await judgeBatch(root, {}, beside)).verdict, 'valid');
    assert.equal((await judgeBatch(root.replace('</HOC_BA>', ' </HOC_BA>'), {}, beside)).transaction.code, 'transaction-changed');
    assert.equal((await judgeBatch(foreignBatch({ cards }), {}, beside)).transaction.code, 'transaction-signature-twice');
  });
  test('without a signing time', async () => assert.equal(await codeOf(foreignBatch({ cards, signedAt: null })), 'valid'));
  test('inclusive C14N after the enveloped-signature transform', async () => assert.equal(await codeOf(foreignBatch({ cards, root: XSI_XSD, style: { transforms: [ALGORITHMS.enveloped, ALGORITHMS.inclusive] } })), 'valid'));
  test('of the approved certificate', async () => assert.equal(await codeOf(foreignBatch({ cards }), { policy: { approvedSeals: new Set([fingerprint(signers().seal.certificate)]) } }), 'valid'));

  const hostile: [string, () => Buffer | string, string, object?][] = [
    ['missing', () => `<DANH_SACH_HOC_BA id="dataDanhSach">${cards[0]?.xml ?? ''}</DANH_SACH_HOC_BA>`, 'transaction-signature-missing'],
    ['over a card instead of the root', () => foreignBatch({ cards, style: { references: ({ time }) => [{ uri: `#${time}`, transforms: [] }] } }), 'data-not-covered'],
    ['without the enveloped-signature transform', () => foreignBatch({ cards, style: { transforms: [ALGORITHMS.exclusive] } }), 'transaction-changed'],
    ['of a person', () => foreignBatch({ cards, sender: signers().principal }), 'holder-kind'],
    ['of another school', () => foreignBatch({ cards, sender: organisation(ca, '0990000077') }), 'seal-unapproved', { policy: { approvedSeals: new Set([fingerprint(signers().seal.certificate)]) } }],
    ['in the future', () => foreignBatch({ cards, signedAt: '2026-07-01T07:05:01+07:00' }), 'signing-time-future'],
    ['with the root\'s id inside a card', () => foreignBatch({ cards: [finished({ edit: (card) => card.replace('<TONG_KET>', '<TONG_KET id="dataDanhSach">') })] }), 'id-duplicate'],
    ['with a processing instruction in the batch', () => foreignBatch({ cards }).toString().replace('<HOC_BA>', '<?x?><HOC_BA>'), 'processing-instruction'],
  ];
  for (const [name, batch, code, terms] of hostile) test(`is refused ${name}`, async () => assert.equal(await codeOf(batch(), terms), code));

  const unreadable: [string, string, string][] = [
    ['an empty batch', '<DANH_SACH_HOC_BA id="dataDanhSach"></DANH_SACH_HOC_BA>', 'batch-empty'],
    ['another root', '<DANH_SACH></DANH_SACH>', 'unknown-root'],
    ['something beside the cards', `<DANH_SACH_HOC_BA id="x">${cards[0]?.xml ?? ''}<THEM/></DANH_SACH_HOC_BA>`, 'unknown-block'],
    ['50,000 levels', `<DANH_SACH_HOC_BA>${'<a>'.repeat(50_000)}`, 'too-deep'],
    ['a DTD', '<!DOCTYPE DANH_SACH_HOC_BA><DANH_SACH_HOC_BA/>', 'doctype'],
  ];
  for (const [name, batch, code] of unreadable) {
    test(`${name} has no card`, async () => {
      const verdict = await judgeBatch(batch);
      assert.deepEqual([verdict.verdict, verdict.transaction.code, verdict.cards], ['invalid', code, []]);
    });
  }
});

describe('the content of a transaction', () => {
  const batch = foreignBatch({ cards: [finished({ seed: 1 })] });
  const input = { policy: { kind: 'accept' as const, ...policyOf() }, trust: trustOf(), now: NOW };
  test('is opened and judged', async () => assert.equal((await verifyContent({ ...input, content: encodeContent(batch), detached: null })).verdict, 'valid'));

  const bomb = (): string => {
    const prefix = Buffer.alloc(4);
    prefix.writeUInt32LE(10_000_000);
    return Buffer.concat([prefix, gzipSync(Buffer.alloc(200_000_000))]).toString('base64');
  };
  test('a gzip bomb is refused before it has unfolded', async () => {
    const content = bomb();
    assert.throws(() => decodeContent(content, { maxBytes: 20_000_000 }), (fault) => fault instanceof KhoContentError && fault.code === 'length-mismatch');
    const verdict = await verifyContent({ ...input, content, detached: null });
    assert.deepEqual([verdict.verdict, verdict.transaction.code], ['invalid', 'content-unreadable']);
  });
  test('what is no Base64 is refused', async () => assert.equal((await verifyContent({ ...input, content: 'AA*A', detached: null })).transaction.code, 'content-unreadable'));
});
