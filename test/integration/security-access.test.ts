import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { pino } from 'pino';
import { createApp } from '../../api/server.js';
import type { Services } from '../../api/services.js';
import { hashPassword } from '../../api/auth/password.js';
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
    assert.ok((await Promise.all(wrong)).some((answer) => answer.status === 429));
    assert.equal((await right).status, 429);
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
