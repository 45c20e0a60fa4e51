import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { before, describe, test } from 'node:test';
import type { Cover } from '../../domain/card.js';
import type { Bundle } from '../../formats/bundle/bundle.js';
import type { BundleInput } from '../../formats/bundle/compose.js';
import { writeBundle } from '../../formats/bundle/html.js';
import { checkBundle, type Report } from '../../formats/bundle/page/check.js';
import { readBundle } from '../../formats/bundle/read.js';
import type { EvidenceBundle } from '../../formats/evidence/bundle.js';
import { bundleOf, stamped } from '../support/bundle.js';
import { ca, cardData, signedCard } from '../support/cards.js';
import { organisation } from '../support/certificates.js';

const SEEDS = [1, 3, 7];
const { cardId } = cardData(3);

const faults = ({ lines }: Report): string[] => lines.filter(({ kind }) => kind === 'false').map(({ text }) => text);
const withCard = (bundle: Bundle, change: (xml: string) => string): Bundle => ({ ...bundle, card: Buffer.from(change(Buffer.from(bundle.card, 'base64').toString())).toString('base64') });

describe('a bundle, checked by what stands in the page', () => {
  let evidence: NonNullable<BundleInput['evidence']>;
  let files: Buffer[];
  let bundle: Bundle;
  before(async () => {
    files = SEEDS.map((seed) => signedCard({ seed }));
    evidence = await stamped(files, 1);
    bundle = bundleOf(cardId, files[1]!, evidence);
  });

  test('proves the digests, every signature, the hash tree and the time-stamp by its own computing, and tells the hub\'s word apart from that', async () => {
    const report = await checkBundle(bundle);
    assert.deepEqual(faults(report), []);
    assert.equal(report.kind, 'proven');
    assert.deepEqual(report.lines.map(({ label, kind }) => [label, kind]), [
      ['Văn bản học bạ', 'proven'], ['Giáo viên chủ nhiệm', 'proven'], ['Ký duyệt', 'proven'], ['Ký số phát hành', 'proven'], ['Xác nhận của Sở GD&ĐT', 'proven'],
      ['Cây băm', 'proven'], ['Dấu thời gian', 'proven'], ['Nguồn gốc chứng thư', 'stated'], ['Chứng thư của Sở', 'stated'], ['Tình trạng', 'stated'],
    ]);
    assert.equal(report.card?.value('HO_VA_TEN'), cardData(3).record.identity.fullName);
  });

  for (const cover of ['annex', 'signature', 'block'] as Cover[]) {
    for (const keyKind of ['rsa', 'p256'] as const) {
      test(`holds for cards written under cover ${cover} with ${keyKind} keys`, async () => {
        const card = signedCard({ seed: 3, cover, keyKind });
        assert.deepEqual(faults(await checkBundle(bundleOf(cardId, card, null))), []);
      });
    }
  }

  for (const cover of ['annex', 'block'] as Cover[]) {
    for (const xades of [false, true]) {
      test(`holds for cards of the newer layout, v1.1 (cover ${cover}${xades ? ', with XAdES properties' : ''})`, async () => {
        const card = signedCard({ seed: 3, profile: 'v1.1', cover, xades });
        assert.deepEqual(faults(await checkBundle(bundleOf(cardId, card, null))), []);
        const changed = withCard(bundleOf(cardId, card, null), (xml) => xml.replace(/<MUC_DAT_DUOC>[TH]</, '<MUC_DAT_DUOC>C<'));
        assert.match(faults(await checkBundle(changed)).join(), /Dữ liệu học bạ đã bị thay đổi/);
      });
    }
  }

  test('for any number of files stamped together, at any place', async () => {
    for (const size of [1, 2, 3, 5, 8]) {
      const many = Array.from({ length: size }, (_, at) => (at === size - 1 ? files[1]! : Buffer.from(`tệp ${at}`)));
      assert.deepEqual(faults(await checkBundle(bundleOf(cardId, files[1]!, await stamped(many, size - 1)))), [], String(size));
    }
  });

  test('without a time-stamp it says so and proves the rest', async () => {
    const report = await checkBundle(bundleOf(cardId, files[1]!, null));
    assert.equal(report.kind, 'proven');
    assert.equal(report.lines.find(({ label }) => label === 'Dấu thời gian')?.kind, 'absent');
  });

  test('a recalled card is not shown as valid', async () => {
    const report = await checkBundle(bundleOf(cardId, files[1]!, evidence, 'recalled'));
    assert.equal(report.kind, 'false');
    assert.match(faults(report).join(), /đã bị thu hồi/);
  });

  type Link = EvidenceBundle['links'][number];
  const withLink = (change: (link: Link) => Link, place = 0, of = bundle): EvidenceBundle => ({ ...of.evidence!, links: of.evidence!.links.map((link, at) => (at === place ? change(link) : link)) });

  test('follows every renewal, and sees one that does not renew what is there', async () => {
    const renewed = bundleOf(cardId, files[1]!, await stamped(files, 1, { renewals: 2 }));
    const report = await checkBundle(renewed);
    assert.deepEqual([report.kind, report.lines.filter(({ label }) => label === 'Gia hạn').length], ['proven', 2]);
    const changes: readonly (readonly [string, (link: Link) => Link, number, RegExp])[] = [
      ['a list taken away since', (link) => ({ ...link, crls: link.crls.slice(1) }), 0, /không nối/],
      ['a certificate put there since', (link) => ({ ...link, certificates: [...link.certificates, files[0]!.toString('base64')] }), 1, /không nối/],
      ['a token with one bit turned', (link) => ({ ...link, token: turned(link.token) }), 2, /[Dd]ấu thời gian/],
      ['a renewal that calls itself a receipt', (link) => ({ ...link, kind: 'receipt' }), 1, /không nối/],
    ];
    for (const [what, change, place, sentence] of changes) {
      const seen = await checkBundle({ ...renewed, evidence: withLink(change, place, renewed) });
      assert.equal(seen.kind, 'false', what);
      assert.match(faults(seen).join('\n'), sentence, what);
    }
  });

  const changes: readonly (readonly [string, () => Bundle, RegExp])[] = [
    ['a level changed', () => withCard(bundle, (xml) => xml.replace(/<MUC_DAT_DUOC>[TH]</, '<MUC_DAT_DUOC>C<')), /Dữ liệu học bạ đã bị thay đổi/],
    ['a signing time changed in its signature', () => withCard(bundle, (xml) => xml.replace(/<SigningTime>2026/, '<SigningTime>2025')), /Phần được ký đã bị thay đổi/],
    ['a signing time changed beside its signature', () => withCard(bundle, (xml) => xml.replace(/<NGAY_KY>2026/, '<NGAY_KY>2025')), /Thời gian ký/],
    ['the seal taken away', () => withCard(bundle, (xml) => xml.replace(/<KY_PHAT_HANH.*<\/KY_PHAT_HANH>/, '')), /Thiếu hoặc thừa chữ ký/],
    ['the seal put in the head\'s place', () => withCard(bundle, (xml) => xml.replace(/<CBQL(.*?)<Signature .*?<\/Signature>/, (_, head: string) => `<CBQL${head}${/<KY_PHAT_HANH.*?(<Signature .*?<\/Signature>)/.exec(xml)![1]!}`).replace(/<KY_PHAT_HANH.*<\/KY_PHAT_HANH>/, '')), /Thiếu hoặc thừa chữ ký/],
    ['a second, unsigned set of data', () => withCard(bundle, (xml) => xml.replace('<HOC_BA>', '<HOC_BA><DU_LIEU_HOC_BA id="x"></DU_LIEU_HOC_BA>')), /Không phải học bạ/],
    ['an id that stands twice', () => withCard(bundle, (xml) => xml.replace('<THONG_TIN_CHUNG>', `<THONG_TIN_CHUNG id="data-${cardId}">`)), /Không phải học bạ/],
    ['another pupil\'s card under this proof', () => ({ ...bundle, card: files[0]!.toString('base64') }), /văn bản khác[\s\S]*lô/],
    ['another place in the tree', () => ({ ...bundle, evidence: withLink((link) => ({ ...link, proof: { ...link.proof, index: 0 } })) }), /lô/],
    ['a hash beside the way up changed', () => ({ ...bundle, evidence: withLink((link) => ({ ...link, proof: { ...link.proof, path: link.proof.path.map((hash) => hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))) } })) }), /lô/],
    ['the hub\'s statement changed', () => ({ ...bundle, statement: bundle.statement.replace('2026-06-03', '2025-06-03') }), /Chữ ký của Sở/],
    ['the hub\'s statement of another card', () => ({ ...bundle, ...pick(bundleOf(cardData(1).cardId, files[0]!, null)) }), /văn bản khác/],
    ['a token with one bit turned', () => ({ ...bundle, evidence: withLink((link) => ({ ...link, token: turned(link.token) })) }), /[Dd]ấu thời gian/],
  ];
  const pick = ({ statement, statementSignature }: Bundle) => ({ statement, statementSignature });
  /** A bit near the end: inside the authority's signature. */
  const turned = (base64: string): string => { const bytes = Buffer.from(base64, 'base64'); bytes[bytes.length - 20]! ^= 1; return bytes.toString('base64'); };
  for (const [what, change, sentence] of changes) {
    test(`sees ${what}`, async () => {
      const report = await checkBundle(change());
      assert.equal(report.kind, 'false');
      assert.match(faults(report).join('\n'), sentence);
    });
  }

  test('sees a certificate that the hub never judged, even with good signatures under it and a good statement', async () => {
    const said = JSON.parse(bundle.statement) as { path: { certificates: string[] } };
    assert.equal(said.path.certificates.length, 4, 'three signers and the time-stamping authority');
    for (const left of said.path.certificates) {
      const statement = JSON.stringify({ ...said, path: { ...said.path, certificates: said.path.certificates.filter((one) => one !== left) } });
      const value = sign('sha256', Buffer.from(statement), organisation(ca, '0999999999').key).toString('base64');
      const report = await checkBundle({ ...bundle, statement, statementSignature: { ...bundle.statementSignature, value } });
      assert.deepEqual(faults(report), ['Có chứng thư mà Sở không xác nhận: chưa từng kiểm tra, hoặc đã bị thu hồi trước thời điểm này.']);
    }
  });

  test('is one file: no address, no script but its own by hash, and data that cannot end its element', () => {
    const html = writeBundle(bundle, { sandbox: true }).toString();
    assert.match(html, /default-src 'none'; script-src 'sha256-[A-Za-z0-9+/=]+'; style-src 'sha256-/);
    assert.equal(html.match(/<\/script>/g)?.length, 2);
    assert.doesNotMatch(html, /\b(?:src|href)=|^import |sourceMappingURL/m);
    assert.match(html, /Dữ liệu mô phỏng/);
  });

  test('is read back for the command line to the byte; what is none is refused', () => {
    const opened = readBundle(writeBundle(bundle, { sandbox: false }));
    assert.deepEqual(opened?.bundle, bundle);
    assert.deepEqual(opened?.card, files[1]);
    assert.equal(readBundle(Buffer.from('<html></html>')), null);
    assert.equal(readBundle(files[1]!), null);
    const html = writeBundle(bundle, { sandbox: false }).toString();
    assert.equal(readBundle(Buffer.from(html.replace('<h2>', '<script type="application/json" id="goi">{}</script><h2>'))), null);
  });
});
