import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { after, before, describe, test } from 'node:test';
import { storeReconciliation } from '../../db/campaign/reconciliation.js';
import { MEASURES } from '../../db/measures.js';
import { endCounts, stageCounts } from '../../db/progress.js';
import type { CardState } from '../../domain/cardState.js';
import type { ProgressCounts } from '../../domain/rates.js';
import type { Role } from '../../domain/roles.js';
import type { Remaining } from '../../domain/turns.js';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { personWith, startWeb, type Visitor, type Web } from '../support/web.js';

describe('a running campaign', () => {
  let web: Web;
  let seeded: Seeded;
  let coordinator: Visitor;
  let base: string;
  const ROAD: (CardState | null)[] = [null, 'drafted', 'teacher_signed', 'principal_signed', 'sealed', 'received', 'packed', 'sending', 'unknown', 'submitted', 'accepted', 'refused'];
  before(async () => {
    web = await startWeb();
    let next = 0;
    seeded = await seedProvince(web.owner, { cardState: () => ROAD[next++ % ROAD.length] ?? null });
    coordinator = await web.as(await personWith(web, 'coordinator'));
    base = `/dot/${seeded.campaignId}`;
    const moved = await web.owner('expected_pupil').where({ status: 'expected' }).first<{ id: string }>();
    await web.owner('expected_pupil').where({ id: moved.id }).update({ status: 'excluded', reason: 'transfer_out' });
    web.startWorker();
  });
  after(() => web.close());

  const school = (index = 0): string => seeded.province.schools[index]!.code;
  const cardIn = (state: CardState, schoolCode?: string) =>
    web.owner('report_card').where({ state, ...(schoolCode === undefined ? {} : { school_code: schoolCode }) }).orderBy('id').first<{ id: string; class_id: string; school_code: string }>();

  test('every tile opens a list that is as long as the tile says, for the province and for each area', async () => {
    for (const officeCode of [undefined, ...seeded.province.offices.map((office) => office.code)]) {
      const counts = await stageCounts(web.owner, { campaignId: seeded.campaignId, ...(officeCode === undefined ? {} : { officeCode }) });
      for (const measure of Object.keys(MEASURES) as (keyof ProgressCounts & keyof typeof MEASURES)[]) {
        const list = await coordinator.json<{ total: number; pupils: unknown[] }>(`${base}/danh-sach?muc=${measure}${officeCode === undefined ? '' : `&xa=${officeCode}`}`);
        assert.equal(list.total, counts[measure], `${measure} in ${officeCode ?? 'the province'}`);
        assert.equal(list.pupils.length, Math.min(100, list.total));
      }
    }
  });

  test('the small line of every area and school ends at its count, in every grouping, and is drawn on the page', async () => {
    type Tree = { offices: { officeCode: string; counts: ProgressCounts; schools: { schoolCode: string; counts: ProgressCounts }[] }[] };
    type Growth = Record<'areas' | 'schools', Record<string, number[]>>;
    for (const grouping of ['office', 'district', 'commune']) {
      const { tree, growth } = await coordinator.json<{ tree: Tree; growth: Growth }>(`${base}?nhom=${grouping}`);
      const ends = (lines: Record<string, number[]>) => Object.fromEntries(Object.entries(lines).map(([code, line]) => [code, line.at(-1)]));
      const signed = (units: (readonly [string, ProgressCounts])[]) => Object.fromEntries(units.flatMap(([code, counts]) => (counts.signed === 0 ? [] : [[code, counts.signed]])));
      assert.deepEqual(ends(growth.areas), signed(tree.offices.map((area) => [area.officeCode, area.counts] as const)), grouping);
      assert.deepEqual(ends(growth.schools), signed(tree.offices.flatMap((area) => area.schools.map((one) => [one.schoolCode, one.counts] as const))), grouping);
      for (const line of [...Object.values(growth.areas), ...Object.values(growth.schools)]) assert.equal(line.length, 12);
    }
    assert.match(await coordinator.page(base), /<svg class="spark"[^>]*aria-label="Qua từng phần tư thời gian: /);
  });

  test('what remains adds up to the open, and each of its lines opens a list of that length', async () => {
    const { remaining, tree } = await coordinator.json<{ remaining: Remaining[]; tree: { counts: ProgressCounts } }>(base);
    assert.equal(remaining.reduce((sum, one) => sum + one.cards, 0), tree.counts.open);
    assert.ok(tree.counts.open > 0);
    for (const { position, step, owned, cards } of remaining) {
      const address = `${base}/danh-sach?muc=${owned ? 'waiting' : 'unexplained'}&vi-tri=${position}&khau=${step}`;
      assert.equal((await coordinator.json<{ total: number }>(address)).total, cards, position);
      assert.ok((await coordinator.page(base)).includes(`href="${address.replaceAll('&', '&amp;')}"`), `the cockpit links ${address}`);
    }
  });

  test('the last reconciliation lists each line with whose turn it is and what mends it; kinds narrow the list', async () => {
    assert.match(await coordinator.page(`${base}/doi-soat`), /Chưa đối soát lần nào/u);
    const [accepted, unknown] = [await cardIn('accepted'), await cardIn('unknown')];
    const messageId = randomUUID();
    await web.owner('packet').insert({ message_id: messageId, campaign_id: seeded.campaignId, school_code: accepted.school_code, state: 'done', bytes: Buffer.from('x'), sha256: 'x', raw_bytes: 1, card_count: 1 });
    await web.owner.transaction((trx) => storeReconciliation(trx, {
      id: randomUUID(), campaignId: seeded.campaignId, startedAt: new Date(), packets: 1, sent: 2, accepted: 0, refused: 1,
      lines: [
        { kind: 'verdict-differs', messageId, cardId: accepted.id, theirId: null, ours: 'accepted', kho: 'refused' }, { kind: 'parked', messageId, cardId: unknown.id, theirId: null, ours: 'pending', kho: 'not-found' },
        { kind: 'unreadable-id', messageId, cardId: null, theirId: '<b>0123', ours: 'not-sent', kho: 'accepted' },
      ],
    }));
    const page = await coordinator.page(`${base}/doi-soat`);
    for (const wanted of ['2 chỗ lệch', '1 dòng cần biết', 'Kết quả hai bên khác nhau', 'Gói đang dừng', '&lt;b>0123', 'Chuyên viên Sở', 'nêu mã gói', `/hoc-ba/${accepted.id}`]) assert.ok(page.includes(wanted), wanted);
    const narrowed = await coordinator.json<{ lines: { kind: string }[] }>(`${base}/doi-soat?loai=parked`);
    assert.deepEqual(narrowed.lines.map((line) => line.kind), ['parked']);
    assert.ok((await coordinator.page(base)).includes(`${base}/doi-soat`));
    const official = await web.as(await personWith(web, 'official'));
    assert.equal((await official.get(`${base}/doi-soat`)).status, 403);
  });

  test('the cockpit shows rates with two decimals and no pupil; its addresses carry codes only', async () => {
    const page = await coordinator.page(base);
    assert.match(page, /\d,\d\d\u00a0%/);
    const names = await web.owner('expected_pupil').select<{ full_name: string }[]>('full_name').limit(20);
    for (const { full_name } of names) assert.ok(!page.includes(full_name));
    const one = await coordinator.page(`${base}?xa=${seeded.province.offices[0]!.code}`);
    assert.match(one, /Theo trường và lớp/);
  });

  test('a search by name or number is a POST and leads to the card; no other campaign\'s pupil is found', async () => {
    const { pupil_code, full_name } = await web.owner('expected_pupil').where({ status: 'expected' }).first<{ pupil_code: string; full_name: string }>();
    for (const text of [pupil_code, full_name]) {
      const { body } = await coordinator.tell(`${base}/tim`, { text });
      assert.ok(body['found'] !== undefined, JSON.stringify(body));
      assert.ok((body['found'] as { pupilCode: string }[]).some((pupil) => pupil.pupilCode === pupil_code), text);
    }
    const name = seeded.province.schools[0]!.classes[0]!.pupils[0]!.identity.fullName;
    const plain = name.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D').toLowerCase();
    assert.notEqual(plain, name.toLowerCase(), 'the name has marks to leave out');
    const byPlain = (await coordinator.tell(`${base}/tim`, { text: plain })).body['found'] as { fullName: string }[];
    assert.ok(byPlain.some((one) => one.fullName === name), `typed "${plain}"`);
    for (const text of ['', 'a']) assert.match(await (await coordinator.post(`${base}/tim`, { text })).text(), /Gõ ít nhất 2 ký tự/);
    const { body } = await coordinator.tell(`${base}/tim`, { text: '100%_' });
    assert.deepEqual(body['found'], []);
  });

  describe('upon a school', () => {
    const act = (path: string, form: Record<string, unknown>, who: Visitor = coordinator, schoolCode = school(1)) =>
      who.tell(`${base}/truong/${schoolCode}/${path}`, { decisionId: randomUUID(), ...form });
    const later = new Date(Date.now() + 40 * 86_400_000).toISOString();
    const ACTS: [string, Record<string, unknown>][] = [
      ['gia-han', { stage: 'collect', dueAt: later, reason: 'Trường bị lũ, đường chưa thông' }],
      ['nhac', { stage: '' }],
      ['mien', { reason: 'Theo lộ trình của Sở', until: '2027-05-31' }],
    ];

    test('the Sở extends, reminds and exempts, and the page tells it afterwards', async () => {
      const clerk = await personWith(web, 'clerk', school(1));
      await web.owner('task').insert({ id: randomUUID(), campaign_id: seeded.campaignId, school_code: school(1), kind: 'collect', state: 'open', assignee_id: clerk, opened_at: new Date(), due_at: new Date() });
      for (const [path, form] of ACTS) {
        const answer = await act(path, form);
        assert.deepEqual([path, answer.status, answer.body['outcome']], [path, 200, 'done'], JSON.stringify(answer.body));
      }
      const page = await coordinator.page(`${base}/truong/${school(1)}`);
      assert.match(page, /Trường bị lũ, đường chưa thông/);
      assert.match(page, /Trường được miễn trong đợt này: Theo lộ trình của Sở \(đến 31\/05\/2027\)/);
    });

    test('an exception is dated, numbered, for somebody who may approve there, and ends after its last day', async () => {
      const principal = await personWith(web, 'principal', school(1));
      const form = { personId: principal, instrumentNumber: '12/QĐ-SGDĐT', instrumentDate: '2026-05-20', from: '2026-05-21', through: '2099-06-30', reason: 'Trường chỉ có một giáo viên' };
      assert.equal((await act('ngoai-le', form, coordinator, school(1))).body['outcome'], 'done');
      const stored = await web.owner('role_exception').where({ instrument_number: '12/QĐ-SGDĐT' }).first<{ valid_to: Date }>();
      assert.equal(stored.valid_to.toISOString(), '2099-06-30T17:00:00.000Z', 'midnight in Viet Nam after the last day');
      assert.equal((await act('ngoai-le', form, coordinator, school(0))).body['code'], 'person-not-of-school');
    });

    test('a refusal brings the page back with the form open and filled', async () => {
      const response = await coordinator.post(`${base}/truong/${school(1)}/gia-han`, { decisionId: randomUUID(), stage: 'review', dueAt: '2020-01-01T08:00', reason: 'Lí do dài đủ để giữ' });
      assert.equal(response.status, 422);
      const page = await response.text();
      assert.match(page, /<details[^>]*open[^>]*><summary>Gia hạn/);
      assert.match(page, /Lí do dài đủ để giữ/);
      assert.match(page, /Hạn mới phải muộn hơn/);
    });

    test('nobody but a coordinator acts, and no decision is left behind', async () => {
      const before = (await web.owner('decision')).length;
      for (const role of ['office', 'official', 'principal', 'deputy', 'clerk', 'homeroom'] as const) {
        const visitor = await web.as(await personWith(web, role));
        for (const [path, form] of ACTS) assert.equal((await act(path, form, visitor)).status, 403, `${role} ${path}`);
      }
      assert.equal((await web.owner('decision')).length, before);
    });

    test('its page opens for its own people and its office, and for nobody of another area', async () => {
      const at = async (role: Role, from: number, of: number): Promise<number> => {
        const person = role === 'office'
          ? (await web.owner('role_grant').where({ role, office_code: seeded.province.schools[from]!.officeCode }).first<{ person_id: string }>()).person_id
          : await personWith(web, role, school(from));
        return (await (await web.as(person)).get(`${base}/truong/${school(of)}`)).status;
      };
      for (const role of ['office', 'principal'] as const) {
        assert.equal(await at(role, 0, 0), 200, role);
        assert.equal(await at(role, 0, 1), 403, role);
      }
    });
  });

  test('pupils are exempted inside the denominator and leave it only by a movement with evidence', async () => {
    // One of them leaves and another is held: a class that has two who wait, at least one of them with a draft.
    const [{ class_id }] = (await web.owner.raw<{ rows: [{ class_id: string }] }>(`SELECT class_id FROM pupil_progress WHERE school_code = ? AND position IN ('drafted', 'missing')
      GROUP BY class_id HAVING count(*) >= 2 AND bool_or(position = 'drafted') ORDER BY class_id LIMIT 1`, [school(0)])).rows;
    const pupils = await web.owner('pupil_progress').where({ class_id, position: 'drafted' }).select<{ expected_pupil_id: string }[]>('expected_pupil_id');
    const path = `${base}/lop/${class_id}/hoc-sinh`;
    const counted = async () => (await coordinator.json<{ tree: { counts: ProgressCounts } }>(base)).tree.counts;
    const before = await counted();
    const pupilIds = [pupils[0]!.expected_pupil_id];
    assert.equal((await coordinator.tell(path, { decisionId: randomUUID(), pupilIds, what: 'transfer_out', reason: 'ngắn' })).status, 422);
    const moved = await coordinator.tell(path, { decisionId: randomUUID(), pupilIds, what: 'transfer_out', reason: 'Giấy chuyển trường số 5 ngày 20/05/2026' });
    assert.equal(moved.body['outcome'], 'done', JSON.stringify(moved.body));
    assert.equal((await counted()).expected, before.expected - 1);
    const waiting = [(await web.owner('pupil_progress').where({ class_id, position: 'missing' }).orWhere({ class_id, position: 'drafted' }).first<{ expected_pupil_id: string }>('expected_pupil_id')).expected_pupil_id];
    assert.match(await coordinator.page(`${base}/lop/${class_id}`), /Chờ đánh giá lại trong hè \(vẫn nằm trong số phải có\)/);
    assert.equal((await coordinator.tell(path, { decisionId: randomUUID(), pupilIds: waiting, what: 'hold', reason: 'Danh sách đánh giá lại số 3' })).body['outcome'], 'done');
    assert.deepEqual([(await counted()).expected, (await counted()).held], [before.expected - 1, before.held + 1]);
    assert.equal((await coordinator.tell(path, { decisionId: randomUUID(), pupilIds: waiting, what: 'release', reason: 'Biên bản đánh giá lại số 4' })).body['outcome'], 'done');
    assert.equal((await counted()).held, before.held);
    const stranger = await coordinator.tell(path, { decisionId: randomUUID(), pupilIds: [randomUUID()], what: 'exempt', reason: 'Không thuộc lớp này' });
    assert.deepEqual([stranger.status, stranger.body['code']], [409, 'form-out-of-date']);
  });

  test('a card shows its whole history, and its XML is the very bytes that were signed', async () => {
    const card = await cardIn('accepted') ?? assert.fail('an accepted card');
    await web.owner('audit').insert({ act: 'kho_accepted', subject_kind: 'card', subject_id: card.id, from_state: 'submitted', to_state: 'accepted' });
    const page = await coordinator.page(`/hoc-ba/${card.id}`);
    const stored = await web.owner('report_card').where({ id: card.id }).first<{ document: Buffer; document_sha256: string }>();
    assert.ok(page.includes(stored.document_sha256));
    assert.match(page, /Kho đã tiếp nhận/);
    const xml = await coordinator.get(`/hoc-ba/${card.id}/xml`);
    assert.ok(Buffer.from(await xml.arrayBuffer()).equals(stored.document));
    const drafted = await cardIn('drafted') ?? assert.fail('a drafted card');
    assert.equal((await coordinator.get(`/hoc-ba/${drafted.id}/xml`)).status, 404);
  });

  test('a card opens for its teacher and its school, not for another school, another class\'s teacher, the office or the administrator', async () => {
    const card = await cardIn('teacher_signed', school(0)) ?? assert.fail('a card');
    const { homeroom_person_id: teacher } = await web.owner('class').where({ id: card.class_id }).first<{ homeroom_person_id: string }>();
    const colleague = await web.owner('class').where({ school_code: school(0) }).whereNot({ homeroom_person_id: teacher }).first<{ homeroom_person_id: string }>();
    const status = async (person: string): Promise<number> => (await (await web.as(person)).get(`/hoc-ba/${card.id}`)).status;
    assert.equal(await status(teacher), 200);
    assert.equal(await status(await personWith(web, 'clerk', school(0))), 200);
    assert.equal(await status(colleague.homeroom_person_id), 403);
    assert.equal(await status(await personWith(web, 'principal', school(1))), 403);
    assert.equal(await status(await personWith(web, 'office')), 403);
  });

  test('a refused card is sent again as it is, or made anew with a reason; another state is refused', async () => {
    const refused = await web.owner('report_card').where({ state: 'refused' }).orderBy('id').select<{ id: string }[]>('id');
    const [first, second] = [refused[0]!.id, refused[1]!.id];
    assert.equal((await coordinator.tell(`/hoc-ba/${first}/gui-lai`, { decisionId: randomUUID() })).body['outcome'], 'done');
    assert.equal((await coordinator.tell(`/hoc-ba/${first}/gui-lai`, { decisionId: randomUUID() })).body['code'], 'not-refused');
    assert.equal((await coordinator.tell(`/hoc-ba/${second}/lap-lai`, { decisionId: randomUUID(), reason: 'x' })).status, 422);
    assert.equal((await coordinator.tell(`/hoc-ba/${second}/lap-lai`, { decisionId: randomUUID(), reason: 'Sai nơi sinh trong học bạ' })).body['outcome'], 'done');
    const { versions } = await coordinator.json<{ versions: { version: number }[] }>(`/hoc-ba/${second}`);
    assert.deepEqual(versions.map((one) => one.version), [1, 2]);
  });

  test('a list of pupils follows the given name within a class, as every class list does; an address names its commune once', async () => {
    const classId = seeded.classOf(school(), seeded.province.schools[0]!.classes[0]!.name);
    const { pupils } = await coordinator.json<{ pupils: { fullName: string }[] }>(`${base}/danh-sach?muc=expected&lop=${classId}`);
    const names = pupils.map((one) => one.fullName);
    const given = (name: string): string => name.split(' ').at(-1)!;
    const { compare } = new Intl.Collator('vi');
    assert.ok(names.length > 3);
    assert.deepEqual(names.map(given), names.map(given).sort(compare));
    const place = await web.owner('school').where({ code: school() }).first<{ address: string; commune_name: string }>();
    await web.owner('school').where({ code: school() }).update({ address: `Thôn 1, ${place.commune_name}` });
    assert.equal((await coordinator.page(`${base}/truong/${school()}`)).split(/Địa chỉ<\/dt>/)[1]?.split('</dd>')[0]?.split(place.commune_name).length, 2);
    const card = await web.owner('report_card').where({ school_code: school() }).whereNotIn('state', ['superseded', 'recalled']).first<{ id: string; record: { body: { weightKg: string } } }>();
    await web.owner.raw(`UPDATE report_card SET record = jsonb_set(record, '{body,weightKg}', '"21.5"') WHERE id = ?`, [card.id]);
    assert.match(await coordinator.page(`/hoc-ba/${card.id}/xem`), /21,5 kg/);
  });

  test('no page of the Sở weighs more than 60 kB on the wire', async () => {
    for (const path of [base, `${base}/danh-sach`, `${base}/truong/${school()}`, `${base}/tong-ket`, '/don-vi', '/dot/moi']) {
      const bytes = gzipSync(await coordinator.page(path)).length;
      assert.ok(bytes < 60_000, `${path}: ${bytes}`);
    }
  });

  test('ending waits for the last open card: the button says how many, the act is refused; then it is allowed and reported', async () => {
    const page = await coordinator.page(`${base}/ket-thuc`);
    const { expected, accepted, held, exempt, open } = (await coordinator.json<{ counts: ProgressCounts }>(`${base}/ket-thuc`)).counts;
    assert.deepEqual(await endCounts(web.owner, seeded.campaignId), { expected, accepted, held, exempt, open });
    assert.match(page, /<button[^>]*disabled[^>]*>Kết thúc đợt/);
    assert.match(page, /Còn \d+ học bạ chưa xong/);
    const early = await coordinator.tell(`${base}/ket-thuc`, { decisionId: randomUUID(), confirmed: '1' });
    assert.deepEqual([early.status, early.body['code']], [409, 'campaign-not-finished']);
    await web.owner.raw(`UPDATE report_card SET state = 'accepted' WHERE state IN ('received', 'packed', 'sending', 'unknown', 'submitted')`);
    await web.owner.raw(`UPDATE expected_pupil SET status = 'exempt', reason = 'exempt_by_department' WHERE id IN (SELECT expected_pupil_id FROM pupil_progress WHERE position NOT IN ('accepted', 'held', 'exempt', 'excluded'))`);
    const { mayEnd } = await coordinator.json<{ mayEnd: boolean }>(`${base}/ket-thuc`);
    assert.equal(mayEnd, true);
    const once = await coordinator.post(`${base}/ket-thuc`, { decisionId: randomUUID() });
    assert.equal(once.status, 422);
    assert.match(await once.text(), /Đánh dấu vào ô xác nhận[\s\S]*name="confirmed"/, 'one press alone does not end what nothing takes back');
    assert.equal((await coordinator.tell(`${base}/ket-thuc`, { decisionId: randomUUID(), confirmed: '1' })).body['outcome'], 'done');
    const report = await coordinator.page(`${base}/tong-ket`);
    assert.match(report, new RegExp(`href="/bao-cao/tien-do.xlsx\\?dot=${base.replace('/dot/', '')}"[^>]*>Tải báo cáo Excel`));
    assert.doesNotMatch(report, /sheet ("|&quot;)/, 'a page has no sheets');
    assert.match(report, /Báo cáo kết thúc đợt/);
    assert.match(report, /Ngoại lệ vai trò/);
    const official = await web.as(await personWith(web, 'official'));
    assert.equal((await official.get(`${base}/tong-ket`)).status, 200);
    assert.equal((await official.get(`${base}/danh-sach`)).status, 403);
  });
});

describe('a decision while no worker runs', () => {
  let web: Web;
  let seeded: Seeded;
  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner);
  });
  after(() => web.close());

  test('is recorded, told to Temporal, and its page asks again until a worker has carried it out', async () => {
    const coordinator = await web.as(await personWith(web, 'coordinator'));
    const decisionId = randomUUID();
    const response = await coordinator.post(`/dot/${seeded.campaignId}/huy`, { decisionId, reason: 'Diễn tập đã xong' });
    const next = response.headers.get('location') ?? '';
    assert.equal(next, `/dot/${seeded.campaignId}?quyet-dinh=${decisionId}`);
    assert.ok(web.told.some((one) => one.startsWith('update:campaign/')));
    const waiting = await coordinator.page(next);
    assert.match(waiting, /đã ghi nhận, đang xử lý/);
    assert.match(waiting, /<noscript><meta http-equiv="refresh"/);
    assert.match(waiting, new RegExp(`hx-get="/quyet-dinh/${decisionId}"`));
    web.startWorker();
    while ((await coordinator.json<{ outcome: string }>(`/quyet-dinh/${decisionId}`)).outcome === 'recorded') await new Promise((resolve) => setTimeout(resolve, 10));
    assert.match(await coordinator.page(next), /Hủy đợt:<\/strong> đã làm xong/);
  });
});
