import assert from 'node:assert/strict';
import { createHash, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { signers } from '../support/cards.js';
import { ALGORITHMS, foreignBatch, foreignCard, indented, pendingCard, plainRoles, type CardStyle, type RoleStyle } from '../support/foreignCards.js';
import { assertValid, judgeBatch, judgeCard } from '../support/foreignVerdicts.js';

const XSI_XSD = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"';
const INCLUSIVE = { transforms: [ALGORITHMS.inclusive], canonicalization: ALGORITHMS.inclusive };
const compact = (xml: string): string => xml.replace(/>\s+</g, '><');
const SHORT = [plainRoles()[1], plainRoles()[2]] as [RoleStyle, RoleStyle];
const card = (style: CardStyle = {}): string => foreignCard({ roles: SHORT, ...style }).toString();

describe('a digest that does not match names its culprit and is never accepted', () => {
  const cases: [string, () => string, string][] = [
    ['CRLF made of LF by references', () => card({ indent: true }).replace(/\n/g, '&#13;\n'), 'line-ends'],
    ['line ends lost that were signed as CR LF', () => card({ indent: true, edit: (xml) => xml.replace(/\n/g, '&#13;\n') }).replaceAll('&#13;', ''), 'line-ends'],
    ['indented after signing', () => indented(card()), 'indentation'],
    ['indented with CRLF after signing', () => indented(card()).replace(/\n/g, '\r\n'), 'indentation'],
    ['made compact after signing', () => compact(card({ edit: (xml) => pretty(xml) })), 'indentation'],
    ['values trimmed or padded', () => indented(card()).replace(/<QUE_QUAN>/, '<QUE_QUAN> '), 'indentation'],
    ['signed decomposed, sent precomposed', () => card({ edit: (xml) => xml.normalize('NFD') }).normalize('NFC'), 'unicode'],
    ['escaped once more', () => escapedAgain(card()), 'escaping'],
    ['escaped once less', () => escapedAgain(card({ edit: (xml) => escapedAgain(escapedAgain(xml)) }), -1), 'escaping'],
    ['quotes escaped for the transaction and never undone', () => quotesKept(card({ seed: SEED_WITHOUT_BACKSLASH, edit: (xml) => xml.replace('<NOI_SINH>', '<NOI_SINH>Xã "Mới" ') })), 'escaping'],
    ['namespaces lost', () => card({ roles: SHORT.map((role) => ({ ...role, ...INCLUSIVE })), edit: (xml) => xml.replace('<HOC_BA>', `<HOC_BA${XSI_XSD}>`) }).replace(XSI_XSD, ''), 'namespaces'],
    ['namespaces added', () => card({ roles: SHORT.map((role) => ({ ...role, ...INCLUSIVE })) }).replace('<HOC_BA>', `<HOC_BA${XSI_XSD}>`), 'namespaces'],
    ['signed by exclusive C14N, declared inclusive', () => card({ roles: SHORT.map((role) => ({ ...role, transforms: [ALGORITHMS.exclusive] })), edit: (xml) => xml.replace('<HOC_BA>', `<HOC_BA${XSI_XSD}>`) }).replaceAll(`<Transform Algorithm="${ALGORITHMS.exclusive}">`, `<Transform Algorithm="${ALGORITHMS.inclusive}">`), 'namespaces'],
    ['signed by inclusive C14N, declared exclusive', () => card({ roles: SHORT.map((role) => ({ ...role, transforms: [ALGORITHMS.inclusive] })), edit: (xml) => xml.replace('<HOC_BA>', `<HOC_BA${XSI_XSD}>`) }).replaceAll(`<Transform Algorithm="${ALGORITHMS.inclusive}">`, `<Transform Algorithm="${ALGORITHMS.exclusive}">`), 'canonicalization'],
    ['hashed as it stood, without C14N', () => rawDigest((region) => region, '<NOI_DUNG_HOAN_THANH_CHUONG_TRINH />'), 'not-canonicalized'],
  ];
  for (const [name, xml, culprit] of cases) {
    test(name, async () => {
      const verdict = await judgeCard(xml());
      assert.deepEqual([verdict.verdict, verdict.code, verdict.diagnosis?.culprit], ['invalid', 'data-changed', culprit]);
      assert.match(verdict.diagnosis?.message ?? '', /^Nguyên nhân: .*; phần mềm /);
      assert.equal(verdict.card, null);
    });
  }

  test('a value that was really changed has no culprit to name', async () => {
    const verdict = await judgeCard(card().replace(/<CAN_NANG>[^<]*/, '<CAN_NANG>99'));
    assert.deepEqual([verdict.code, verdict.diagnosis], ['data-changed', null]);
  });

  test('SignedInfo indented after signing, where the data were not', async () => {
    const verdict = await judgeCard(card().replace(/<SignedInfo>[^]*?<\/SignedInfo>/, (info) => indented(info)));
    assert.deepEqual([verdict.code, verdict.diagnosis?.culprit], ['signature-mismatch', 'indentation']);
  });

  test('a card of a batch that lost the root it was signed under', async () => {
    const batch = foreignBatch({ root: XSI_XSD, cards: [pendingCard({ roles: plainRoles(INCLUSIVE) })] }).toString();
    const alone = /<HOC_BA>[^]*<\/HOC_BA>/.exec(batch)?.[0] ?? assert.fail();
    assert.equal((await judgeCard(alone)).diagnosis?.culprit, 'namespaces');
  });

  test('a batch of a thousand refusals is looked into a few times only', async () => {
    const cards = Array.from({ length: 30 }, (_, seed) => ({ xml: indented(foreignCard({ seed, roles: SHORT }).toString()), pending: [] }));
    const verdict = await judgeBatch(foreignBatch({ cards }));
    assert.ok(verdict.cards.every(({ code }) => code === 'data-changed'));
    assert.equal(verdict.cards.filter(({ diagnosis }) => diagnosis?.culprit === 'indentation').length, 20);
  });

  test('a card of a megabyte is not looked into for long', async () => {
    const started = process.cpuUsage();
    const verdict = await judgeCard(card({ edit: (xml) => xml.replace('<NHAN_XET_GVCN>', `<NHAN_XET_GVCN>${'x '.repeat(450_000)}`) }).replace(/<CAN_NANG>[^<]*/, '<CAN_NANG>99'));
    const { user } = process.cpuUsage(started);
    assert.deepEqual([verdict.code, verdict.diagnosis], ['data-changed', null]);
    assert.ok(user < 60_000_000, `${user} µs of processor time`);
  });

  test('none of it was refused before it was touched', async () => assertValid(await judgeCard(card())));
});

function pretty(xml: string): string {
  let depth = -1;
  const lines = xml.replace(/></g, '>\n<').split('\n').map((line) => {
    if (line.startsWith('</')) depth -= 1;
    const indentation = '  '.repeat(Math.max(0, depth + (line.startsWith('</') ? 1 : 1)));
    if (!line.startsWith('</') && !/<\/[^>]*>$/.test(line) && !line.endsWith('/>')) depth += 1;
    return indentation + line;
  });
  return lines.join('\n');
}

/** Its values hold quotes, but no backslash before one: both would look alike once escaped. */
const SEED_WITHOUT_BACKSLASH = 2;
const quotesKept = (xml: string): string => xml.replace(/<DU_LIEU_HOC_BA[^]*<\/DU_LIEU_HOC_BA>/, (data) => data.replace(/>[^<]+</g, (value) => value.replaceAll('"', '\\"')));

function escapedAgain(xml: string, times = 1): string {
  const region = /<THONG_TIN_CHUNG>[^]*<\/DU_LIEU_HOC_BA>/.exec(xml)?.[0] ?? assert.fail();
  return xml.replace(region, () => (times > 0 ? region.replaceAll('&', '&amp;') : region.replaceAll('&amp;', '&')));
}

/** A signer who hashes the region as it stands in the file. */
function rawDigest(region: (text: string) => string, extra: string): string {
  const xml = card({ edit: (text) => text.replace('</TONG_KET>', `${extra}</TONG_KET>`) });
  const data = region(/<DU_LIEU_HOC_BA[^]*<\/DU_LIEU_HOC_BA>/.exec(xml)?.[0] ?? assert.fail());
  const wrong = createHash('sha256').update(data).digest('base64');
  return xml.replace(/<CBQL>[^]*<\/CBQL>/, (block) => {
    const changed = block.replace(/(<Reference URI="#data[^]*?<DigestValue>)[^<]*/, `$1${wrong}`);
    const info = /<SignedInfo>[^]*<\/SignedInfo>/.exec(changed)?.[0] ?? assert.fail();
    const canonical = info.replace('<SignedInfo>', '<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#">').replace(/<(\w+)([^<>]*)\/>/g, '<$1$2></$1>');
    return changed.replace(/(<SignatureValue>)[^<]*/, `$1${sign('sha256', Buffer.from(canonical), signers().principal.key).toString('base64')}`);
  });
}
