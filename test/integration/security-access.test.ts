import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { pino } from 'pino';
import { createApp } from '../../api/server.js';
import type { Services } from '../../api/services.js';
import { hashPassword } from '../../api/auth/password.js';
import { MOST_FAILURES } from '../../api/auth/signInLimit.js';
import { openDatabase, row } from '../../db/connect.js';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { staffing } from '../support/staffing.js';
import { startWeb, type Web } from '../support/web.js';

const PASSWORD = 'mot cau de nho';

describe('who tries to get in, or stays in too long', () => {
  let web: Web;
  let seeded: Seeded;
  let who: ReturnType<typeof staffing>;
  let teacher: string;
  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner, { cardState: () => 'teacher_signed' });
    who = staffing(seeded);
    teacher = who.teacherOf(0, who.classNames(0)[0]!);
    await web.owner('account').insert({ person_id: teacher, user_name: 'co.giao', password_hash: await hashPassword(PASSWORD) });
  });
  after(() => web.close());

  test('guesses that arrive all at once are counted like guesses one by one: the right one among them comes too late', async () => {
    const guess = (password: string) => web.stranger.tell('/dang-nhap', { userName: 'co.giao', password });
    const wrong = Array.from({ length: 24 }, (_, at) => guess(`sai ${at}`));
    const right = guess(PASSWORD);
    await Promise.all(wrong);
    const account = await row<{ locked: boolean }>(web.owner, 'SELECT locked_until > now() AS locked FROM account WHERE person_id = :teacher', { teacher });
    assert.equal(account?.locked, true);
    assert.equal((await right).status, 401);
    assert.equal((await guess(PASSWORD)).status, 401, 'nor does it open the account now');
  });

  describe('one address', () => {
    const from = (address: string, form: { userName: string; password: string }) => web.stranger.get('/dang-nhap', {
      method: 'POST', body: JSON.stringify(form), headers: { 'accept': 'application/json', 'content-type': 'application/json', 'x-forwarded-for': address },
    });
    const unknown = (at: number) => ({ userName: `khong.co.${at}`, password: 'sai' });
    /** As if so many had been wrong already: a hundred keys take their time. */
    const failed = (count: number) => web.owner('sign_in_failure').update({ failures: count });

    test('may be wrong a hundred times in a quarter of an hour, over all accounts, known or not; then it waits, with the right password too', async () => {
      await web.owner('account').where({ person_id: teacher }).update({ failed_attempts: 0, locked_until: null });
      assert.equal((await from('203.0.113.7', unknown(1))).status, 401);
      await failed(MOST_FAILURES - 2);
      const at = [unknown(2), { userName: 'co.giao', password: 'sai' }, unknown(3), { userName: 'co.giao', password: PASSWORD }];
      const answers = [];
      for (const form of at) answers.push(await from('203.0.113.7', form));
      assert.deepEqual(answers.map((answer) => answer.status), [401, 401, 429, 429]);
      const [third, fourth] = await Promise.all(answers.slice(2).map((answer) => answer.json()));
      assert.deepEqual(third, fourth);
      assert.equal((await from('203.0.113.8', { userName: 'co.giao', password: PASSWORD })).status, 200, 'another address is not held up');
      await web.owner('sign_in_failure').update({ since: new Date(Date.now() - 16 * 60_000) });
      assert.equal((await from('203.0.113.7', { userName: 'co.giao', password: PASSWORD })).status, 200, 'and after a quarter of an hour this one neither');
    });

    test('that guesses all at once gets no more tries than one by one', async () => {
      await web.owner('sign_in_failure').delete();
      await from('203.0.113.9', unknown(0));
      await failed(MOST_FAILURES - 3);
      const answers = await Promise.all(Array.from({ length: 8 }, (_, at) => from('203.0.113.9', unknown(at))));
      assert.equal(answers.filter((answer) => answer.status === 401).length, 3);
    });

    test('that only signs in right is never held up, is not kept in clear, and a /64 of IPv6 is one', async () => {
      await web.owner('sign_in_failure').delete();
      for (let at = 0; at < 3; at += 1) assert.equal((await from('198.51.100.4', { userName: 'co.giao', password: PASSWORD })).status, 200);
      assert.deepEqual((await web.owner('sign_in_failure').select<{ failures: number }[]>('failures')).map((one) => one.failures), [0]);
      await from('2001:db8:1:2::1', unknown(1));
      await from('2001:db8:1:2:ffff::9', unknown(2));
      await from('2001:db8:1:3::1', unknown(3));
      const kept = await web.owner('sign_in_failure').orderBy('failures').select<{ address_hash: string; failures: number }[]>('address_hash', 'failures');
      assert.deepEqual(kept.map((one) => one.failures), [0, 1, 2]);
      assert.ok(kept.every((one) => /^[0-9a-f]{64}$/.test(one.address_hash)));
    });
  });

  test('a password of somebody who signs in while the account is open still opens it', async () => {
    await web.owner('account').where({ person_id: teacher }).update({ failed_attempts: 3, locked_until: null });
    assert.equal((await web.stranger.tell('/dang-nhap', { userName: 'co.giao', password: PASSWORD })).status, 200);
    assert.equal((await row<{ failed_attempts: number }>(web.owner, 'SELECT failed_attempts FROM account WHERE person_id = :teacher', { teacher }))?.failed_attempts, 0);
  });

  test('a teacher who has left for another school reads no card of the old class any more', async () => {
    const card = await row<{ id: string }>(web.owner, 'SELECT c.id FROM report_card c JOIN class k ON k.id = c.class_id WHERE k.homeroom_person_id = :teacher LIMIT 1', { teacher });
    const me = await web.as(teacher);
    assert.equal((await me.get(`/hoc-ba/${card!.id}`)).status, 200);
    await web.owner('role_grant').where({ person_id: teacher, role: 'homeroom' }).update({ school_code: who.school(1) });
    for (const page of ['', '/xem', '/xml']) assert.equal((await me.get(`/hoc-ba/${card!.id}${page}`)).status, 403, page);
  });
});

describe('a hub whose database is away', () => {
  test('says so without a word about its inside, whatever is asked', async () => {
    const db = openDatabase('postgres://hub_api:secret-of-the-test@127.0.0.1:1/hub', 1);
    const settings = { HUB_MODE: 'sandbox', HUB_BASE_URL: 'http://127.0.0.1:1' } as Services['settings'];
    const server = createServer(createApp({ db, settings, log: pino({ level: 'silent' }) } as unknown as Services)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      for (const path of ['/', '/khong-co', '/dang-nhap', '/health', '/%']) {
        const response = await fetch(url + path, { headers: { cookie: `hub_session=${'a'.repeat(43)}` } });
        assert.ok(response.status >= 400, path);
        assert.doesNotMatch(await response.text(), /secret-of-the-test|ECONNREFUSED|\bat .*\.(ts|js)|node_modules/, path);
      }
    } finally {
      server.closeAllConnections();
      server.close();
      await db.destroy();
    }
  });
});
