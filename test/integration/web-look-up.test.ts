import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { row } from '../../db/connect.js';
import { addressOf } from '../../api/http/rateLimit.js';
import { storeEvidence } from '../support/bundle.js';
import { writeRealCards } from '../support/realCards.js';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { staffing } from '../support/staffing.js';
import { startWeb, type Web } from '../support/web.js';

type Known = { id: string; birth: string; name: string; document: Buffer };
type Answer = { outcome: string; card: { status: string; schoolName: string; signatures: { role: string; name: string; title: string }[] } | null };

/** What differs from one rendering of a page to the next: ids of forms and fields. */
const steadyPart = (html: string): string => html.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'id').replace(/-[0-9a-f]{8}(?=["-])/g, '-id');

describe('the public look-up', () => {
  let web: Web;
  let seeded: Seeded;
  let known: Known;
  let underWay: Known;
  before(async () => {
    web = await startWeb();
    const classes: string[] = [];
    seeded = await seedProvince(web.owner, { cardState: (schoolClass, school) => {
      if (school !== 0) return 'drafted';
      if (!classes.includes(schoolClass.name)) classes.push(schoolClass.name);
      return classes.indexOf(schoolClass.name) === 0 ? 'accepted' : 'sealed';
    } });
    const who = staffing(seeded);
    const [first, second] = who.classNames(0).map((name) => seeded.classOf(who.school(0), name)) as [string, string];
    await writeRealCards(web.owner, first);
    await writeRealCards(web.owner, second);
    known = await cardOf(first);
    underWay = await cardOf(second);
  });
  after(() => web.close());

  const cardOf = async (classId: string): Promise<Known> => (await row<Known>(web.owner, `
    SELECT c.id, p.birth_date AS birth, p.full_name AS name, c.document FROM report_card c JOIN expected_pupil p ON p.id = c.expected_pupil_id WHERE c.class_id = :classId ORDER BY c.id LIMIT 1`, { classId }))!;
  let visitors = 0;
  /** Each asks from an address of its own, as the proxy tells it, unless the test is about one address. */
  const ask = (code: string, birthDate: string, { from = `198.51.100.${visitors += 1}`, accept = 'application/json' } = {}): Promise<Response> =>
    web.stranger.post('/tra-cuu', { code, birthDate }, { headers: { accept, 'x-forwarded-for': from } });
  const answer = async (response: Response): Promise<Answer> => (await response.json()) as Answer;
  const otherDay = (day: string): string => `${day.slice(0, 8)}${day.endsWith('11') ? '12' : '11'}`;

  test('tells by code and date of birth who issued, who signed under which title and when, and whether it is in force', async () => {
    const { outcome, card } = await answer(await ask(known.id, known.birth));
    assert.equal(outcome, 'found');
    assert.equal(card?.status, 'in-force');
    assert.deepEqual(card?.signatures.map(({ role, name, title }) => [role, name, title]), [
      ['teacher', 'Trần Thị Chủ Nhiệm', 'Giáo viên chủ nhiệm'], ['principal', 'Phạm Thị Duyệt', 'KT. HIỆU TRƯỞNG / PHÓ HIỆU TRƯỞNG'], ['seal', 'Trường Tiểu học Thử Nghiệm', 'Chứng thư số của trường'],
    ]);
  });

  test('says "in force" of no card that a certificate revoked before its proven time stands in', async () => {
    const status = async (): Promise<string | undefined> => (await answer(await ask(known.id, known.birth))).card?.status;
    const classId = (await row<{ id: string }>(web.owner, 'SELECT class_id AS id FROM report_card WHERE id = :id', known))!.id;
    const der = Buffer.from(/<CBQL>.*?<X509Certificate>([^<]+)</s.exec(known.document.toString())![1]!, 'base64');
    const [fingerprint, list] = [createHash('sha256').update(der).digest('hex'), 'c'.repeat(64)];
    await storeEvidence(web.owner, classId);
    await web.owner('evidence_material').insert([
      { sha256: fingerprint, kind: 'certificate', der, serial: '1', this_update: null, next_update: null }, { sha256: list, kind: 'crl', der: Buffer.from('x'), serial: null, this_update: new Date(), next_update: new Date() },
    ]).onConflict('sha256').ignore();
    await web.owner('card_signature').insert({ card_id: known.id, role: 'principal', fingerprint, signed_at: new Date() });
    const tomorrow = new Date(Date.now() + 86_400_000);
    await web.owner('revoked_certificate').insert({ fingerprint, revoked_at: tomorrow, effective_at: tomorrow, reason: 1, crl_sha256: list });
    assert.equal(await status(), 'in-force', 'revoked after the proven time');
    await web.owner('revoked_certificate').where({ fingerprint }).update({ effective_at: new Date('2020-01-01') });
    assert.equal(await status(), 'in-doubt');
    const page = await (await ask(known.id, known.birth, { accept: 'text/html' })).text();
    assert.match(page, /bị thu hồi trước lúc Sở nhận/);
    assert.doesNotMatch(page, /Còn giá trị/);
    await web.owner('report_card').where({ id: known.id }).update({ state: 'recalled' });
    assert.equal(await status(), 'recalled', 'what the Sở has decided goes before');
    await web.owner('report_card').where({ id: known.id }).update({ state: 'accepted' });
    await web.owner('revoked_certificate').where({ fingerprint }).delete();
  });

  test('tells nothing of the pupil: no name, no number, no class, no result', async () => {
    const stored = (await row<{ record: { identity: Record<string, string | null>; remarks: Record<string, string> } }>(web.owner, 'SELECT record FROM report_card WHERE id = :id', known))!.record;
    const html = await (await ask(known.id, known.birth, { accept: 'text/html' })).text();
    const { identity, remarks } = stored;
    for (const value of [known.name, identity['personalNumber'], identity['pupilCode'], identity['address'], identity['motherName'], known.birth, ...Object.values(remarks)]) assert.ok(value == null || !html.includes(value), 'a value of the pupil');
    assert.doesNotMatch(html, /Hoàn thành/);
  });

  test('answers an unknown code, a wrong date and a card still under way alike, to the letter and after the same time', async () => {
    const asked: [string, string][] = [['00000000-0000-4000-8000-000000000001', known.birth], [known.id, otherDay(known.birth)], [underWay.id, underWay.birth]];
    const answers: string[] = [];
    for (const [code, birth] of asked) {
      const started = performance.now();
      const response = await ask(code, birth, { accept: 'text/html' });
      const took = performance.now() - started;
      assert.ok(took >= 399, `answered after ${took} ms`);
      answers.push(`${response.status} ${steadyPart(await response.text())}`);
    }
    assert.match(answers[0]!, /^200 [\s\S]*Không có học bạ nào khớp/);
    assert.equal(answers[1], answers[0]);
    assert.equal(answers[2], answers[0]);
    const started = performance.now();
    await ask(known.id, known.birth);
    assert.ok(performance.now() - started >= 399, 'a hit is no faster');
  });

  const upload = (bytes: Buffer, from = `198.51.100.${visitors += 1}`): Promise<Response> => {
    const form = new FormData();
    form.set('csrf', '');
    form.set('file', new Blob([new Uint8Array(bytes)], { type: 'text/xml' }), 'hoc-ba.xml');
    return web.stranger.get('/tra-cuu/tep', { method: 'POST', body: form, headers: { accept: 'application/json', 'x-forwarded-for': from } });
  };

  test('knows a file by its bytes alone: the original is found, one with a space more is not, nor is one under way', async () => {
    assert.equal((await answer(await upload(known.document))).outcome, 'found');
    assert.equal((await answer(await upload(Buffer.concat([known.document, Buffer.from(' ')])))).outcome, 'none');
    assert.equal((await answer(await upload(underWay.document))).outcome, 'none');
    assert.equal((await answer(await upload(Buffer.from('không phải học bạ')))).outcome, 'none');
  });

  test('holds no more of a stranger\'s form in memory than a file and its few words', async () => {
    const post = async (fields: readonly string[]): Promise<number> => {
      const form = new FormData();
      for (const [place, value] of fields.entries()) form.set(`field-${place}`, value);
      form.set('file', new Blob([new Uint8Array(known.document)], { type: 'text/xml' }), 'hoc-ba.xml');
      return (await web.stranger.get('/tra-cuu/tep', { method: 'POST', body: form, headers: { accept: 'application/json', 'x-forwarded-for': `198.51.100.${visitors += 1}` } })).status;
    };
    assert.equal(await post(['vài chữ']), 200);
    assert.equal(await post(Array.from({ length: 45 }, () => 'x'.repeat(100_000))), 413);
  });

  test('says of a recalled card that it is void', async () => {
    const other = await row<Known>(web.owner, `SELECT c.id, p.birth_date AS birth, p.full_name AS name, c.document FROM report_card c JOIN expected_pupil p ON p.id = c.expected_pupil_id WHERE c.state = 'accepted' AND c.document LIKE '<HOC_BA><DU%' AND c.id <> :id LIMIT 1`, known);
    await web.owner('report_card').where({ id: other!.id }).update({ state: 'recalled' });
    assert.equal((await answer(await ask(other!.id, other!.birth))).card?.status, 'recalled');
  });

  test('the printed QR fills the code in and nothing else; the date of birth is asked for', async () => {
    const html = await web.stranger.page(`/tra-cuu?ma=${known.id}`);
    assert.ok(html.includes(`value="${known.id}"`));
    assert.doesNotMatch(html, /Tình trạng/);
  });

  test('an address that asks too often has to wait, whatever it asks; so has a code that is asked from everywhere', async () => {
    const one = '203.0.113.7';
    const statuses: number[] = [];
    for (let at = 0; at < 31; at += 1) statuses.push((await ask(`00000000-0000-4000-8000-0000000001${String(at).padStart(2, '0')}`, '2018-01-01', { from: one })).status);
    assert.deepEqual([statuses[29], statuses[30]], [200, 429]);
    for (const [code, birth] of [[underWay.id, '2018-01-01'], ['00000000-0000-4000-8000-00000000beef', '2018-01-01']] as const) {
      const answers = await Promise.all(Array.from({ length: 21 }, async () => (await ask(code, birth)).status));
      assert.ok(answers.includes(429), code);
    }
  });
});

test('an address of IPv6 counts by its network of 64 bits, one of IPv4 by itself, however it is written', () => {
  const of = (ip: string): string => addressOf({ ip } as Parameters<typeof addressOf>[0]);
  assert.equal(of('2001:db8:1:2:3:4:5:6'), of('2001:db8:1:2::9'));
  assert.notEqual(of('2001:db8:1:2::9'), of('2001:db8:1:3::9'));
  assert.equal(of('::ffff:192.0.2.1'), '192.0.2.1');
  assert.notEqual(of('192.0.2.1'), of('192.0.2.2'));
});
