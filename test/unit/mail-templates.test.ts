import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderMail } from '../../dashboards/mail/renderMail.js';
import type { Instant, PlainDate } from '../../domain/brand.js';
import type { ProgressCounts } from '../../domain/rates.js';
import type { DigestMail, EscalationMail, InvitationMail, MailModel, NoticeFacts, NoticeMail, ReminderMail, TaskMail } from '../../domain/mail.js';

const at = (text: string): Instant => text as Instant;
const common = { recipientName: 'Lò Thị Mai', departmentName: 'Sở Giáo dục và Đào tạo tỉnh Mô Phỏng' };
const task: TaskMail = {
  ...common, kind: 'task', taskKind: 'approve', schoolName: 'Trường Tiểu học Hoa Mẫu 2', schoolYear: '2025-2026', classNames: ['1A', '1B', '2A'], cards: 1_096,
  dueAt: at('2026-06-20T10:00:00Z'), again: false,
  authority: { basis: 'deputy_assignment', instrumentNumber: '12/QĐ-THHM', instrumentDate: '2026-05-04' as PlainDate },
};
const { kind: _task, again: _again, ...taskFacts } = task;
const reminder: ReminderMail = { ...taskFacts, kind: 'reminder', remindedAt: at('2026-06-18T08:00:00Z'), reminderNumber: 2, requestedByUnit: null };
const invitation: InvitationMail = { ...common, kind: 'invitation', userName: 'mai@truong.example', unitName: 'Trường Tiểu học Hoa Mẫu 2', roles: ['principal', 'clerk'], expiresAt: at('2026-06-20T10:00:00Z') };
const escalation: EscalationMail = {
  ...common, kind: 'escalation', officeName: 'Phường Hoa Mẫu', schoolName: 'Trường Tiểu học Hoa Mẫu 2', schoolPhone: '0200 000 000', schoolYear: '2025-2026', escalatedAt: at('2026-06-22T10:00:00Z'),
  items: [{ taskKind: 'review', className: '1A', cards: 30, dueAt: at('2026-06-20T10:00:00Z'), assigneeName: 'Sùng A Páo', reminders: 3 }], linkPath: '/dia-ban',
};
const notices: NoticeFacts[] = [
  { notice: 'class-returned', fromStage: 'approve', dueAt: at('2026-06-20T10:00:00Z') }, { notice: 'signing-expired', signingRole: 'principal' }, { notice: 'signing-declined', signingRole: 'teacher' },
  { notice: 'signing-failed', signingRole: 'seal' }, { notice: 'no-approver', code: 'reviewer-is-approver' },
  { notice: 'authority-granted', authority: task.authority!, holderName: 'Lò Thị Mai', isHolder: true, validFrom: at('2026-05-04T17:00:00Z'), validTo: null },
  { notice: 'authority-ended', authority: task.authority!, holderName: 'Lò Thị Mai', isHolder: false, validFrom: at('2026-05-04T17:00:00Z'), validTo: at('2026-06-30T17:00:00Z') },
  { notice: 'authority-expiring', authority: task.authority!, holderName: 'Sùng A Páo', isHolder: false, validFrom: at('2026-05-04T17:00:00Z'), validTo: at('2026-06-30T17:00:00Z') },
  { notice: 'certificate-expiring', whose: 'person', validTo: at('2026-06-30T17:00:00Z') }, { notice: 'certificate-expiring', whose: 'seal', validTo: at('2026-06-30T17:00:00Z') },
  { notice: 'cards-refused' }, { notice: 'packet-parked' }, { notice: 'deadline-extended', taskKind: 'seal', dueAt: at('2026-06-25T10:00:00Z') },
  { notice: 'role-granted', role: 'clerk', from: at('2026-06-25T10:00:00Z') }, { notice: 'role-ended', role: 'deputy', from: at('2026-06-25T10:00:00Z') }, { notice: 'homeroom-ended' },
];
const notice = (facts: NoticeFacts): NoticeMail => ({ ...common, kind: 'notice', schoolName: 'Trường Tiểu học Hoa Mẫu 2', schoolYear: '2025-2026', classNames: ['1A'], cards: 30, ...facts });
const taskKinds = (['collect', 'review', 'approve', 'seal', 'correct'] as const).map((taskKind): TaskMail => ({ ...task, taskKind }));
const ofSchools: MailModel[] = [invitation, ...taskKinds, reminder, escalation, ...notices.map(notice)];

const counts: ProgressCounts = {
  expected: 73_172, collected: 70_000, reviewed: 65_000, signed: 60_259, sealed: 60_000, received: 60_000, submitted: 60_000, accepted: 59_000, refused: 12, missing: 3_000, held: 100, exempt: 72, excluded: 5,
  eligible: 73_000, eligibleSigned: 60_259, open: 14_000, waiting: 13_990, unexplained: 10,
};
const digest: DigestMail = {
  ...common, kind: 'digest', areaName: 'Phường Hoa Mẫu', isProvince: false, schoolYear: '2025-2026', asOf: at('2026-06-22T23:30:00Z'), counts, overdueSchools: 17,
  overdue: [{ schoolName: 'Trường Tiểu học Hoa Mẫu 2', schoolPhone: '0200 000 000', since: at('2026-06-20T23:30:00Z'), tasks: 3, kinds: ['review', 'approve'] }], refused: 12, blockedClasses: 2, parkedPackets: 1, linkPath: '/dia-ban/1',
};

const all: MailModel[] = [...ofSchools, digest, { ...invitation, roles: ['office', 'coordinator'] }, notice({ notice: 'role-granted', role: 'official', from: at('2026-06-25T10:00:00Z') })];

const context = { baseUrl: 'https://hocba.example', link: null, sandbox: false };
const LINK = 'https://hocba.example/viec/lien-ket/to-ken_123';
/** Words of the HTML part as a reader sees them. */
const seen = (html: string): string => html.replace(/<(head)>.*?<\/\1>/s, '').replace(/<[^>]+>/g, ' ').replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').replace(/\s+/g, ' ');

/** Communes, the Sở and administrators: no teachers. */
const toOfficials = (model: MailModel): boolean =>
  model.kind === 'escalation' || model.kind === 'digest' || model.kind === 'notice' && (model.notice === 'packet-parked' || model.notice === 'role-granted' && model.role === 'official')
  || model.kind === 'invitation' && model.roles.includes('office');

describe('every mail', () => {
  test('greets, says why you, what if it is not you, and signs with the Sở, in HTML and text alike', () => {
    for (const model of all) {
      const mail = renderMail(model, context);
      const you = toOfficials(model) ? 'Ông/Bà' : 'Thầy/Cô';
      for (const part of [seen(mail.html), mail.text.replace(/\s+/g, ' ')]) {
        for (const wanted of [`Kính gửi ${you} Lò Thị Mai,`, `${you} nhận thư này vì`, 'Trân trọng, Sở Giáo dục và Đào tạo tỉnh Mô Phỏng', 'PIN']) {
          assert.ok(part.includes(wanted), `${model.kind}: "${wanted}" is missing in: ${part}`);
        }
        assert.ok(part.includes(`Nếu việc này không phải của ${you}`) || part.includes(`Nếu ${you} không`), part);
        assert.ok(!part.includes(you === 'Ông/Bà' ? 'Thầy/Cô' : 'Ông/Bà'), `one form of address in a mail: ${part}`);
      }
    }
  });
  test('has one button, and its address stands whole in the text part', () => {
    for (const model of all) {
      const { html, text } = renderMail(model, { ...context, link: LINK });
      assert.deepEqual([...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href), [LINK], model.kind);
      assert.deepEqual(text.match(/https?:\S+/g), [LINK], model.kind);
    }
  });
  test('names the school, and the class where there is one, in a subject of one line', () => {
    for (const model of ofSchools) {
      const { subject } = renderMail(model, context);
      assert.ok(subject.includes('Trường Tiểu học Hoa Mẫu 2'), subject);
      if (model.kind !== 'invitation') assert.match(subject, / lớp 1A/u);
      assert.ok(!/[\r\n]/.test(subject) && subject.length < 160, subject);
    }
  });
  test('says that data are simulated in the sandbox only', () => {
    for (const model of all) {
      const told = (sandbox: boolean): boolean[] => { const { html, text } = renderMail(model, { ...context, sandbox }); return [html, text].map((part) => part.includes('Dữ liệu mô phỏng')); };
      assert.deepEqual([told(true), told(false)], [[true, true], [false, false]]);
    }
  });
  test('loads nothing from elsewhere and carries no script', () => {
    for (const model of all) assert.doesNotMatch(renderMail(model, context).html, /<(script|img|link|iframe)|url\(|@import/i);
  });
});

describe('the digest', () => {
  test('says who is overdue, the counts and rates of the pages, and how many more schools there are', () => {
    const { subject, text } = renderMail(digest, context);
    assert.equal(subject, 'Học bạ số ngày 23/06/2026: 17 trường quá hạn, 12 học bạ bị Kho từ chối, 2 lớp chưa có người ký duyệt, 1 gói gửi Kho đang dừng – Phường Hoa Mẫu');
    assert.match(text, /Tỉ lệ ký duyệt: 60\.259 \/ 73\.172 = 82,35.%/u);
    assert.match(text, /Trường Tiểu học Hoa Mẫu 2; quá hạn: quá hạn 2 ngày; việc: rà soát và ký xác nhận, ký duyệt \(3\); điện thoại: 0200 000 000/u);
    assert.match(text, /và 16 trường khác/u);
    assert.match(text, /https:\/\/hocba\.example\/dia-ban\/1\n/u);
  });
  test('leaves out what is not the case', () => {
    const { subject, html } = renderMail({ ...digest, overdueSchools: 0, overdue: [], refused: 0, parkedPackets: 0, isProvince: true, areaName: common.departmentName }, context);
    assert.match(subject, /^Học bạ số ngày 23\/06\/2026: 2 lớp chưa có người ký duyệt – Sở/u);
    assert.doesNotMatch(html, /quá hạn|từ chối, /u);
  });
});

test('a warning about the Sở’s own certificate names no school', () => {
  const { subject, text } = renderMail({ ...notice({ notice: 'certificate-expiring', whose: 'packet', validTo: at('2026-06-30T17:00:00Z') }), schoolName: common.departmentName, classNames: [], cards: 0 }, context);
  assert.match(subject, /^Chứng thư số của Sở sắp hết hạn – Sở/u);
  assert.doesNotMatch(text, /- Trường:/u);
});

describe('a mail about work', () => {
  test('says count, deadline in local time and authority', () => {
    const { subject, text } = renderMail(task, { ...context, link: LINK });
    assert.equal(subject, 'Ký duyệt lớp 1A, 1B, 2A – Trường Tiểu học Hoa Mẫu 2 – hạn 20/06/2026');
    assert.match(text, /Mời Thầy\/Cô ký duyệt 1\.096 học bạ trước 17:00 20\/06\/2026\./u);
    assert.match(text, /Thẩm quyền ký: KT\. HIỆU TRƯỞNG \/ PHÓ HIỆU TRƯỞNG theo văn bản số 12\/QĐ-THHM ngày 04\/05\/2026\./u);
  });
  test('says in one whole phrase what is asked', () => {
    const asked = (taskKind: TaskMail['taskKind']): string => /Mời Thầy\/Cô (.+) trước/u.exec(renderMail({ ...task, taskKind, cards: 206 }, context).text)?.[1] ?? '';
    assert.deepEqual((['collect', 'review', 'approve', 'seal', 'correct'] as const).map(asked), [
      'nộp dữ liệu của 206 học sinh', 'rà soát và ký xác nhận 206 học bạ', 'ký duyệt 206 học bạ', 'ký số phát hành 206 học bạ', 'xử lí 206 học bạ bị Kho từ chối',
    ]);
  });
  test('never sends the clerk to the clerk', () => {
    for (const taskKind of ['collect', 'seal', 'correct'] as const) {
      for (const mail of [renderMail({ ...task, taskKind }, context), renderMail({ ...reminder, taskKind }, context)]) {
        assert.match(mail.text, /báo hiệu trưởng hoặc Sở/u);
        assert.doesNotMatch(mail.text, /báo văn thư/u);
      }
    }
    assert.match(renderMail({ ...task, taskKind: 'review' }, context).text, /báo văn thư trường hoặc Sở/u);
  });
  test('says under which exception one person reviews and approves', () => {
    const { text } = renderMail({ ...task, authority: { basis: 'head', instrumentNumber: null, instrumentDate: null, exceptionNumber: '7/SGDĐT' } }, context);
    assert.match(text, /Thẩm quyền ký: HIỆU TRƯỞNG\. Thầy\/Cô được ký duyệt cả lớp do mình rà soát theo văn bản của Sở số 7\/SGDĐT\./u);
  });
  test('says when work comes back', () => assert.match(renderMail({ ...task, again: true }, context).subject, /^Làm lại: Ký duyệt lớp/u));
  test('shortens many classes in the subject and lists them all in the body', () => {
    const classNames = Array.from({ length: 14 }, (_, index) => `1A${index + 1}`);
    const { subject, text } = renderMail({ ...task, classNames }, context);
    assert.match(subject, /lớp 1A1, 1A2, 1A3, 1A4 và 10 lớp khác/u);
    assert.ok(text.includes(classNames.join(', ')));
  });
  test('has no class to name when it is about a whole school', () => {
    assert.equal(renderMail({ ...task, taskKind: 'collect', classNames: [], authority: null }, context).subject, 'Nộp dữ liệu học bạ – Trường Tiểu học Hoa Mẫu 2 – hạn 20/06/2026');
  });
});

describe('a reminder', () => {
  test('says how long is left, seen from when it was decided', () => {
    assert.match(renderMail(reminder, context).subject, /^Nhắc việc \(còn 2 ngày\): Ký duyệt lớp/u);
    assert.match(renderMail({ ...reminder, remindedAt: at('2026-06-20T15:30:00Z') }, context).subject, /^Nhắc việc \(quá hạn 5 giờ\)/u);
  });
  test('says who pressed it', () => assert.match(renderMail({ ...reminder, requestedByUnit: 'Phường Hoa Mẫu' }, context).text, /Phường Hoa Mẫu gửi nhắc, lần nhắc thứ 2\./u));
});

describe('an escalation', () => {
  test('tells the office whose turn it is, since when, and how often they were reminded', () => {
    const { text, html } = renderMail(escalation, context);
    assert.match(text, /Rà soát và ký xác nhận; lớp: 1A; số học bạ: 30; hạn: 17:00 20\/06\/2026 \(quá hạn 2 ngày\); đang chờ: Sùng A Páo; đã nhắc: 3 lần/u);
    assert.ok(html.includes('Sùng A Páo') && html.includes('0200 000 000') && html.includes('href="https://hocba.example/dia-ban"'));
  });
  test('greets an office that has only a common address by its name', () => {
    assert.match(renderMail({ ...escalation, recipientName: 'Phường Hoa Mẫu' }, context).text, /Kính gửi Phường Hoa Mẫu,/u);
  });
  test('shows fifteen rows and says how many more there are', () => {
    const { text } = renderMail({ ...escalation, items: Array.from({ length: 18 }, () => escalation.items[0]!) }, context);
    assert.equal(text.match(/Sùng A Páo/g)?.length, 15);
    assert.match(text, /và 3 việc khác/u);
  });
});

describe('a name from a workbook', () => {
  test('can neither break a header nor become markup', () => {
    const { subject, html } = renderMail({ ...task, schoolName: 'Trường <b>A</b>\r\nBcc: all@example.org' }, context);
    assert.ok(!/[\r\n]/.test(subject));
    assert.ok(!html.includes('<b>A') && html.includes('&lt;b>A'));
  });
  test('and a path that leaves the hub is refused', () => {
    for (const linkPath of ['//evil.example', 'https://evil.example', '/\\evil.example', '']) assert.throws(() => renderMail({ ...escalation, linkPath }, context), RangeError, linkPath);
  });
});
