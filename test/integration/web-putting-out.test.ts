import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { hashPassword } from '../../api/auth/password.js';
import { today } from '../support/actSamples.js';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { staffing } from '../support/staffing.js';
import { startWeb, type Visitor, type Web } from '../support/web.js';

const PASSWORD = 'mot cau de nho';

describe('the pages where people are put out', () => {
  let web: Web;
  let seeded: Seeded;
  let who: ReturnType<typeof staffing>;
  let coordinator: Visitor;
  let admin: Visitor;
  const adminId = randomUUID();
  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner, { cardState: () => 'drafted' });
    who = staffing(seeded);
    await web.owner('person').insert({ id: adminId, full_name: 'Quản trị hệ thống' });
    await web.owner('role_grant').insert({ person_id: adminId, role: 'administrator' });
    [coordinator, admin] = [await web.as(who.department('coordinator')), await web.as(adminId)];
    web.startWorker();
  });
  after(() => web.close());

  const grantOf = async (personId: string, role: string): Promise<string> => (await web.owner('role_grant').where({ person_id: personId, role, revoked_at: null }).first<{ id: string }>('id')).id;
  const tell = (visitor: Visitor, path: string, body: Record<string, unknown>) => visitor.tell(path, { decisionId: randomUUID(), reason: 'Chuyển công tác', ...body });

  test('a school’s page lists its people, each leading to one’s own page with roles, ways to end them, and what was decided', async () => {
    const clerk = who.at('clerk', 0);
    const staff = await coordinator.page(`/don-vi/truong/${who.school(0)}`);
    assert.match(staff, new RegExp(`/nhan-su/${clerk}`));
    assert.match(staff, /Ghi nhận hiệu trưởng mới/);
    const page = await coordinator.page(`/nhan-su/${clerk}`);
    assert.match(page, /Thu hồi vai trò Văn thư/);
    assert.match(page, /Khóa tài khoản/);
    assert.match(page, /Chưa có quyết định nào/);
  });

  test('a revoked role is gone from an open session at the next click, and the person comes back by a new grant', async () => {
    const clerkId = who.at('clerk', 0);
    const clerk = await web.as(clerkId);
    const place = `/truong/${who.school(0)}/du-lieu`;
    assert.equal((await clerk.get(place)).status, 200);
    const done = await tell(coordinator, `/nhan-su/${clerkId}/thu-hoi`, { grantId: await grantOf(clerkId, 'clerk'), effectiveOn: today() });
    assert.deepEqual([done.status, done.body['outcome']], [200, 'done']);
    assert.equal((await clerk.get(place)).status, 403);
    assert.equal((await clerk.get('/viec-cua-toi')).status, 200, 'still somebody, with nothing to do');
    const page = await coordinator.page(`/nhan-su/${clerkId}`);
    assert.match(page, /Đã kết thúc \(1\)/);
    assert.match(page, /Thu hồi vai trò: Văn thư/);
    assert.match(await coordinator.page(`/don-vi/truong/${who.school(0)}`), /Đã thôi vai trò ở trường \(1\)/);
    assert.equal((await tell(coordinator, `/nhan-su/${clerkId}/giao`, { what: `clerk/${who.school(0)}` })).body['outcome'], 'done');
    assert.equal((await clerk.get(place)).status, 200);
  });

  test('a form with faults comes back open, with what was typed', async () => {
    const id = who.at('clerk', 0);
    const response = await coordinator.post(`/nhan-su/${id}/thu-hoi`, { decisionId: randomUUID(), grantId: await grantOf(id, 'clerk'), effectiveOn: today(-3), reason: 'Nghỉ từ tuần trước' });
    assert.equal(response.status, 422);
    const page = await response.text();
    assert.match(page, /Ngày có hiệu lực không được trước hôm nay/);
    assert.match(page, /Nghỉ từ tuần trước/);
  });

  test('a coordinator reads about colleagues and is told who puts them out; the administrator does', async () => {
    const official = who.department('official');
    const page = await coordinator.page(`/nhan-su/${official}`);
    assert.match(page, /Vai trò cấp Sở do quản trị hệ thống thu hồi/);
    assert.match(page, /id="nut-khoa"[^>]*disabled/);
    assert.equal((await tell(coordinator, `/nhan-su/${official}/thu-hoi`, { grantId: await grantOf(official, 'official'), effectiveOn: today() })).body['code'], 'colleague-of-department');
    const me = await web.as(official);
    assert.equal((await me.get('/bao-cao')).status, 200);
    assert.equal((await tell(admin, `/nhan-su/${official}/thu-hoi`, { grantId: await grantOf(official, 'official'), effectiveOn: today() })).body['outcome'], 'done');
    assert.equal((await me.get('/bao-cao')).status, 403);
    const found = await admin.tell('/quan-tri/nguoi-dung/tim', { text: seeded.province.staff.find((one) => seeded.personOf(one.code) === official)!.fullName });
    assert.equal((found.body['found'] as { id: string }[]).some((one) => one.id === official), true, 'found again by a search, so that it can be undone');
    assert.equal((await admin.tell(`/quan-tri/nguoi-dung/${official}/lien-ket`, {})).body['code'], 'no-role');
    assert.equal((await tell(admin, `/nhan-su/${official}/giao`, { what: 'official/' })).body['outcome'], 'done');
    assert.equal((await me.get('/bao-cao')).status, 200);
  });

  test('a shut account is told nothing that a wrong password is not, and its session and links are dead', async () => {
    const personId = who.teacherOf(0, who.classNames(0)[0]!);
    await web.owner('account').insert({ person_id: personId, user_name: 'co.giao', password_hash: await hashPassword(PASSWORD) });
    const signIn = (password: string) => web.stranger.tell('/dang-nhap', { userName: 'co.giao', password });
    assert.equal((await signIn(PASSWORD)).status, 200);
    const wrong = await signIn('sai');
    const me = await web.as(personId);
    assert.equal((await tell(coordinator, `/nhan-su/${personId}/khoa`, {})).body['outcome'], 'done');
    assert.deepEqual(await signIn(PASSWORD), wrong);
    assert.equal((await me.get('/viec-cua-toi')).status, 303);
    assert.equal((await admin.tell(`/quan-tri/nguoi-dung/${personId}/lien-ket`, {})).body['code'], 'account-disabled');
    assert.match(await coordinator.page(`/nhan-su/${personId}`), /Tài khoản bị khóa từ/);
    assert.equal((await tell(coordinator, `/nhan-su/${personId}/mo-khoa`, {})).body['outcome'], 'done');
    assert.equal((await signIn(PASSWORD)).status, 200);
    assert.equal((await me.get('/viec-cua-toi')).status, 303, 'the old session stays dead');
  });

  test('work that nobody can do is named on the cockpit, with the school, and on the school’s page with whoever mends it', async () => {
    const schoolCode = who.school(0);
    await web.owner('task').insert({ id: randomUUID(), campaign_id: seeded.campaignId, school_code: schoolCode, kind: 'collect', state: 'open', blocked_code: 'account-disabled', opened_at: new Date(), due_at: new Date() });
    const cockpit = await coordinator.page(`/dot/${seeded.campaignId}`);
    assert.match(cockpit, /1 việc không ai làm được/);
    assert.match(cockpit, new RegExp(`/dot/${seeded.campaignId}/truong/${schoolCode}`));
    const page = await coordinator.page(`/dot/${seeded.campaignId}/truong/${schoolCode}`);
    assert.match(page, /tài khoản của người được giao đang bị khóa/);
    assert.match(page, new RegExp(`/don-vi/truong/${schoolCode}`));
    await web.owner('task').update({ state: 'cancelled' });
  });

  test('a new head comes by the school’s page: somebody of the school, or by number from elsewhere, never both', async () => {
    const path = `/don-vi/truong/${who.school(0)}/hieu-truong`;
    const other = seeded.province.staff.find((one) => seeded.personOf(one.code) === who.at('principal', 1))!;
    const form = { instrumentNumber: '5/QĐ-UBND', instrumentDate: '2026-05-01', signedBy: 'Chủ tịch UBND', effectiveOn: today() };
    const both = await tell(coordinator, path, { ...form, personId: who.at('deputy', 0), personalNumber: other.personalNumber });
    assert.equal(both.status, 422);
    const nobody = await tell(coordinator, path, { ...form, personalNumber: '099999999999' });
    assert.deepEqual([nobody.status, Object.keys(nobody.body['fields'] as object)], [404, ['personalNumber']]);
    assert.equal((await tell(coordinator, path, { ...form, personalNumber: other.personalNumber })).body['outcome'], 'done');
    const page = await coordinator.page(`/don-vi/truong/${who.school(0)}`);
    assert.match(page, /đương nhiệm/);
    assert.match(page, /đã thôi/);
    const former = await web.as(who.at('principal', 0));
    assert.equal((await former.get(`/truong/${who.school(0)}/ky-duyet`)).status, 403);
    assert.equal((await (await web.as(who.at('principal', 1))).get(`/truong/${who.school(0)}/ky-duyet`)).status, 200);
  });

  test('the head or the Sở gives a class to another teacher; one who is not of the school is refused', async () => {
    const [first, second] = who.classNames(0).map((name) => who.teacherOf(0, name));
    const classId = seeded.classOf(who.school(0), who.classNames(0)[0]!);
    const head = await web.as(who.at('principal', 1));
    const path = `/truong/${who.school(0)}/chu-nhiem`;
    assert.match(await head.page(path), /GVCN từng lớp/);
    assert.equal((await tell(head, path, { classId, personId: who.department('official') })).body['code'], 'person-not-of-school');
    assert.equal((await tell(head, path, { classId, personId: second })).body['outcome'], 'done');
    const reviewing = `/lop/${classId}/ra-soat`;
    const statuses = await Promise.all([first!, second!].map(async (personId) => (await (await web.as(personId)).get(reviewing)).status));
    assert.deepEqual(statuses, [403, 200]);
  });
});
