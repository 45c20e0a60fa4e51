import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { writeRendition, type RenditionOptions } from '../../dashboards/rendition/writeRendition.js';
import type { Instant } from '../../domain/brand.js';
import { COMPETENCES, OVERALL_RESULTS, QUALITIES, SUBJECT_LEVELS, SUBJECTS, TRAIT_LEVELS } from '../../domain/record.js';
import type { PrintedCard } from '../../domain/sheets/printedCard.js';
import { formatDay } from '../../domain/vietnameseFormat.js';
import { writeCard } from '../../formats/card/write.js';
import { readTimestampReply } from '../../formats/evidence/timestampToken.js';
import { writeTimestampQuery } from '../../formats/evidence/timestampQuery.js';
import { verifyTimestamp } from '../../formats/evidence/verifyTimestamp.js';
import { isEmbeddable, type Stamp } from '../../formats/pades/cms.js';
import { signPdf } from '../../formats/pades/signPdf.js';
import { CardNotPrintable, printedCard } from '../../formats/rendition/printedCard.js';
import { ca, cardData, signedCard, signRole } from '../support/cards.js';
import { organisation, type KeyKind } from '../support/certificates.js';
import { ALGORITHMS, foreignBatch, foreignCard, pendingCard, plainRoles } from '../support/foreignCards.js';
import { judgeBatch } from '../support/foreignVerdicts.js';
import { evidenceTools } from '../support/evidence.js';
import { pageTexts, poppler, rawPages, signatureParts, stampIn, withFiles, withoutPoppler } from '../support/pdf.js';
import { skipWithout } from '../support/tools.js';

const POLICY = { kind: 'own', profile: 'v1.0', cover: 'annex' } as const;
const FIELD = { name: 'Sở GD&ĐT Mô Phỏng', reason: 'Bản thể hiện', location: 'Tỉnh Mô Phỏng', signedAt: '2026-06-20T01:00:00Z' as Instant };
/** Seeds of pupils whose names hold no control characters, of grades 1, 4 and 5. */
const [GRADE_1, GRADE_4, GRADE_5] = [1, 3, 7] as const;

const printed = (seed: number): PrintedCard => printedCard(signedCard({ seed }), POLICY, null);
const pdfOf = (cards: PrintedCard[], options: Partial<RenditionOptions> = {}): Promise<Buffer> => buffer(writeRendition(cards, {
  title: 'Học bạ', baseUrl: 'https://hocba.example.vn', sandbox: false, madeAt: '2026-06-20T01:00:00Z' as Instant, signature: null, ...options,
}));
/** One line of text, as words: columns and line breaks are the layout's own matter. */
const words = (text: string): string => text.replace(/\s+/g, ' ');

describe('the rendition of a signed card', { skip: withoutPoppler }, () => {
  test('has a cover, an identity page and two pages of results, all A4, with every letter embedded', async () => {
    const pdf = await pdfOf([printed(GRADE_5)]);
    assert.equal(pageTexts(pdf).length, 4);
    assert.match(poppler('pdfinfo', pdf), /Page size:\s+595\.28 x 841\.89 pts \(A4\)/);
    const fonts = poppler('pdffonts', pdf).trim().split('\n').slice(2);
    assert.ok(fonts.length >= 3);
    for (const font of fonts) assert.match(font, /Tinos.* yes yes yes /, font);
  });

  test('says on its cover whose it is, and on the identity page who signed, with title, place and day', async () => {
    const { record, class: { name }, school, province, cardId, approver } = cardData(GRADE_5);
    const [cover, identity] = pageTexts(await pdfOf([printed(GRADE_5)])).map(words);
    for (const text of [record.identity.fullName.toLocaleUpperCase('vi'), name, school.name, '2025–2026', school.communeName, province.provinceName, 'HỌC BẠ']) assert.ok(cover!.includes(text), text);
    for (const text of [cardId, formatDay(record.identity.birthDate), record.identity.pupilCode, approver.fullName, 'KT. HIỆU TRƯỞNG', 'PHÓ HIỆU TRƯỞNG', 'Xã Mẫu, ngày 02 tháng 6 năm 2026']) assert.ok(identity!.includes(text), text);
    assert.equal(record.history.every((entry) => identity!.includes(formatDay(entry.enteredOn))), true);
  });

  for (const seed of [GRADE_1, GRADE_4, GRADE_5]) {
    test(`has sections 1 to 6 with levels in words, never in codes (grade ${cardData(seed).class.grade})`, async () => {
      const { record } = cardData(seed);
      const text = words(pageTexts(await pdfOf([printed(seed)])).slice(2).join(' '));
      const places = ['1. Các môn học', '2. Những phẩm chất', '3.1. ', '3.2. ', '4. Đánh giá', '5. Khen thưởng', '6. Hoàn thành'].map((title) => text.indexOf(title));
      assert.ok(places.every((place, at) => place > (places[at - 1] ?? -1)), String(places));
      for (const { subject, level, test: score } of record.subjects) assert.ok(text.includes(`${SUBJECTS[subject].name} ${SUBJECT_LEVELS[level]}${score === null ? '' : ` ${score}`}`), subject);
      for (const [code, level] of Object.entries(record.qualities)) assert.ok(text.includes(`${QUALITIES[code as keyof typeof QUALITIES]} ${TRAIT_LEVELS[level]}`), code);
      for (const code of ['calculation', 'physical'] as const) assert.ok(text.includes(`${COMPETENCES[code].name} ${TRAIT_LEVELS[record.competences[code]!]}`), code);
      assert.ok(text.includes(OVERALL_RESULTS[record.summary.result]));
      assert.doesNotMatch(text, /\b(HTXS|HTT|CHT)\b/);
    });
  }

  test('shows every signer with the time of the signature, and the seal by the organisation its certificate names', async () => {
    const text = words(pageTexts(await pdfOf([printed(GRADE_4)])).at(-1)!);
    for (const part of ['Trần Thị Chủ Nhiệm', 'Phạm Thị Duyệt', 'Thời gian: 08:15 01/06/2026', 'Thời gian: 08:15 02/06/2026', 'KÝ SỐ PHÁT HÀNH', 'TRƯỜNG TIỂU HỌC THỬ NGHIỆM']) assert.ok(text.includes(part), part);
  });

  test('is marked as simulated on every page in the sandbox, and nowhere else', async () => {
    for (const page of pageTexts(await pdfOf([printed(GRADE_4)], { sandbox: true }))) assert.match(page, /DỮ LIỆU MÔ PHỎNG/);
    assert.doesNotMatch(pageTexts(await pdfOf([printed(GRADE_4)])).join(''), /DỮ LIỆU MÔ PHỎNG/);
  });

  test('before the seal it says draft across every page, names who has not signed and gives nothing to look up', async () => {
    const half = signRole(writeCard(cardData(GRADE_4)), 'teacher');
    const pdf = await pdfOf([printedCard(half, POLICY, 'draft')]);
    const pages = pageTexts(pdf);
    // Poppler gives turned text letter by letter, with -raw in the order in which it was drawn.
    for (const page of rawPages(pdf)) assert.match(page, /B\s*Ả\s*N\s*N\s*H\s*Á\s*P/);
    assert.match(pages[3]!, /chưa ký/);
    assert.match(pages[3]!, /Chưa ký số phát hành/);
    assert.match(words(pages[3]!), /Thời gian: 08:15 01\/06\/2026/);
    assert.doesNotMatch(pages[1]!, /tra-cuu/);
  });

  test('sealed but not received, it says so across every page and gives nothing to look up', async () => {
    const pdf = await pdfOf([printedCard(signedCard({ seed: GRADE_4 }), POLICY, 'not-received')]);
    for (const page of rawPages(pdf)) assert.match(page.replace(/\s/g, ''), /SỞCHƯATIẾPNHẬN/);
    assert.doesNotMatch(pageTexts(pdf)[1]!, /tra-cuu/);
  });

  test('a class is one file, each card from a front side on, with its own page numbers', async () => {
    const long = printed(GRADE_4);
    const talkative = { ...long, record: { ...long.record, remarks: { ...long.record.remarks, teacher: 'Em chăm học và biết giúp bạn. '.repeat(60), qualities: 'Trung thực. '.repeat(200), specificCompetences: 'Đọc tốt. '.repeat(200) } } };
    const pages = pageTexts(await pdfOf([talkative, printed(GRADE_5)]));
    const covers = pages.flatMap((page, at) => (/CẤP TIỂU HỌC/.test(page) ? [at] : []));
    assert.equal(covers.length, 2);
    assert.deepEqual(covers.map((at) => at % 2), [0, 0]);
    assert.match(pages[covers[1]!]!, /Trang 1\/4/);
    assert.ok(words(pages.join(' ')).includes('Em chăm học và biết giúp bạn. Em chăm học'));
  });

  test('one input gives one file, to the byte', async () => {
    assert.deepEqual(await pdfOf([printed(GRADE_4)]), await pdfOf([printed(GRADE_4)]));
  });
});

describe('the rendition of a card of other software', { skip: withoutPoppler }, () => {
  const style = { transforms: [ALGORITHMS.inclusive], canonicalization: ALGORITHMS.inclusive, prefix: 'ds:', time: 'xades' } as const;
  const XSI: [string, string] = ['xsi', 'http://www.w3.org/2001/XMLSchema-instance'];

  test('says what the card says and who signed it when, like one of ours', async () => {
    const own = printed(GRADE_4);
    const foreign = printedCard(foreignCard({ seed: GRADE_4, indent: true, crlf: true, roles: plainRoles(style) }), { kind: 'foreign', profile: 'v1.0', context: new Map() }, null);
    assert.deepEqual({ ...foreign, signatures: null }, { ...own, signatures: null });
    assert.deepEqual(foreign.signatures.principal, { name: 'Phạm Thị Duyệt', signedAt: '2026-06-02T01:15:00.000Z' });
    assert.deepEqual(foreign.signatures.seal, { ...own.signatures.seal, signedAt: '2026-06-02T02:15:00.000Z' });
    assert.match(words(pageTexts(await pdfOf([foreign]))[3]!), /Thời gian: 08:15 02\/06\/2026/);
  });

  test('is made only in the namespaces that it verified in, and never of changed bytes', async () => {
    const { cards } = await judgeBatch(foreignBatch({ root: ` xmlns:xsi="${XSI[1]}"`, cards: [pendingCard({ seed: GRADE_4, roles: plainRoles({ ...style, prefix: '' }) })] }));
    const { bytes, context } = cards[0]?.stored ?? assert.fail(cards[0]?.message);
    assert.deepEqual([...context], [XSI]);
    assert.equal(printedCard(bytes, { kind: 'foreign', profile: 'v1.0', context }, null).cardId, cardData(GRADE_4).cardId);
    const refused = (code: string) => (fault: unknown): boolean => fault instanceof CardNotPrintable && fault.code === code;
    assert.throws(() => printedCard(bytes, { kind: 'foreign', profile: 'v1.0', context: new Map() }, null), refused('data-changed'));
    assert.throws(() => printedCard(Buffer.from(bytes.toString().replace('<CAN_NANG>2', '<CAN_NANG>3')), { kind: 'foreign', profile: 'v1.0', context }, null), refused('data-changed'));
    assert.throws(() => printedCard(bytes, { kind: 'foreign', profile: 'v1.1', context }, null), refused('profile-unsupported'));
  });
});

test('nothing is printed of a card whose stored bytes no longer match its signatures', () => {
  const forged = Buffer.from(signedCard({ seed: GRADE_4 }).toString().replace(/<MUC_DAT_DUOC>[TH]</, '<MUC_DAT_DUOC>C<'));
  assert.throws(() => printedCard(forged, POLICY, null), (fault: unknown) => fault instanceof CardNotPrintable && fault.code === 'data-changed');
  assert.throws(() => printedCard(Buffer.from('<HOC_BA></HOC_BA>'), POLICY, null), CardNotPrintable);
});

describe('the signature of the Sở on a rendition', () => {
  const signed = async (keyKind: KeyKind, stamp: Stamp | null = null): Promise<Buffer> => {
    const department = organisation(ca, '0999999999', { commonName: FIELD.name, keyKind });
    return signPdf(await pdfOf([printed(GRADE_4)], { signature: FIELD }), department, stamp);
  };

  for (const keyKind of ['rsa', 'p256'] as const) {
    test(`covers the whole file but its own value, and Poppler accepts it (${keyKind})`, { skip: withoutPoppler }, async () => {
      const pdf = await signed(keyKind);
      const { range } = signatureParts(pdf);
      assert.equal(range[0], 0);
      assert.equal(range[2]! + range[3]!, pdf.length);
      const said = poppler('pdfsig', pdf, ['-nocert']);
      assert.match(said, /Signature Validation: Signature is Valid\./);
      assert.match(said, /Signature Type: ETSI\.CAdES\.detached/);
      assert.match(said, /Total document signed/);
      assert.match(said, /Sở GD&ĐT Mô Phỏng/);
    });

    test(`carries a time-stamp over its own value when there is one to be had, and is as good as before (${keyKind})`, { skip: withoutPoppler }, async () => {
      const { sources, trust } = await evidenceTools(ca, 'CA thử nghiệm');
      const asked: Buffer[] = [];
      const pdf = await signed(keyKind, async (digest) => {
        asked.push(digest);
        const reply = readTimestampReply(await sources.timestamp(writeTimestampQuery({ digest, nonce: Buffer.alloc(16, 3), policy: null })));
        assert.ok(reply?.granted === true && isEmbeddable(reply.token));
        return reply.token;
      });
      const { cms, range } = signatureParts(pdf);
      assert.equal(range[2]! + range[3]!, pdf.length);
      const { value, token } = stampIn(cms);
      const digest = createHash('sha256').update(value).digest();
      assert.deepEqual(asked, [digest]);
      const lists = (await sources.revocationLists()).flatMap((list) => ('der' in list ? [list.der] : []));
      const anchors = (await trust.tsaAnchors()).map(({ raw }) => raw);
      assert.equal((await verifyTimestamp(trust, { token: token!, digest, nonce: null, anchors, crls: lists })).verdict, 'valid');
      assert.match(poppler('pdfsig', pdf, ['-nocert']), /Total document signed[\s\S]*Signature Validation: Signature is Valid\./);
      assert.equal(stampIn(signatureParts(await signed(keyKind)).cms).token, null);
    });

    test(`is a CMS that OpenSSL verifies up to our anchor, with the signing certificate named in it (${keyKind})`, { skip: skipWithout('openssl') }, async () => {
      const { content, cms } = signatureParts(await signed(keyKind));
      const said = withFiles({ 'cms.der': cms, 'content.bin': content, 'ca.pem': ca.certificate.toString() }, (folder) => {
        const file = (name: string): string => path.join(folder, name);
        return spawnSync('openssl', ['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', file('cms.der'), '-content', file('content.bin'), '-CAfile', file('ca.pem'), '-purpose', 'any', '-attime', String(Date.parse(FIELD.signedAt) / 1000), '-out', file('out.bin')], { encoding: 'utf8' });
      });
      assert.equal(said.status, 0, said.stderr);
      assert.match(said.stderr, /CAdES Verification successful/i);
    });
  }

  test('does not survive a changed byte', { skip: withoutPoppler }, async () => {
    const pdf = await signed('rsa');
    const at = pdf.indexOf('/Creator');
    pdf.write('/Creatoor', at, 'latin1');
    assert.doesNotMatch(poppler('pdfsig', pdf, ['-nocert']), /Signature is Valid/);
  });
});
