import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createTransport } from 'nodemailer';
import { getJson, postJson, startSandbox, temporaryDirectory, type SandboxProcess } from './sandboxProcess.js';

type Mail = { id: string; messageId: string; from: string; to: string[]; subject: string; text: string; html: string | null; links: string[]; receivedAt: string; deliveries: number };

describe('the mailbox of the sandbox', () => {
  let mailbox: SandboxProcess;
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;

  const start = async (): Promise<void> => {
    mailbox = await startSandbox('mailbox', { MAILBOX_SMTP_PORT: '0', MAILBOX_HTTP_PORT: '0', MAILBOX_DIR: directory.path });
  };
  const send = (to: string, overrides: Record<string, unknown> = {}) =>
    createTransport({ host: '127.0.0.1', port: mailbox.ports['smtpPort'] ?? 0, secure: false, ignoreTLS: true }).sendMail({
      from: 'hub@so.tinhmophong.test',
      to,
      subject: 'Ký duyệt học bạ lớp 1A',
      text: 'Kính gửi Thầy/Cô, mở http://127.0.0.1:1/t/abc?x=1&y=2.',
      html: '<p>Kính gửi Thầy/Cô <script>alert(1)</script><a href="http://127.0.0.1:1/t/abc?x=1&amp;y=2">Mở việc</a></p>',
      ...overrides,
    });
  const mails = (query = ''): Promise<Mail[]> => getJson<Mail[]>(`${mailbox.url}/api/mails${query}`);

  before(async () => {
    directory = await temporaryDirectory();
    await start();
  });
  after(async () => {
    assert.equal(await mailbox.stop(), 0);
    await directory.remove();
  });

  test('a mail sent over SMTP can be read with its parts and its links', async () => {
    const { messageId } = await send('ht@t01.tinhmophong.test');
    const [mail] = await mails('?to=HT@t01.tinhmophong.test');
    assert.ok(mail !== undefined);
    assert.equal(mail.messageId, messageId);
    assert.equal(mail.subject, 'Ký duyệt học bạ lớp 1A');
    assert.match(mail.text, /^Kính gửi Thầy\/Cô/);
    assert.deepEqual(mail.links, ['http://127.0.0.1:1/t/abc?x=1&y=2']);
    assert.deepEqual([mail.from, mail.to, mail.deliveries], ['hub@so.tinhmophong.test', ['ht@t01.tinhmophong.test'], 1]);
    assert.deepEqual(await getJson<Mail>(`${mailbox.url}/api/mails/${mail.id}`), mail);
  });

  test('the list is filtered by recipient and by time, newest first', async () => {
    const before = new Date().toISOString();
    await send('gv01@t01.tinhmophong.test', { subject: 'Một' });
    await send('gv02@t01.tinhmophong.test', { subject: 'Hai' });
    assert.deepEqual((await mails(`?since=${before}`)).map((mail) => mail.subject), ['Hai', 'Một']);
    assert.deepEqual((await mails('?to=gv01@t01.tinhmophong.test')).map((mail) => mail.subject), ['Một']);
    assert.equal((await fetch(`${mailbox.url}/api/mails?since=yesterday`)).status, 400);
  });

  test('the same Message-ID twice is one mail with two deliveries, also after a kill', async () => {
    const messageId = '<one-row@so.tinhmophong.test>';
    await send('vt@t01.tinhmophong.test', { messageId });
    await send('vt@t01.tinhmophong.test', { messageId });
    await mailbox.kill();
    await start();
    const received = await mails('?to=vt@t01.tinhmophong.test');
    assert.deepEqual(received.map((mail) => [mail.messageId, mail.deliveries]), [[messageId, 2]]);
    assert.match(received[0]?.text ?? '', /Kính gửi/);
  });

  test('faults: refused for now, and kept although the line broke', async () => {
    await postJson(`${mailbox.url}/sandbox/faults`, { rejectNext: 1 });
    await assert.rejects(send('pht@t01.tinhmophong.test'), (error: { responseCode?: number }) => error.responseCode === 451);
    assert.deepEqual(await mails('?to=pht@t01.tinhmophong.test'), []);
    await postJson(`${mailbox.url}/sandbox/faults`, { dropAfterDataNext: 1 });
    await assert.rejects(send('pht@t01.tinhmophong.test', { messageId: '<broken@so.tinhmophong.test>' }));
    await send('pht@t01.tinhmophong.test', { messageId: '<broken@so.tinhmophong.test>' });
    assert.deepEqual((await mails('?to=pht@t01.tinhmophong.test')).map((mail) => mail.deliveries), [2]);
  });

  test('the pages are marked as simulated and a mail cannot run script in them', async () => {
    const list = await (await fetch(mailbox.url)).text();
    assert.match(list, /Dữ liệu mô phỏng/);
    const [mail] = await mails('?to=ht@t01.tinhmophong.test');
    const response = await fetch(`${mailbox.url}/mail/${mail?.id ?? ''}`);
    const html = await response.text();
    assert.match(html, /Dữ liệu mô phỏng/);
    assert.ok(!html.includes('<script'));
    assert.match(html, /<iframe[^>]* sandbox="allow-popups allow-popups-to-escape-sandbox"/);
    assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    assert.equal((await fetch(`${mailbox.url}/mail/nothing`)).status, 404);
  });
});
