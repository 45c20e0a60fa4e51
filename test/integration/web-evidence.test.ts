import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { revokedCards, revokedCounts } from '../../db/views/evidence.js';
import { recordSignatures } from '../../db/evidence/signatures.js';
import { authority, person } from '../support/certificates.js';
import { giveCertificates, nameApprovers, openTasks } from '../support/schoolWork.js';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { staffing } from '../support/staffing.js';
import { startWeb, type Web } from '../support/web.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('pages about evidence', () => {
  let web: Web;
  let seeded: Seeded;
  let who: ReturnType<typeof staffing>;
  let school: string;
  let cards: string[];
  const signer = person(authority(), '099180000001');
  const fingerprint = sha256(signer.der);

  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner, { cardState: (one) => (one.grade === 1 ? 'sealed' : one.grade === 2 ? 'accepted' : one.grade === 3 ? 'principal_signed' : 'received') });
    who = staffing(seeded);
    school = who.school(0);
    await giveCertificates(web.owner);
    await nameApprovers(web.owner, seeded);
    await openTasks(web.owner, seeded);
    cards = (await web.owner('report_card').where({ school_code: school }).orderBy('id').select<{ id: string }[]>('id')).map((card) => card.id);
    await recordSignatures(web.owner, { cardIds: cards, role: 'principal', certificate: { fingerprint, der: signer.der }, signedAt: new Date() });
  });
  after(() => web.close());

  const openEvidence = async (code: string | null): Promise<string> => {
    const id = randomUUID();
    await web.owner('evidence').insert({ id, kind: 'receipt', campaign_id: seeded.campaignId, school_code: school, state: 'open', root: randomBytes(32), leaves: 1, wait_code: code, wait_since: code === null ? null : new Date('2026-05-25T01:15:00Z') });
    await web.owner.raw(`UPDATE report_card SET document_sha256 = repeat('a', 64) WHERE state = 'sealed' AND document_sha256 IS NULL`);
    await web.owner.raw(`INSERT INTO evidence_leaf (evidence_id, position, sha256, card_id) SELECT ?, row_number() OVER (ORDER BY id) - 1, document_sha256, id FROM report_card WHERE school_code = ? AND state = 'sealed'`, [id, school]);
    return id;
  };

  test('say while sealed cards wait: since when, that the fault is the service\'s and not the school\'s, and that nobody has anything to do', async () => {
    const clerk = await web.as(who.at('clerk', 0));
    assert.match(await clerk.page(`/truong/${school}/ky-so`), /đang lấy dấu thời gian trước khi Sở nhận/);
    const id = await openEvidence('tsa-down');
    const coordinator = await web.as(who.department('coordinator'));
    const pages = [await clerk.page(`/truong/${school}/ky-so`), await coordinator.page(`/dot/${seeded.campaignId}/truong/${school}`), await coordinator.page(`/dot/${seeded.campaignId}`)];
    for (const page of pages) {
      assert.match(page, /đang chờ dấu thời gian để Sở nhận/);
      assert.match(page, /25\/05\/2026/);
      assert.match(page, /Dịch vụ cấp dấu thời gian chưa trả lời\./);
      assert.match(page, /Lỗi thuộc về dịch vụ, không phải của trường/);
      assert.match(page, /hệ thống tự tiếp tục/);
      assert.doesNotMatch(page, /Kho đang không trả lời/);
    }
    await web.owner('evidence').where({ id }).update({ wait_code: 'certificate-on-hold' });
    const held = await clerk.page(`/truong/${school}/ky-so`);
    assert.match(held, /đang bị tạm dừng; người ký đề nghị tổ chức chứng thực mở lại/);
    assert.doesNotMatch(held, /Nhà trường không phải làm gì/);
    await web.owner('evidence_leaf').where({ evidence_id: id }).delete();
    await web.owner('evidence').where({ id }).delete();
  });

  test('an open circuit of the time-stamps is not the Kho\'s', async () => {
    await web.owner('circuit').insert({ name: 'tsa', failures: 5, opened_at: new Date(), probe_at: new Date(Date.now() + 60_000) });
    const coordinator = await web.as(who.department('coordinator'));
    assert.doesNotMatch(await coordinator.page(`/dot/${seeded.campaignId}`), /Kho đang không trả lời/);
    await web.owner('circuit').where({ name: 'tsa' }).delete();
  });

  test('a revoked certificate lists every card it touches, with owner and next act; a time-stamp from before takes the work away', async () => {
    const coordinator = await web.as(who.department('coordinator'));
    const path = `/dot/${seeded.campaignId}/chung-thu-thu-hoi`;
    assert.match(await coordinator.page(path), /Chưa có chứng thư nào trong đợt này bị thu hồi/);
    await web.owner('evidence_material').insert({ sha256: sha256(Buffer.from('list')), kind: 'crl', der: Buffer.from('list'), issuer: 'x', this_update: new Date(), next_update: new Date(), source: 'http://crl.invalid' });
    await web.owner('revoked_certificate').insert({ fingerprint, revoked_at: new Date('2026-06-02T00:00:00Z'), effective_at: new Date('2026-06-01T00:00:00Z'), reason: 1, crl_sha256: sha256(Buffer.from('list')) });
    const accepted = await web.owner('report_card').where({ school_code: school, state: 'accepted' }).select<{ id: string; document_sha256: string }[]>('id', 'document_sha256').first();
    const evidenceId = randomUUID();
    await web.owner('evidence').insert({
      id: evidenceId, kind: 'receipt', campaign_id: seeded.campaignId, school_code: school, state: 'stamped', root: randomBytes(32), leaves: 1, token: Buffer.from('token'), gen_time: new Date('2026-05-30T00:00:00Z'), stamped_at: new Date(),
    });
    await web.owner('report_card').where({ id: accepted!.id }).update({ document_sha256: sha256(Buffer.from('stamped')) });
    await web.owner('evidence_leaf').insert({ evidence_id: evidenceId, position: 0, sha256: sha256(Buffer.from('stamped')), card_id: accepted!.id });
    const { cards: listed } = await coordinator.json<{ cards: { cardId: string; proven: boolean; state: string }[] }>(path);
    assert.deepEqual(listed.map((card) => card.cardId).sort(), [...cards].sort());
    assert.deepEqual(listed.filter((card) => card.proven).map((card) => card.cardId), [accepted!.id]);
    const page = await coordinator.page(path);
    assert.match(page, /lộ khóa/);
    assert.match(page, /Mất hiệu lực từ/);
    assert.match(page, /Không phải làm gì: dấu thời gian chứng minh đã ký trước khi thu hồi/);
    assert.match(page, /Văn thư [^<]*<\/td><td[^>]*>Không gửi Kho/);
    assert.match(page, new RegExp(`${cards.length - 1} trong ${cards.length}`));
    assert.doesNotMatch(page, /Trang sau/);
    assert.match(page, /Xin chứng thư mới; học bạ được trả lại để ký lại/);
    assert.match(await coordinator.page(`/dot/${seeded.campaignId}`), /Chứng thư bị thu hồi/);
    assert.equal((await (await web.as(who.at('clerk', 0))).get(path)).status, 403);
  });

  test('are paged: every touched card stands on exactly one page, the counts are of all', async () => {
    const listed: string[] = [];
    for (let offset = 0; offset < cards.length + 3; offset += 3) listed.push(...(await revokedCards(web.owner, { campaignId: seeded.campaignId, limit: 3, offset })).map(({ cardId }) => cardId));
    assert.deepEqual([listed.length, listed.toSorted()], [cards.length, [...cards].sort()]);
    assert.deepEqual((await revokedCounts(web.owner, { campaignId: seeded.campaignId })).map(({ cards: all, open }) => [all, open]), [[cards.length, cards.length - 1]]);
    const coordinator = await web.as(who.department('coordinator'));
    const path = `/dot/${seeded.campaignId}/chung-thu-thu-hoi`;
    assert.match(await coordinator.page(`${path}?trang=2`), /Trang này không còn học bạ nào[\s\S]*Trang trước/);
    assert.equal((await coordinator.get(`${path}?trang=0`)).status, 404);
  });

  test('cards that came back say why, class by class, and to whom', async () => {
    const [card] = await web.owner('report_card').where({ school_code: school, state: 'principal_signed' }).select<{ id: string }[]>('id').limit(1);
    const evidenceId = await openEvidence(null);
    await web.owner('sign_again').insert({ card_id: card!.id, evidence_id: evidenceId, role: 'seal', code: 'expired', fingerprint });
    const page = await (await web.as(who.at('clerk', 0))).page(`/truong/${school}/ky-so`);
    assert.match(page, /Sở chưa nhận được một số học bạ/);
    assert.match(page, /Lớp 3[A-Z]: 1 học bạ, ký số phát hành lại \(chứng thư số đã hết hạn/);
  });
});
