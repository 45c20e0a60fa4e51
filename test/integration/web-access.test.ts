import assert from 'node:assert/strict';
import { randomBytes, randomUUID, scryptSync } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { hashPassword, UNKNOWN_HASH, verifyPassword } from '../../api/auth/password.js';
import { newToken, tokenHash } from '../../api/auth/token.js';
import { ROUTES } from '../../api/routes/index.js';
import { ROLES, type Role } from '../../domain/roles.js';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { personWith, startWeb, type Web } from '../support/web.js';

describe('coming in', () => {
  let web: Web;
  let seeded: Seeded;
  const teacher = (): string => seeded.personOf(seeded.province.schools[0]!.classes[0]!.homeroomTeacher);
  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner);
    await web.owner('account').insert({ person_id: teacher(), user_name: 'co.giao', password_hash: await hashPassword('mot cau de nho') });
  });
  after(() => web.close());

  const signIn = (password: string, userName = 'co.giao') => web.stranger.tell('/dang-nhap', { userName, password });

  test('a password hashed before Argon2id opens a session and is hashed anew by it', async () => {
    const person = { id: randomUUID() };
    await web.owner('person').insert({ ...person, full_name: 'Cô Giáo Cũ' });
    const salt = randomBytes(16);
    const old = `scrypt$${salt.toString('base64url')}$${scryptSync('mot cau that lau', salt, 32, { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 2 ** 20 }).toString('base64url')}`;
    await web.owner('account').insert({ person_id: person.id, user_name: 'co.giao.cu', password_hash: old });
    assert.notEqual((await signIn('mot cau that la', 'co.giao.cu')).status, 303);
    assert.equal((await web.stranger.post('/dang-nhap', { userName: 'co.giao.cu', password: 'mot cau that lau', tiep: '' })).status, 303);
    const { password_hash } = await web.owner('account').where({ person_id: person.id }).first('password_hash') as { password_hash: string };
    assert.match(password_hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    assert.equal(await verifyPassword('mot cau that lau', password_hash), true);
    assert.equal(await verifyPassword('mot cau that lâu', password_hash), false);
  });

  test('a right name and password open a session, and the task list greets by name', async () => {
    const response = await web.stranger.post('/dang-nhap', { userName: 'CO.GIAO', password: 'mot cau de nho', tiep: '/viec-cua-toi' });
    assert.equal(response.status, 303);
    assert.equal(response.headers.get('location'), '/viec-cua-toi');
    const cookie = response.headers.get('set-cookie') ?? '';
    assert.match(cookie, /HttpOnly/);
    assert.match(cookie, /SameSite=Lax/);
    const page = await (await fetch(`${web.url}/viec-cua-toi`, { headers: { cookie: cookie.split(';')[0]! } })).text();
    assert.match(page, /Việc của tôi/);
    assert.match(page, /Dữ liệu mô phỏng/);
  });

  test('the database keeps only the hash of a session token', async () => {
    const response = await web.stranger.post('/dang-nhap', { userName: 'co.giao', password: 'mot cau de nho' });
    const token = /hub_session=([\w-]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1] ?? '';
    const hashes = (await web.owner('session').select<{ token_hash: string }[]>('token_hash')).map((row) => row.token_hash);
    assert.ok(hashes.includes(tokenHash(token)));
    assert.ok(!hashes.includes(token));
  });

  test('a wrong password and an unknown name get the same answer, and the typed password never comes back', async () => {
    const wrong = await web.stranger.post('/dang-nhap', { userName: 'co.giao', password: 'sai-hoan-toan' });
    const unknown = await web.stranger.post('/dang-nhap', { userName: 'khong.co', password: 'sai-hoan-toan' });
    assert.equal(wrong.status, 401);
    assert.equal(unknown.status, 401);
    const [one, other] = [await wrong.text(), await unknown.text()];
    assert.match(one, /chưa đúng/);
    assert.doesNotMatch(one + other, /sai-hoan-toan/);
    assert.match(one, /value="co\.giao"/);
  });

  test('ten wrong passwords lock the account for five minutes, even against the right one, and no word tells that it exists', async () => {
    await web.owner('account').where({ person_id: teacher() }).update({ failed_attempts: 0, locked_until: null });
    const unknown = await signIn('sai', 'khong.co');
    for (let attempt = 1; attempt <= 12; attempt += 1) assert.deepEqual(await signIn('sai'), unknown);
    assert.deepEqual(await signIn('mot cau de nho'), unknown, 'the right password does not give the lock away either');
    assert.match(String(unknown.body['sentence']), /Sau 10 lần sai liền nhau thì phải chờ 5 phút/);
    await web.owner('account').where({ person_id: teacher() }).update({ locked_until: new Date(Date.now() - 1000) });
    assert.equal((await signIn('mot cau de nho')).status, 200);
  });

  test('sign-in leads only to a path of this hub', async () => {
    for (const tiep of ['https://xau.example', '//xau.example', '/\\xau.example', 'javascript:alert(1)']) {
      const response = await web.stranger.post('/dang-nhap', { userName: 'co.giao', password: 'mot cau de nho', tiep });
      assert.equal(response.headers.get('location'), '/', tiep);
    }
  });

  test('signing out ends the session at once', async () => {
    const me = await web.as(teacher());
    assert.equal((await me.get('/viec-cua-toi')).status, 200);
    assert.equal((await me.post('/dang-xuat', {})).status, 303);
    const after = await me.get('/viec-cua-toi');
    assert.equal(after.headers.get('location'), '/dang-nhap?tiep=%2Fviec-cua-toi');
  });

  test('a form without the session\'s token, or sent by another site, changes nothing', async () => {
    const me = await web.as(teacher());
    assert.equal((await me.post('/dang-xuat', { csrf: 'x' })).status, 409);
    assert.equal((await me.post('/dang-xuat', {}, { headers: { 'sec-fetch-site': 'cross-site' } })).status, 409);
    assert.equal((await me.post('/dang-xuat', {}, { headers: { origin: 'https://xau.example' } })).status, 409);
    assert.equal((await me.get('/viec-cua-toi')).status, 200);
  });

  test('every page forbids inline script and framing, and is never cached', async () => {
    const response = await web.stranger.get('/dang-nhap');
    assert.match(response.headers.get('content-security-policy') ?? '', /script-src 'self'.*frame-ancestors 'none'/);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(response.headers.get('referrer-policy'), 'same-origin');
    assert.doesNotMatch(await response.text(), / style="|<script>|onclick=/);
  });

  test('health tells whether the database answers', async () => {
    assert.deepEqual(await web.stranger.json('/health'), { ok: true, database: true, mode: 'sandbox' });
  });
});

describe('one-time links', () => {
  let web: Web;
  let seeded: Seeded;
  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner);
  });
  after(() => web.close());

  const someone = (role: Role): Promise<string> => personWith(web, role);
  const link = async (purpose: 'set_password' | 'task', personId: string, rest: Record<string, unknown> = {}): Promise<string> => {
    const token = newToken();
    await web.owner('access_link').insert({ token_hash: tokenHash(token), purpose, person_id: personId, expires_at: new Date(Date.now() + 3_600_000), ...rest });
    return token;
  };

  test('an invitation is opened as often as one likes and used once', async () => {
    const person = await someone('clerk');
    const token = await link('set_password', person);
    assert.equal((await web.stranger.get(`/dat-mat-khau/${token}`)).status, 200);
    assert.equal((await web.stranger.get(`/dat-mat-khau/${token}`)).status, 200);
    const set = await web.stranger.post(`/dat-mat-khau/${token}`, { userName: 'van.thu', password: 'hoa phuong do', repeated: 'hoa phuong do' });
    assert.equal(set.status, 303);
    assert.match(set.headers.get('set-cookie') ?? '', /hub_session=/);
    assert.equal((await web.stranger.get(`/dat-mat-khau/${token}`)).status, 410);
    assert.equal((await web.stranger.post(`/dat-mat-khau/${token}`, { userName: 'ke.gian', password: 'hoa phuong do' })).status, 410);
    assert.equal((await web.stranger.tell('/dang-nhap', { userName: 'van.thu', password: 'hoa phuong do' })).status, 200);
  });

  test('a short password, two that differ, and a taken name are said beside the field; the link stays good', async () => {
    const person = await someone('principal');
    const token = await link('set_password', person);
    const short = await web.stranger.tell(`/dat-mat-khau/${token}`, { userName: 'hieu.truong', password: 'ngan' });
    assert.equal(short.status, 422);
    assert.match(String((short.body['fields'] as Record<string, string>)['password']), /ít nhất 10/);
    const differ = await web.stranger.tell(`/dat-mat-khau/${token}`, { userName: 'hieu.truong', password: 'hoa phuong do', repeated: 'hoa phuong xanh' });
    assert.match(String((differ.body['fields'] as Record<string, string>)['repeated']), /chưa giống/);
    const other = await someone('coordinator');
    await web.owner('account').insert({ person_id: other, user_name: 'da.co', password_hash: 'scrypt$x$x' });
    const taken = await web.stranger.tell(`/dat-mat-khau/${token}`, { userName: 'Da.Co', password: 'hoa phuong do' });
    assert.match(String((taken.body['fields'] as Record<string, string>)['userName']), /Chọn tên khác/);
    assert.equal((await web.stranger.tell(`/dat-mat-khau/${token}`, { userName: 'hieu.truong', password: 'hoa phuong do' })).status, 200);
  });

  test('the hash of nobody is read like any other and fits no password', async () => {
    assert.equal(await verifyPassword('', UNKNOWN_HASH), false);
    assert.equal(UNKNOWN_HASH.length, (await hashPassword('x')).length);
  });

  test('an expired invitation opens nothing', async () => {
    const token = await link('set_password', await someone('deputy'), { expires_at: new Date(Date.now() - 1000) });
    assert.equal((await web.stranger.get(`/dat-mat-khau/${token}`)).status, 410);
  });

  test('a task link asks who you are, lands on the task, tells another person so, and dies with the task', async () => {
    const person = await someone('clerk');
    const schoolCode = seeded.province.schools[0]!.code;
    const [task] = await web.owner('task').insert({ id: '00000000-0000-4000-8000-000000000001', campaign_id: seeded.campaignId, school_code: schoolCode, kind: 'collect', state: 'open', assignee_id: person, opened_at: new Date(), due_at: new Date() }).returning('id');
    const token = await link('task', person, { task_ids: [task.id] });
    const asked = await web.stranger.get(`/viec/lien-ket/${token}`);
    assert.equal(asked.headers.get('location'), `/dang-nhap?tiep=/viec/lien-ket/${token}`);
    assert.equal(asked.headers.get('set-cookie'), null);
    const mine = await (await web.as(person)).get(`/viec/lien-ket/${token}`);
    assert.equal(mine.headers.get('location'), `/viec/${task.id}`);
    const landed = await (await web.as(person)).get(`/viec/${task.id}`);
    assert.equal(landed.headers.get('location'), `/truong/${schoolCode}/du-lieu`);
    const others = await (await web.as(await someone('coordinator'))).get(`/viec/lien-ket/${token}`);
    assert.equal(others.status, 403);
    assert.match(await others.text(), /gửi cho người khác/);
    await web.owner('task').update({ state: 'done', done_at: new Date() });
    assert.equal((await (await web.as(person)).get(`/viec/lien-ket/${token}`)).status, 410);
  });

  test('a link to several tasks leads to the page they share, and to the list when they have none in common', async () => {
    const person = await someone('principal');
    const campaign = { campaign_id: seeded.campaignId, school_code: seeded.province.schools[0]!.code, state: 'open', assignee_id: person, opened_at: new Date(), due_at: new Date() };
    const [one, two] = seeded.province.schools[0]!.classes.map(({ name }) => seeded.classOf(seeded.province.schools[0]!.code, name));
    const approvals = [one, two].map((classId, index) => ({ ...campaign, id: `00000000-0000-4000-8000-00000000001${index}`, kind: 'approve', class_id: classId }));
    const review = { ...campaign, id: '00000000-0000-4000-8000-000000000019', kind: 'review', class_id: one };
    await web.owner('task').insert([...approvals, review]);
    const lands = async (ids: string[]) => (await (await web.as(person)).get(`/viec/lien-ket/${await link('task', person, { task_ids: ids })}`)).headers.get('location');
    assert.equal(await lands(approvals.map(({ id }) => id)), `/viec/${approvals[0]!.id}`);
    assert.equal(await lands([approvals[0]!.id, review.id]), '/viec-cua-toi');
  });

  test('somebody else\'s task is refused by its address too', async () => {
    const id = '00000000-0000-4000-8000-000000000002';
    await web.owner('task').insert({ id, campaign_id: seeded.campaignId, school_code: seeded.province.schools[1]!.code, kind: 'collect', state: 'open', assignee_id: await someone('clerk'), opened_at: new Date(), due_at: new Date() });
    assert.equal((await (await web.as(await someone('coordinator'))).get(`/viec/${id}`)).status, 403);
  });
});

describe('every route', () => {
  let web: Web;
  let seeded: Seeded;
  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner);
  });
  after(() => web.close());

  /** A path that fits the pattern; whether the thing exists is not the question here. */
  const example = (path: string): string => path
    .replace(':schoolCode', seeded.province.schools[0]!.code).replace(/:(\w*[tT]oken)/, 'x'.repeat(43)).replace(/:\w+/g, '00000000-0000-4000-8000-00000000dead');

  test('turns strangers away unless it says it is public', async () => {
    for (const route of ROUTES.filter((one) => one.access !== 'public')) {
      const path = example(route.path);
      const response = route.method === 'get' ? await web.stranger.get(path, { headers: { accept: 'application/json' } }) : await web.stranger.post(path, {}, { headers: { accept: 'application/json' } });
      assert.equal(response.status, 401, `${route.method} ${route.path}`);
    }
  });

  test('turns away every role it does not name', async () => {
    for (const role of ROLES) {
      const found = await web.owner('role_grant').where({ role }).first<{ person_id: string } | undefined>();
      const person = found?.person_id ?? await onlyAdministrator();
      const held = (await web.owner('role_grant').where({ person_id: person }).select<{ role: Role }[]>('role')).map((grant) => grant.role);
      const me = await web.as(person);
      for (const route of ROUTES) {
        if (route.access === 'public' || route.access === 'signed-in' || route.access.some((one) => held.includes(one))) continue;
        const path = example(route.path);
        const response = route.method === 'get' ? await me.get(path, { headers: { accept: 'application/json' } }) : await me.post(path, {}, { headers: { accept: 'application/json' } });
        assert.equal(response.status, 403, `${role} at ${route.method} ${route.path}`);
        assert.equal((await response.json() as { code: string }).code, 'not-allowed');
      }
    }
  });

  async function onlyAdministrator(): Promise<string> {
    const id = '00000000-0000-4000-8000-0000000000ad';
    await web.owner('person').insert({ id, full_name: 'Quản trị hệ thống' });
    await web.owner('role_grant').insert({ person_id: id, role: 'administrator' });
    return id;
  }
});
