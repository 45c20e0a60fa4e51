import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import ExcelJS from 'exceljs';
import type { Knex } from 'knex';
import { pino } from 'pino';
import type { ActivityDeps } from '../../activities/deps.js';
import { writeReport } from '../../activities/report/write.js';
import { openDatabase, rows } from '../../db/connect.js';
import { REPORT_FAILURES } from '../../domain/reports.js';
import { reportsWorkflowId } from '../../domain/workflowIds.js';
import { UNALLOCATED_PROVINCE } from '../../sandbox/province/numbers.js';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { staffing } from '../support/staffing.js';
import { startWeb, type Visitor, type Web } from '../support/web.js';

const PATH = '/bao-cao/xuat-excel';
type Listed = { reports: { id: string; state: string; withNames: boolean }[]; units: { value: string; label: string }[]; decisionId: string };

describe('asking for workbooks on a page', () => {
  let web: Web;
  let seeded: Seeded;
  let who: ReturnType<typeof staffing>;
  let worker: Knex;
  let [coordinator, official, office, clerk] = [] as unknown as [Visitor, Visitor, Visitor, Visitor];
  const areaOf = (index: number): string => seeded.province.schools[index]!.officeCode;
  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner, { cardState: () => 'accepted' });
    who = staffing(seeded);
    worker = openDatabase(web.workerUrl, 2);
    coordinator = await web.as(who.department('coordinator'));
    official = await web.as(who.department('official'));
    office = await web.as(seeded.personOf(seeded.province.staff.find((one) => one.roles.some((role) => role.kind === 'office' && role.officeCode === areaOf(0)))!.code));
    clerk = await web.as(who.at('clerk', 0));
  });
  after(async () => { await worker.destroy(); await web.close(); });

  const ask = async (visitor: Visitor, unit: string, kind = 'cards', decisionId = randomUUID()): Promise<{ status: number; body: Record<string, unknown> }> =>
    visitor.tell(PATH, { decisionId, kind, campaignId: seeded.campaignId, unit });
  const asked = async (...input: Parameters<typeof ask>): Promise<string> => {
    const { status, body } = await ask(...input);
    assert.equal(status, 200, JSON.stringify(body));
    return body['reportId'] as string;
  };
  /** As the activity of the batch queue does it. */
  const written = async (id: string): Promise<string> => {
    const deps = { db: worker, settings: { DATABASE_URL: web.workerUrl, HUB_MODE: 'sandbox' }, log: pino({ level: 'silent' }) } as unknown as ActivityDeps;
    await writeReport(deps, id, new AbortController().signal);
    return id;
  };
  const textOf = async (response: Response): Promise<string> => {
    assert.equal(response.status, 200);
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load(await response.arrayBuffer());
    return JSON.stringify(workbook.worksheets.map((sheet) => sheet.getSheetValues()));
  };
  const pupilsOf = (index: number): Promise<{ full_name: string; personal_number: string | null }[]> => rows(web.owner, 'SELECT full_name, personal_number FROM expected_pupil WHERE school_code = :code', { code: who.school(index) });
  const clean = (): Promise<unknown> => web.owner.raw('DELETE FROM report_job');

  test('the form names what somebody may ask for: the Sở everything, an office its area, a clerk the school', async () => {
    const units = async (visitor: Visitor): Promise<string[]> => (await visitor.json<Listed>(PATH)).units.map(({ value }) => value);
    assert.deepEqual((await units(coordinator)).sort(), ['tinh', ...new Set([areaOf(0), areaOf(1)].map((code) => `xa:${code}`))].sort());
    assert.deepEqual(await units(official), await units(coordinator));
    assert.deepEqual(await units(office), [`xa:${areaOf(0)}`]);
    assert.deepEqual(await units(clerk), [`truong:${who.school(0)}`]);
    assert.equal((await (await web.as(who.teacherOf(0, who.classNames(0)[0]!))).get(PATH)).status, 403);
    assert.match(await clerk.page('/viec-cua-toi'), /href="\/bao-cao\/xuat-excel"/);
  });

  test('asked for with the browser\'s own form it waits, wakes the workflow once, is written and downloaded, and every step is in the audit', async () => {
    await clean();
    const before = web.told.length;
    const decisionId = randomUUID();
    for (let press = 0; press < 2; press += 1) {
      const answer = await coordinator.post(PATH, { decisionId, kind: 'cards', campaignId: seeded.campaignId, unit: 'tinh' });
      assert.deepEqual([answer.status, answer.headers.get('location')], [303, PATH]);
    }
    assert.deepEqual([...new Set(web.told.slice(before))], [`signal:${reportsWorkflowId(UNALLOCATED_PROVINCE)}`]);
    assert.match(await coordinator.page(PATH), /Đang chờ đến lượt[\s\S]*Hủy/);
    assert.equal((await coordinator.get(`${PATH}/${decisionId}/tep`)).status, 409, 'not before it is written');
    await written(decisionId);
    assert.match(await coordinator.page(PATH), /Đã xong[\s\S]*Tải được đến[\s\S]*Tải về/);
    const file = await coordinator.get(`${PATH}/${decisionId}/tep`);
    assert.match(file.headers.get('content-disposition')!, /filename="tung-hoc-ba-2025-2026\.xlsx"/);
    const length = Number(file.headers.get('content-length'));
    const text = await textOf(file);
    assert.ok(length > 0);
    for (const index of [0, 1]) for (const { full_name } of await pupilsOf(index)) assert.ok(text.includes(full_name), full_name);
    const trail = await rows<{ act: string; names: boolean }>(web.owner, `SELECT act, (detail ->> 'withNames')::boolean AS names FROM audit WHERE subject_id = :decisionId ORDER BY id`, { decisionId });
    assert.deepEqual(trail, [{ act: 'ask_report', names: true }, { act: 'download_report', names: true }]);
  });

  test('a file of many pieces leaves nothing waiting behind at the connection', async () => {
    await clean();
    const id = await written(await asked(coordinator, 'tinh'));
    const pieces = 14;
    await web.owner.raw('DELETE FROM report_chunk WHERE job_id = :id', { id });
    await web.owner.raw(`
      INSERT INTO report_chunk (job_id, attempt, position, bytes) SELECT :id::uuid, r.attempt, n, decode(repeat('78', 1048576), 'hex') FROM report_run r, generate_series(0, :last) AS n WHERE r.job_id = :id`, { id, last: pieces - 1 });
    await web.owner.raw('UPDATE report_run SET chunks = :pieces, bytes = :bytes WHERE job_id = :id', { id, pieces, bytes: pieces * 2 ** 20 });
    const warned: string[] = [];
    const note = (warning: Error): void => { warned.push(warning.name); };
    process.on('warning', note);
    try {
      const file = await coordinator.get(`${PATH}/${id}/tep`);
      assert.equal((await file.arrayBuffer()).byteLength, pieces * 2 ** 20);
    } finally {
      process.off('warning', note);
    }
    assert.deepEqual(warned, []);
  });

  test('while one is under way the table asks for itself, and shows rows written of rows expected', async () => {
    await clean();
    const id = await asked(coordinator, 'tinh');
    await worker.raw(`INSERT INTO report_run (job_id, state, attempt, rows_expected, rows_written) VALUES (:id, 'running', 1, 500000, 123456)`, { id });
    const part = await (await coordinator.get(PATH, { headers: { 'hx-request': 'true', 'accept': 'text/html' } })).text();
    assert.match(part, /^<div id="tep-da-yeu-cau" hx-get="\/bao-cao\/xuat-excel" hx-trigger="every 2s"/);
    assert.match(part, /123\.456 \/ 500\.000 dòng/);
  });

  test('an office gets its area and no names, an official no names either, a clerk the own school with names', async () => {
    await clean();
    const [mine, other] = [await pupilsOf(0), await pupilsOf(1)];
    const anyName = (text: string): boolean => [...mine, ...other].some(({ full_name, personal_number }) => text.includes(full_name) || (personal_number !== null && text.includes(personal_number)));
    for (const [visitor, unit] of [[office, `xa:${areaOf(0)}`], [official, 'tinh']] as const) for (const kind of ['cards', 'held']) {
      const text = await textOf(await visitor.get(`${PATH}/${await written(await asked(visitor, unit, kind))}/tep`));
      assert.ok(!anyName(text));
      assert.equal(text.includes(seeded.province.schools[1]!.name), unit === 'tinh' && kind === 'cards');
    }
    const text = await textOf(await clerk.get(`${PATH}/${await written(await asked(clerk, `truong:${who.school(0)}`))}/tep`));
    for (const { full_name } of mine) assert.ok(text.includes(full_name));
    assert.ok(!text.includes(seeded.province.schools[1]!.name));
  });

  test('nobody gets what lies outside the own part, whatever the form says', async () => {
    await clean();
    for (const [visitor, unit] of [[office, 'tinh'], [office, `xa:${areaOf(1)}`], [clerk, 'tinh'], [clerk, `xa:${areaOf(0)}`], [clerk, `truong:${who.school(1)}`], [coordinator, 'truong:khong-co'], [coordinator, 'xa:../..']] as const) {
      const { status, body } = await ask(visitor, unit);
      assert.deepEqual([status, body['code']], [403, 'other-area'], unit);
    }
    assert.equal((await ask(coordinator, 'ca-nuoc')).body['code'], 'bad-input');
    assert.equal((await rows(web.owner, 'SELECT 1 FROM report_job')).length, 0);
  });

  test('a file is for the one who asked, while the link lasts and the roles still reach it', async () => {
    await clean();
    const id = await written(await asked(clerk, `truong:${who.school(0)}`));
    for (const stranger of [coordinator, office]) {
      assert.equal((await stranger.get(`${PATH}/${id}/tep`)).status, 404);
      assert.equal((await stranger.tell(`${PATH}/${id}/lai`, { decisionId: randomUUID() })).status, 404);
      assert.equal((await stranger.tell(`${PATH}/${id}/huy`, {})).status, 404);
    }
    assert.match((await web.stranger.get(`${PATH}/${id}/tep`)).headers.get('location')!, /^\/dang-nhap/);
    await web.owner.raw(`UPDATE report_run SET expires_at = now() - interval '1 second' WHERE job_id = :id`, { id });
    const late = await clerk.get(`${PATH}/${id}/tep`);
    assert.equal(late.status, 410);
    assert.match(await late.text(), /đã hết hạn/);
    await web.owner.raw(`UPDATE report_run SET expires_at = now() + interval '1 hour' WHERE job_id = :id`, { id });
    await web.owner.raw(`UPDATE role_grant SET revoked_at = now() WHERE person_id = :person`, { person: who.at('clerk', 0) });
    try {
      assert.equal((await clerk.get(`${PATH}/${id}/tep`)).status, 403);
    } finally {
      await web.owner.raw(`UPDATE role_grant SET revoked_at = NULL WHERE person_id = :person`, { person: who.at('clerk', 0) });
    }
  });

  test('a failed one says why and is asked for again with one press; cancelled it stops', async () => {
    await clean();
    const id = await asked(coordinator, 'tinh');
    await worker.raw(`INSERT INTO report_run (job_id, state, attempt, failure, finished_at) VALUES (:id, 'failed', 5, 'interrupted', now())`, { id });
    const page = await coordinator.page(PATH);
    assert.ok(page.includes(REPORT_FAILURES.interrupted.split('"')[0]!));
    assert.match(page, />Thử lại</);
    const again = await coordinator.tell(`${PATH}/${id}/lai`, { decisionId: randomUUID() });
    assert.equal(again.body['outcome'], 'recorded');
    const second = again.body['reportId'] as string;
    assert.notEqual(second, id);
    assert.equal((await coordinator.tell(`${PATH}/${second}/huy`, {})).body['outcome'], 'done');
    assert.deepEqual((await coordinator.json<Listed>(PATH)).reports.map(({ state }) => state), ['cancelled', 'failed']);
    assert.equal((await coordinator.tell(`${PATH}/${second}/huy`, {})).status, 409);
  });

  test('more than a few at once wait for the earlier ones', async () => {
    await clean();
    for (let at = 0; at < 3; at += 1) await asked(official, 'tinh', 'progress');
    const { status, body } = await ask(official, 'tinh', 'progress');
    assert.deepEqual([status, body['code']], [409, 'too-many-reports']);
  });
});
