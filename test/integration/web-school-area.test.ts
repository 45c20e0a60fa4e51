import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import ExcelJS from 'exceljs';
import { rows } from '../../db/connect.js';
import { formatRate } from '../../dashboards/format.js';
import type { ProgressReport } from '../../domain/progress.js';
import type { ChaseSheet } from '../../domain/sheets/office.js';
import { giveCertificates, nameApprovers, openTasks } from '../support/schoolWork.js';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { staffing } from '../support/staffing.js';
import { startWeb, type Visitor, type Web } from '../support/web.js';

type ChaseJson = { sheet: ChaseSheet; actions: { remind: Record<string, string> } };
type ReportJson = { report: ProgressReport };

describe('chasing an area and reporting', () => {
  let web: Web;
  let seeded: Seeded;
  let who: ReturnType<typeof staffing>;
  let office: Visitor;
  let official: Visitor;
  const areaOf = (index: number): string => seeded.province.schools[index]!.officeCode;
  const officeStaff = (officeCode: string): string =>
    seeded.personOf(seeded.province.staff.find((one) => one.roles.some((role) => role.kind === 'office' && role.officeCode === officeCode))!.code);

  before(async () => {
    web = await startWeb();
    // School 0 is late with review and approval; school 1 is on time.
    seeded = await seedProvince(web.owner, { cardState: (one, school) => (school === 1 ? 'accepted' : one.grade === 1 ? 'drafted' : 'teacher_signed'), dueHours: [-80, -49, -2, 40] });
    who = staffing(seeded);
    await giveCertificates(web.owner);
    await nameApprovers(web.owner, seeded);
    await openTasks(web.owner, seeded);
    office = await web.as(officeStaff(areaOf(0)));
    official = await web.as(who.department('official'));
    web.startWorker();
  });
  after(() => web.close());

  test('an office with one area lands on it and reads who is late, by how much, whom to call', async () => {
    const landing = await office.get('/dia-ban');
    assert.equal(landing.headers.get('location'), `/dia-ban/${areaOf(0)}`);
    const { sheet } = await office.json<ChaseJson>(`/dia-ban/${areaOf(0)}`);
    const school = sheet.schools[0]!;
    assert.equal(school.schoolCode, who.school(0));
    assert.ok(school.overdueSince !== null);
    const teacher = seeded.province.staff.find((one) => one.code === seeded.province.schools[0]!.classes[0]!.homeroomTeacher)!;
    const page = await office.page(`/dia-ban/${areaOf(0)}`);
    assert.ok(page.includes(teacher.fullName) && page.includes(teacher.phone));
    assert.match(page, /GVCN rà soát<\/strong> – <span class="due-late">quá hạn 2.ngày 1.giờ/);
    assert.match(page, /chưa nhắc/);
    assert.match(page, new RegExp(`lớp ${seeded.province.schools[0]!.classes[0]!.name}`));
  });

  test('"Gửi nhắc" mails the people whose turn it is and shows when', async () => {
    const { actions } = await office.json<ChaseJson>(`/dia-ban/${areaOf(0)}`);
    const answer = await office.tell(`/dia-ban/truong/${who.school(0)}/nhac`, { decisionId: actions.remind[who.school(0)] });
    assert.equal(answer.body['outcome'], 'done');
    assert.ok((await rows(web.owner, `SELECT 1 FROM mail_outbox WHERE kind = 'reminder'`)).length > 0);
    assert.doesNotMatch(await office.page(`/dia-ban/${areaOf(0)}`), /Nhắc gần nhất: chưa nhắc/);
  });

  test('"Gửi nhắc" pressed again within ten minutes mails nobody twice, and the page says when the last one went', async () => {
    const mails = async (): Promise<number> => (await rows(web.owner, `SELECT 1 FROM mail_outbox WHERE kind = 'reminder' AND school_code = :code`, { code: who.school(0) })).length;
    const press = async (): Promise<unknown> => (await office.tell(`/dia-ban/truong/${who.school(0)}/nhac`, { decisionId: randomUUID() })).body['outcome'];
    const before = await mails();
    assert.ok(before > 0);
    assert.deepEqual([await press(), await press()], ['done', 'done']);
    assert.equal(await mails(), before);
    assert.match(await office.page(`/dia-ban/${areaOf(0)}`), /<button[^>]*disabled[^>]*>Gửi nhắc<\/button><p[^>]*>Đã gửi nhắc lúc \d\d:\d\d.+Sau 10 phút gửi nhắc lại được/);
    // Eleven minutes pass: only the owner of the table can make them, since the audit is insert-only.
    await web.owner.raw(`ALTER TABLE audit DISABLE TRIGGER USER`);
    await web.owner('audit').where({ act: 'remind_school' }).update({ at: web.owner.raw(`at - interval '11 minutes'`) });
    await web.owner.raw(`ALTER TABLE audit ENABLE TRIGGER USER`);
    await web.owner('task').where({ school_code: who.school(0) }).update({ opened_at: web.owner.raw(`opened_at - interval '1 hour'`) });
    assert.equal(await press(), 'done');
    assert.equal(await mails(), 2 * before, 'after ten minutes it mails again');
  });

  test('"Gửi nhắc" to a school where nobody has a task yet is refused in words, instead of reminding nobody', async () => {
    assert.equal((await rows(web.owner, `SELECT 1 FROM task WHERE school_code = :code AND kind = 'seal' AND state = 'open'`, { code: who.school(0) })).length, 0);
    const answer = await office.tell(`/dia-ban/truong/${who.school(0)}/nhac`, { decisionId: randomUUID(), stage: 'seal' });
    assert.deepEqual([answer.status, answer.body['code']], [409, 'nothing-to-remind']);
  });

  test('another area is out of reach, to read, to remind and to report; a teacher has no area at all', async () => {
    const other = areaOf(1);
    assert.notEqual(other, areaOf(0));
    assert.equal((await office.get(`/dia-ban/${other}`)).status, 403);
    assert.equal((await office.tell(`/dia-ban/truong/${who.school(1)}/nhac`, { decisionId: randomUUID() })).body['code'], 'other-area');
    assert.equal((await office.get(`/bao-cao?dia-ban=${other}`)).status, 403);
    assert.equal((await office.get(`/bao-cao/tien-do.xlsx?dia-ban=${other}`)).status, 403);
    const teacher = await web.as(who.teacherOf(0, who.classNames(0)[0]!));
    for (const address of [`/dia-ban/${areaOf(0)}`, '/dia-ban', '/bao-cao', '/bao-cao/tien-do.xlsx']) assert.equal((await teacher.get(address)).status, 403, address);
    assert.equal((await official.get(`/dia-ban/${areaOf(0)}`)).status, 403);
  });

  test('the official reads the province\'s rates with their two numbers, as of a moment, with definitions', async () => {
    const { report } = await official.json<ReportJson>('/bao-cao');
    const { counts } = report.tree;
    const page = await official.page('/bao-cao');
    assert.ok(page.includes(formatRate(counts.signed, counts.expected)));
    assert.ok(page.includes(formatRate(counts.accepted, counts.signed)));
    assert.match(page, /số liệu tính đến/);
    assert.match(page, /Đã ký duyệt \/ Phải có/);
    assert.equal(report.tree.offices.length, 2);
  });

  test('an office reads its own area only, and its workbook holds nothing of another', async () => {
    const { report } = await office.json<ReportJson>('/bao-cao');
    assert.deepEqual(report.tree.offices.map((one) => one.officeCode), [areaOf(0)]);
    const response = await office.get('/bao-cao/tien-do.xlsx');
    assert.equal(response.status, 200);
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load(await response.arrayBuffer());
    const text = JSON.stringify(workbook.worksheets.map((sheet) => sheet.getSheetValues()));
    assert.ok(text.includes(seeded.province.schools[0]!.name));
    assert.ok(!text.includes(seeded.province.schools[1]!.name));
  });

  test('every download is audited with who, which part and the moment of the numbers', async () => {
    assert.equal((await official.get('/bao-cao/tien-do.xlsx')).status, 200);
    const audited = await rows<{ actor_id: string; detail: { officeCode: string | null; asOf: string } }>(web.owner, `SELECT actor_id, detail FROM audit WHERE act = 'download_report' ORDER BY id`);
    assert.deepEqual(audited.map((one) => one.detail.officeCode), [areaOf(0), null]);
    assert.equal(audited[1]!.actor_id, who.department('official'));
    assert.ok(Date.parse(audited[1]!.detail.asOf) > Date.now() - 60_000);
  });
});
