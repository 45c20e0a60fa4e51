import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { startMailSender, type MailSender } from '../../activities/mail/sender.js';
import { openDatabase, rows } from '../../db/connect.js';
import { queueMails } from '../../db/mail/queue.js';
import { giveUp } from '../../db/mail/sending.js';
import { MAIL_LINK_PURPOSE, mailMessageId, type TaskMail } from '../../domain/mail.js';
import type { Instant } from '../../domain/brand.js';
import { seal } from '../../runtime/seal.js';
import { actContext } from '../support/actStage.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { insertCampaign, pupils } from '../support/progressRows.js';
import { startScriptedSmtp, type ScriptedSmtp } from '../support/scriptedSmtp.js';

const SECRET = Buffer.alloc(32, 7);
const TOKEN = 'Zm9v_-bar';
const model: TaskMail = {
  kind: 'task', recipientName: 'Lò Thị Mai', departmentName: 'Sở Giáo dục và Đào tạo tỉnh Mô Phỏng', taskKind: 'review', schoolName: 'Trường Tiểu học Hoa Mẫu', schoolYear: '2025-2026',
  classNames: ['1A'], cards: 30, dueAt: '2026-06-20T10:00:00Z' as Instant, authority: null, again: false,
};

describe('the sender of mails', () => {
  let database: TestDatabase;
  let db: Knex;
  /** The sender works with the workers' role, the tests look on as the owner. */
  let workerDb: Knex;
  let smtp: ScriptedSmtp;
  let senders: MailSender[] = [];
  let logged: string[] = [];
  let classId: string;
  let campaignId: string;
  let personId: string;

  before(async () => {
    database = await createTestDatabase();
    db = openDatabase(database.url, 4);
    workerDb = openDatabase(database.workerUrl, 8);
    campaignId = await insertCampaign(db, [{ name: 'Phường Hoa Mẫu', schools: [{ name: 'Trường Tiểu học Hoa Mẫu', classes: [{ name: '1A', grade: 1, pupils: pupils(2, null) }] }] }]);
    classId = (await db('class').first<{ id: string }>('id')).id;
    personId = randomUUID();
    await db('person').insert({ id: personId, full_name: 'Lò Thị Mai', email: 'mai@truong.example' });
  });
  after(async () => { await Promise.all([db.destroy(), workerDb.destroy()]); await database.drop(); });
  beforeEach(async () => { smtp = await startScriptedSmtp(); logged = []; });
  afterEach(async () => {
    await Promise.all(senders.map((sender) => sender.stop()));
    senders = [];
    await smtp.stop();
    await db('mail_outbox').delete();
    const log = logged.join('\n');
    assert.doesNotMatch(log, /@|Mai|Hoa Mẫu|Zm9v/u, 'a log line names a person, an address or a link');
  });

  const start = (overrides: { secret?: Buffer<ArrayBuffer>; url?: string; mode?: 'sandbox' | 'production'; listens?: boolean } = {}): MailSender => {
    const write = (...parts: unknown[]): void => { logged.push(JSON.stringify(parts)); };
    const sender = startMailSender({
      // One that listens would look by itself only after the test is over.
      db: workerDb, ...(overrides.listens === true ? { pollMs: 3_600_000, listenUrl: database.workerUrl } : { pollMs: 25 }), log: { info: write, warn: write, error: write },
      settings: {
        SMTP_URL: overrides.url ?? smtp.url, MAIL_FROM: 'Học bạ số <hub@so.example>', HUB_BASE_URL: 'https://hocba.example', HUB_SECRET_KEY: overrides.secret ?? SECRET, HUB_MODE: overrides.mode ?? 'sandbox',
      },
    });
    senders.push(sender);
    return sender;
  };
  const queue = async (to: string, rest: Record<string, unknown> = {}): Promise<string> => {
    const id = randomUUID();
    await db('mail_outbox').insert({
      id, message_id: mailMessageId(id, 'hocba.example'), dedupe_key: id, person_id: personId, to_address: to, kind: 'task', model: JSON.stringify(model),
      sealed_link: seal(SECRET, MAIL_LINK_PURPOSE, Buffer.from(TOKEN)), ...rest,
    });
    return id;
  };
  const rowOf = (id: string) => db('mail_outbox').where({ id }).first<{ sent_at: Date | null; given_up_at: Date | null; attempts: number; last_error: string | null; not_before: Date; sealed_link: Buffer | null }>();
  const eventually = async (holds: () => Promise<boolean>, what: string): Promise<void> => {
    const end = Date.now() + 15_000;
    while (!(await holds())) {
      assert.ok(Date.now() < end, `did not happen in 15 s: ${what}; log:\n${logged.join('\n')}`);
      await sleep(20);
    }
  };
  const sent = (id: string) => eventually(async () => (await rowOf(id)).sent_at !== null, 'sent');
  const dueNow = (id: string) => db('mail_outbox').where({ id }).update({ not_before: db.fn.now() });

  test('a queued mail arrives with its Message-ID and personal link, and the token leaves the database', async () => {
    const id = await queue('mai@truong.example');
    start();
    await sent(id);
    const [mail] = smtp.received;
    assert.ok(mail !== undefined && smtp.received.length === 1);
    assert.equal(mail.messageId, `<${id}@hocba.example>`);
    assert.deepEqual(mail.to, ['mai@truong.example']);
    assert.equal(mail.subject, 'Rà soát và ký xác nhận lớp 1A – Trường Tiểu học Hoa Mẫu – hạn 20/06/2026');
    assert.match(mail.text, /https:\/\/hocba\.example\/viec\/lien-ket\/Zm9v_-bar\n/);
    assert.match(mail.html, /href="https:\/\/hocba\.example\/viec\/lien-ket\/Zm9v_-bar"/);
    assert.match(mail.text, /Dữ liệu mô phỏng/u);
    assert.equal(mail.headers.get('auto-submitted'), 'auto-generated');
    const row = await rowOf(id);
    assert.deepEqual([row.attempts, row.last_error, row.sealed_link], [1, null, null]);
  });

  const called = async (to: string): Promise<string> => {
    const key = randomUUID();
    await workerDb.transaction((trx) => queueMails(trx, [{ dedupeKey: key, personId, to, campaignId: null, schoolCode: null, model, link: null }], actContext()));
    return (await db('mail_outbox').where({ dedupe_key: key }).first<{ id: string }>('id')).id;
  };
  const listening = async (): Promise<number[]> => (await rows<{ pid: number }>(db, `SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN %' AND datname = current_database()`)).map((one) => one.pid);

  test('a sender that sleeps is called by the commit that queues a mail', async () => {
    start({ listens: true });
    await eventually(async () => (await listening()).length === 1, 'listening');
    await sent(await called('mai@truong.example'));
    await sent(await called('mai@truong.example'));
    assert.equal(smtp.received.length, 2);
  });

  test('one whose connection broke listens again, and looks at what came meanwhile', async () => {
    start({ listens: true });
    await eventually(async () => (await listening()).length === 1, 'listening');
    const before = await listening();
    // Queued without a word, as if the word had been lost with the connection.
    const lost = await queue('mai@truong.example');
    await db.raw('SELECT pg_terminate_backend(?)', [before[0]!]);
    await sent(lost);
    await eventually(async () => (await listening()).some((pid) => !before.includes(pid)), 'listening again');
    await sent(await called('mai@truong.example'));
  });

  test('a mail that is due later is sent then, although nobody calls', async () => {
    const id = await queue('mai@truong.example', { not_before: new Date(Date.now() + 1_500) });
    start({ listens: true });
    await sent(id);
    const { sent_at, not_before } = await rowOf(id);
    assert.ok(sent_at! >= not_before);
  });

  test('an invitation that was given up makes room for another; a reminder does not', async () => {
    const [invitation, reminder] = [await queue('weg@truong.example', { kind: 'invitation', dedupe_key: 'invitation/x' }), await queue('weg@truong.example', { kind: 'reminder', dedupe_key: 'reminder/x' })];
    await workerDb.transaction(async (trx) => { await giveUp(trx, invitation, 'refused'); await giveUp(trx, reminder, 'refused'); });
    const keys = await rows<{ dedupe_key: string }>(db, 'SELECT dedupe_key FROM mail_outbox ORDER BY 1');
    assert.deepEqual(keys.map((one) => one.dedupe_key), [`invitation/x/given-up/${invitation}`, 'reminder/x']);
  });

  test('an invitation leads to setting a password, and production does not call its data simulated', async () => {
    const id = await queue('mai@truong.example', { kind: 'invitation', model: JSON.stringify({
      kind: 'invitation', recipientName: 'Lò Thị Mai', departmentName: 'Sở', userName: 'mai', unitName: 'Trường', roles: ['homeroom'], expiresAt: '2026-06-20T10:00:00Z',
    }) });
    start({ mode: 'production' });
    await sent(id);
    assert.match(smtp.received[0]!.text, /https:\/\/hocba\.example\/dat-mat-khau\/Zm9v_-bar\n/);
    assert.doesNotMatch(smtp.received[0]!.text, /mô phỏng: /u);
  });

  test('a mail waits for its time', async () => {
    const later = await queue('later@truong.example', { not_before: new Date(Date.now() + 3_600_000) });
    const now = await queue('now@truong.example');
    start();
    await sent(now);
    assert.equal((await rowOf(later)).sent_at, null);
    assert.deepEqual(smtp.received.flatMap((mail) => mail.to), ['now@truong.example']);
  });

  test('a temporary refusal is tried again later, with the same Message-ID', async () => {
    smtp.script.data.push(451);
    const id = await queue('mai@truong.example');
    start();
    await eventually(async () => (await rowOf(id)).attempts === 1, 'first try');
    const row = await rowOf(id);
    assert.equal(row.last_error, 'emessage 451 data');
    assert.ok(row.sent_at === null && row.not_before.getTime() > Date.now() + 2_000 && row.sealed_link !== null);
    await dueNow(id);
    await sent(id);
    assert.deepEqual(smtp.received.map((mail) => mail.messageId), [`<${id}@hocba.example>`]);
  });

  test('an address that does not exist is given up after three tries, and holds nobody else up', async () => {
    smtp.script.refusedRecipients.add('gone@truong.example');
    const gone = await queue('gone@truong.example');
    const other = await queue('mai@truong.example');
    start();
    await sent(other);
    for (const attempts of [1, 2]) {
      await eventually(async () => (await rowOf(gone)).attempts === attempts, `try ${attempts}`);
      assert.equal((await rowOf(gone)).given_up_at, null);
      await dueNow(gone);
    }
    await eventually(async () => (await rowOf(gone)).given_up_at !== null, 'given up');
    const row = await rowOf(gone);
    assert.deepEqual([row.last_error, row.sent_at, row.sealed_link], ['eenvelope 550 rcpt-to', null, null]);
  });

  test('two senders with several lanes each send every mail once', async () => {
    const ids = await Promise.all(Array.from({ length: 60 }, (_, index) => queue(`p${index}@truong.example`)));
    start();
    start();
    await eventually(async () => (await db('mail_outbox').whereNull('sent_at').count<{ count: number }[]>())[0]!.count === 0, 'all sent');
    assert.equal(smtp.received.length, 60);
    assert.deepEqual(new Set(smtp.received.map((mail) => mail.messageId)), new Set(ids.map((id) => `<${id}@hocba.example>`)));
  });

  test('a line that breaks after the mail was taken leads to a second delivery of the same mail, not to another one', async () => {
    smtp.script.dropAfterData = 1;
    const id = await queue('mai@truong.example');
    start();
    await sent(id);
    assert.deepEqual(smtp.received.map((mail) => mail.messageId), [`<${id}@hocba.example>`, `<${id}@hocba.example>`]);
    assert.equal((await rowOf(id)).attempts, 1, 'an outage is not counted against the mail');
  });

  test('a crash between "250" and the commit sends the same mail again', async () => {
    const id = await queue('mai@truong.example');
    // The sender's session dies while the server takes the mail: its commit can no longer happen.
    smtp.script.beforeAnswer = async () => {
      smtp.script.beforeAnswer = null;
      await db.raw(`SELECT pg_terminate_backend(l.pid) FROM pg_locks l WHERE l.relation = 'mail_outbox'::regclass AND l.mode = 'RowShareLock' AND l.pid <> pg_backend_pid()`);
    };
    start();
    await sent(id);
    assert.deepEqual(smtp.received.map((mail) => mail.messageId), [`<${id}@hocba.example>`, `<${id}@hocba.example>`]);
    assert.equal((await db('mail_outbox').whereNotNull('sent_at')).length, 1);
  });

  test('while the mail server is away nothing is counted or lost, and everything arrives when it is back', async () => {
    const { port } = smtp;
    await smtp.stop();
    const ids = [await queue('a@truong.example'), await queue('b@truong.example')];
    start();
    await eventually(async () => (await db('mail_outbox').whereNotNull('last_error')).length > 0, 'noticed');
    assert.deepEqual((await Promise.all(ids.map(rowOf))).map((row) => row.attempts), [0, 0]);
    smtp = await startScriptedSmtp(port);
    await Promise.all(ids.map(sent));
    assert.equal(smtp.received.length, 2);
  });

  test('a server that does not let us in is an outage, not a fault of the mails', async () => {
    const id = await queue('mai@truong.example');
    start({ url: smtp.url.replace('://', '://hub:wrong@') });
    await eventually(async () => (await rowOf(id)).last_error !== null, 'refused sign-in');
    const row = await rowOf(id);
    assert.match(row.last_error ?? '', /^eauth 535/);
    assert.deepEqual([row.attempts, row.given_up_at], [0, null]);
  });

  test('a mail about tasks that are done or with somebody else is not sent', async () => {
    const other = randomUUID();
    await db('person').insert({ id: other, full_name: 'Sùng A Páo' });
    const taskOf = async (assignee: string, state: 'open' | 'done'): Promise<string> => {
      const id = randomUUID();
      await db('task').insert({ id, campaign_id: campaignId, school_code: 'S1', class_id: classId, kind: state === 'done' ? 'approve' : assignee === other ? 'seal' : 'review', state, assignee_id: assignee, opened_at: new Date(), due_at: new Date() });
      return id;
    };
    const [mine, done, theirs] = [await taskOf(personId, 'open'), await taskOf(personId, 'done'), await taskOf(other, 'open')];
    const obsolete = [await queue('mai@truong.example', { task_ids: [done] }), await queue('mai@truong.example', { task_ids: [theirs] })];
    const wanted = await queue('mai@truong.example', { task_ids: [done, mine] });
    start();
    await sent(wanted);
    await eventually(async () => (await Promise.all(obsolete.map(rowOf))).every((row) => row.given_up_at !== null), 'not needed');
    assert.deepEqual((await Promise.all(obsolete.map(rowOf))).map((row) => [row.last_error, row.sent_at, row.sealed_link]), [['no-longer-needed', null, null], ['no-longer-needed', null, null]]);
    assert.equal(smtp.received.length, 1);
    await db('task').delete();
  });

  test('a link sealed under another key waits until the setting is mended, while other mails go', async () => {
    const sealed = await queue('mai@truong.example', { sealed_link: seal(Buffer.alloc(32, 9), MAIL_LINK_PURPOSE, Buffer.from(TOKEN)) });
    const other = await queue('b@truong.example');
    const wrong = start();
    await sent(other);
    await eventually(async () => (await rowOf(sealed)).attempts === 1, 'tried');
    assert.equal((await rowOf(sealed)).last_error, 'unwritable SealError');
    await wrong.stop();
    await dueNow(sealed);
    start({ secret: Buffer.alloc(32, 9) });
    await sent(sealed);
    assert.match(smtp.received.at(-1)!.text, /Zm9v_-bar/);
  });

  test('stopping waits for the mail on its way', async () => {
    const id = await queue('mai@truong.example');
    let stopped: Promise<void> | undefined;
    const sender = start();
    smtp.script.beforeAnswer = async () => { stopped ??= sender.stop(); await sleep(50); };
    await eventually(async () => stopped !== undefined, 'mail on its way');
    await stopped;
    assert.notEqual((await rowOf(id)).sent_at, null);
    const late = await queue('late@truong.example');
    await sleep(150);
    assert.equal((await rowOf(late)).sent_at, null);
  });
});
