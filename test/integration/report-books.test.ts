import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type ExcelJS from 'exceljs';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { storeBook } from '../../activities/report/storeBook.js';
import { ReportDiffers, writeBook } from '../../activities/report/writeBook.js';
import { writeReport } from '../../activities/report/write.js';
import type { ActivityDeps } from '../../activities/deps.js';
import { openDatabase, row, rows } from '../../db/connect.js';
import { stageCounts } from '../../db/progress.js';
import { advanceReports } from '../../db/reports/advance.js';
import { askReport, cancelReport, reportById, type AskedReport } from '../../db/reports/intake.js';
import { takeRun } from '../../db/reports/run.js';
import { countPupils } from '../../db/views/pupilLists.js';
import { COUNT_DEFINITIONS } from '../../domain/rates.js';
import { LISTED_MEASURES, MOST_ATTEMPTS, MOST_KEPT, MOST_UNFINISHED } from '../../domain/reports.js';
import { reportsWorkflowId } from '../../domain/workflowIds.js';
import { ROSTER_LIMITS } from '../../formats/workbook/limits.js';
import { openWorkbook } from '../../formats/workbook/open.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { formulasOf, openBook, throughLibreOffice, withoutCachedValues } from '../support/libreOffice.js';
import { insertCampaign, pupils } from '../support/progressRows.js';
import { skipWithout } from '../support/tools.js';

const WORKFLOW = reportsWorkflowId('97');
const EVERYTHING = { officeCode: null, schoolCode: null } as const;
const FORMULA = '=HYPERLINK("http://evil.example")';

describe('workbooks made in the background', () => {
  let database: TestDatabase;
  let [owner, api, worker] = [] as unknown as [Knex, Knex, Knex];
  let campaignId: string;
  let me: string;
  before(async () => {
    database = await createTestDatabase();
    owner = openDatabase(database.url, 2);
    api = openDatabase(database.apiUrl, 3);
    worker = openDatabase(database.workerUrl, 3);
    campaignId = await insertCampaign(owner, [
      { name: 'Xã Đồng Lúa', schools: [
        { name: 'Trường Tiểu học Ô Môn', classes: [
          { name: '1A10', grade: 1, pupils: pupils(9, 'accepted') },
          { name: '1A2', grade: 1, pupils: [...pupils(3, 'accepted'), ...pupils(1, 'refused'), ...pupils(2, 'drafted', { status: 'held', reason: 'foreign_pupil' })] },
          { name: '2A', grade: 2, pupils: [...pupils(2, 'teacher_signed'), ...pupils(1, null), ...pupils(1, 'accepted', { status: 'excluded', reason: 'drop_out' })] },
        ] },
        { name: FORMULA, classes: [{ name: '1A', grade: 1, pupils: pupils(3, 'sealed') }] },
      ] },
      { name: 'Xã Dừa Xanh', schools: [
        { name: 'Trường Tiểu học Âu Cơ', exemptReason: 'Lộ trình', classes: [{ name: '1A', grade: 1, pupils: [...pupils(4, null), ...pupils(1, 'accepted')] }] },
        { name: 'Trường Tiểu học An Bình', classes: [{ name: '1A', grade: 1, pupils: [...pupils(1, 'sealed'), ...pupils(1, 'recalled'), ...pupils(1, 'principal_signed', { status: 'held', reason: 'no_personal_number' })] }] },
      ] },
    ]);
    me = randomUUID();
    await owner('person').insert({ id: me, full_name: 'Lê Thị Điều Phối', personal_number: '099099099099', email: 'dp@example.com' });
    await owner.raw(`UPDATE expected_pupil SET full_name = :name WHERE school_code = 'S1' AND pupil_code = 'S1-1A10-0'`, { name: '+cmd|calc' });
  });
  after(async () => { await Promise.all([owner.destroy(), api.destroy(), worker.destroy()]); await database.drop(); });

  type BookInput = { kind: 'cards' | 'held' | 'progress'; withNames?: boolean; rowsPerSheet?: number; officeCode?: string | null; schoolCode?: string | null };
  const book = async ({ rowsPerSheet, withNames = true, ...asked }: BookInput): Promise<{ bytes: Buffer; workbook: ExcelJS.Workbook; rows: number }> => {
    const parts: Buffer[] = [];
    const { rows: written } = await writeBook(worker, { ...EVERYTHING, campaignId, withNames, by: 'Lê Thị Điều Phối', ...asked }, (part) => { parts.push(part); return Promise.resolve(); },
      { sandbox: true, onRows: () => Promise.resolve(), ...(rowsPerSheet === undefined ? {} : { rowsPerSheet }) });
    const bytes = Buffer.concat(parts);
    return { bytes, workbook: await openBook(bytes), rows: written };
  };
  const listsOf = (workbook: ExcelJS.Workbook): ExcelJS.Worksheet[] => workbook.worksheets.slice(1);
  /** Rows of all lists as objects by column head. */
  const linesOf = (workbook: ExcelJS.Workbook): Record<string, ExcelJS.CellValue>[] => listsOf(workbook).flatMap((sheet) => {
    const heads = (sheet.getRow(2).values as string[]).slice(1);
    return Array.from({ length: sheet.rowCount - 2 }, (_, index) => Object.fromEntries(heads.map((head, column) => [head, sheet.getCell(index + 3, column + 1).value])));
  });
  const summaryOf = (workbook: ExcelJS.Workbook): Map<string, ExcelJS.Row> => {
    const found = new Map<string, ExcelJS.Row>();
    workbook.worksheets[0]!.eachRow((line) => { found.set(line.getCell(1).text, line); });
    return found;
  };

  test('one row a pupil: every column adds up to the tile and is as long as the list behind it, in each scope', async () => {
    for (const scope of [{}, { officeCode: 'O1' }, { schoolCode: 'S3' }]) {
      const counts = await stageCounts(api, { campaignId, ...scope });
      const { workbook, rows: written } = await book({ kind: 'cards', ...scope });
      const lines = linesOf(workbook);
      assert.equal(lines.length, counts.expected + counts.excluded);
      assert.equal(written, lines.length);
      const summary = summaryOf(workbook);
      for (const measure of LISTED_MEASURES) {
        const { name } = COUNT_DEFINITIONS[measure];
        assert.equal(lines.filter((line) => line[name] === 1).length, counts[measure], name);
        assert.equal(await countPupils(api, { campaignId, measure, position: null, reason: null, step: null, classId: null, officeCode: null, schoolCode: null, ...scope }), counts[measure], name);
        assert.deepEqual([summary.get(name)!.getCell(2).result, summary.get(name)!.getCell(3).value], [counts[measure], counts[measure]], name);
      }
    }
  });

  test('pupils who are held, exempt or gone stand in it with their reason, and open ones with the step they wait at', async () => {
    const lines = linesOf((await book({ kind: 'cards' })).workbook);
    const reasons = (place: string): ExcelJS.CellValue[] => [...new Set(lines.filter((line) => line['Học bạ đang ở'] === place).map((line) => line['Lí do']!))];
    assert.deepEqual(reasons('Chưa đủ điều kiện phát hành').sort(), ['Học sinh chưa có số định danh cá nhân', 'Học sinh mang quốc tịch nước ngoài']);
    assert.deepEqual(reasons('Được miễn'), ['Cả trường được miễn trong đợt này']);
    assert.deepEqual(reasons('Biến động'), ['Thôi học']);
    for (const line of lines) assert.equal(line['Bước đang chờ'] !== null, line['Chưa xong'] === 1, JSON.stringify(line));
  });

  test('lines stand in the order of the pages, areas, schools and classes by Vietnamese names, numbered through', async () => {
    const lines = linesOf((await book({ kind: 'cards', rowsPerSheet: 12 })).workbook);
    assert.deepEqual(lines.map((line) => line['TT']), lines.map((_, index) => index + 1));
    assert.deepEqual([...new Set(lines.map((line) => line['Địa bàn']))], ['Xã Dừa Xanh', 'Xã Đồng Lúa']);
    assert.deepEqual([...new Set(lines.filter((line) => line['Mã trường'] === 'S1').map((line) => line['Lớp']))], ['1A2', '1A10', '2A']);
  });

  test('a list longer than a sheet goes on in the next one, and the sums go over all of them', async () => {
    const whole = await book({ kind: 'cards' });
    for (const rowsPerSheet of [3, 12, whole.rows + 1, whole.rows + 2]) {
      const { workbook } = await book({ kind: 'cards', rowsPerSheet });
      assert.equal(listsOf(workbook).length, Math.ceil(whole.rows / (rowsPerSheet - 2)));
      for (const sheet of listsOf(workbook)) assert.ok(sheet.rowCount <= rowsPerSheet);
      assert.deepEqual(linesOf(workbook), linesOf(whole.workbook));
    }
  });

  test('LibreOffice computes every formula to the value in the file, split or not, and of an empty list too', { skip: skipWithout('soffice') }, async () => {
    for (const input of [{ kind: 'cards', rowsPerSheet: 12 }, { kind: 'held' }, { kind: 'held', schoolCode: 'S2' }] as const) {
      const { bytes, workbook } = await book(input);
      const computed = new Map(formulasOf(await openBook(await throughLibreOffice(await withoutCachedValues(bytes)))).map((cell) => [cell.place, cell.result]));
      const cached = formulasOf(workbook);
      assert.ok(cached.length >= 3);
      for (const cell of cached) assert.equal(computed.get(cell.place) ?? 0, cell.result, `${cell.place} ${cell.formula}`);
    }
  });

  test('what reads like a workbook\'s own escape is the text that was given, and not the formula it stands for', async () => {
    const given = '_x003D_HYPERLINK("http://evil.example")';
    await owner.raw(`UPDATE expected_pupil SET full_name = :given WHERE school_code = 'S1' AND pupil_code = 'S1-1A10-1'`, { given });
    // Our own reader takes such escapes for what they stand for, as Excel does; exceljs does not in texts that stand in their cells.
    const opened = await openWorkbook((await book({ kind: 'cards' })).bytes, ROSTER_LIMITS);
    assert.ok(opened.ok);
    const texts = opened.workbook.sheets.flatMap((sheet) => sheet.rows.flatMap(({ cells }) => cells.flatMap((cell) => (cell?.kind === 'text' ? [cell.text] : []))));
    assert.deepEqual(texts.filter((text) => text.includes('HYPERLINK') && !text.startsWith("'")), [given]);
  });

  test('the list of the held sums by reason what it lists', async () => {
    const { workbook, rows: written } = await book({ kind: 'held' });
    const lines = linesOf(workbook);
    assert.equal(written, 2 + 1 + 4);
    const summary = summaryOf(workbook);
    for (const [reason, count] of [['Học sinh mang quốc tịch nước ngoài', 2], ['Học sinh chưa có số định danh cá nhân', 1], ['Cả trường được miễn trong đợt này', 4]] as const) {
      assert.equal(lines.filter((line) => line['Lí do'] === reason).length, count);
      assert.equal(summary.get(reason)!.getCell(2).result, count);
    }
  });

  test('text that looks like a formula stays text', async () => {
    const { workbook } = await book({ kind: 'cards' });
    const texts = linesOf(workbook).flatMap((line) => [line['Trường'], line['Họ và tên']]);
    assert.ok(texts.includes(`'${FORMULA}`));
    assert.ok(texts.includes(`'+cmd|calc`));
    assert.ok(formulasOf(workbook).every(({ place }) => place.startsWith('Tổng hợp!')));
  });

  test('it says of what moment, by whom, and what each number means; without the right to names it has none', async () => {
    const { workbook, bytes } = await book({ kind: 'cards', withNames: false });
    const said = [...summaryOf(workbook).keys()].join('\n');
    assert.match(said, /Số liệu tính đến \d\d:\d\d/);
    assert.match(said, /Người yêu cầu: Lê Thị Điều Phối/);
    assert.equal(summaryOf(workbook).get(COUNT_DEFINITIONS.signed.name)!.getCell(4).value, COUNT_DEFINITIONS.signed.sentence);
    const heads = (listsOf(workbook)[0]!.getRow(2).values as string[]).slice(1);
    for (const head of ['Mã học sinh', 'Họ và tên', 'Ngày sinh', 'Số định danh', 'Mã tra cứu', 'Ghi chú']) assert.ok(!heads.includes(head), head);
    const people = await rows<{ full_name: string }>(owner, 'SELECT DISTINCT full_name FROM expected_pupil');
    const all = JSON.stringify(linesOf(await openBook(bytes)));
    for (const { full_name } of people) assert.ok(!all.includes(full_name), full_name);
  });

  test('when the counters are wrong no file leaves', async () => {
    await owner.raw(`UPDATE class_count SET cards = cards + 1 WHERE class_id = (SELECT id FROM class WHERE school_code = 'S2') AND card_state = 'sealed'`);
    try {
      await assert.rejects(book({ kind: 'cards' }), ReportDiffers);
      const id = await asked();
      await writeReport(deps(), id, new AbortController().signal);
      assert.deepEqual(await standing(id), { state: 'failed', failure: 'differs', chunks: 0 });
    } finally {
      await owner.raw(`UPDATE class_count SET cards = cards - 1 WHERE class_id = (SELECT id FROM class WHERE school_code = 'S2') AND card_state = 'sealed'`);
    }
  });

  // The job around a book.
  const job = (more: Partial<AskedReport> = {}): AskedReport => ({ id: randomUUID(), kind: 'cards', campaignId, ...EVERYTHING, withNames: true, askedBy: me, ...more });
  const asked = async (more: Partial<AskedReport> = {}): Promise<string> => {
    const one = job(more);
    assert.equal(await askReport(api, one, WORKFLOW), 'asked');
    return one.id;
  };
  const deps = (): Pick<ActivityDeps, 'db' | 'settings' | 'log'> => ({ db: worker, settings: { DATABASE_URL: database.workerUrl, HUB_MODE: 'sandbox' } as ActivityDeps['settings'], log: pino({ level: 'silent' }) });
  const standing = async (id: string, askedBy = me): Promise<{ state: string; failure: string | null; chunks: number }> => {
    const { state, failure } = (await reportById(api, { id, askedBy }))!;
    return { state, failure, chunks: (await rows(owner, 'SELECT 1 FROM report_chunk WHERE job_id = :id', { id })).length };
  };
  const plan = async (): Promise<string[]> => (await advanceReports(worker, WORKFLOW)).work.map(({ id }) => id);
  const ended = (): Promise<unknown> => owner.raw('DELETE FROM report_job');

  test('asked for it waits its turn, written it is a file in pieces, and written again it is the same file', async () => {
    await ended();
    const [first, second] = [await asked(), await asked({ kind: 'progress', withNames: false })];
    assert.deepEqual(await plan(), [first]);
    await writeReport(deps(), first, new AbortController().signal);
    const seen = (await reportById(api, { id: first, askedBy: me }))!;
    assert.deepEqual([seen.state, seen.rowsWritten, seen.rowsExpected], ['done', 30, 30]);
    const stored = await row<{ bytes: Buffer }>(api, `SELECT string_agg(bytes, '' ORDER BY position) AS bytes FROM report_chunk WHERE job_id = :first`, { first });
    assert.equal(stored!.bytes.length, seen.bytes);
    assert.equal(linesOf(await openBook(stored!.bytes)).length, 30);
    await writeReport(deps(), first, new AbortController().signal);
    assert.equal((await reportById(api, { id: first, askedBy: me }))!.attempt, seen.attempt, 'an activity taken twice writes once');
    assert.deepEqual(await plan(), [second]);
    await writeReport(deps(), second, new AbortController().signal);
    assert.deepEqual(await plan(), []);
  });

  test('an attempt that died half way is taken over and leaves nothing behind; the dead one can write no more', async () => {
    await ended();
    const id = await asked();
    const dead = (await takeRun(worker, id))!;
    await owner.raw(`INSERT INTO report_chunk (job_id, attempt, position, bytes) VALUES (:id, 1, 0, 'half')`, { id });
    assert.deepEqual(await plan(), [id]);
    await writeReport(deps(), id, new AbortController().signal);
    assert.deepEqual(await rows(owner, 'SELECT DISTINCT attempt FROM report_chunk WHERE job_id = :id', { id }), [{ attempt: 2 }]);
    await assert.rejects(storeBook(worker, dead, { sandbox: true }), { name: 'Fenced' });
    assert.equal((await standing(id)).state, 'done');
  });

  test('after so many dead attempts it is given up, and says so', async () => {
    await ended();
    const id = await asked();
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) assert.ok(await takeRun(worker, id));
    await writeReport(deps(), id, new AbortController().signal);
    assert.deepEqual(await standing(id), { state: 'failed', failure: 'interrupted', chunks: 0 });
    assert.deepEqual(await plan(), []);
  });

  test('a worker that stops leaves it to the next attempt', async () => {
    await ended();
    const id = await asked();
    const stopping = new AbortController();
    stopping.abort(new Error('stopping'));
    await assert.rejects(writeReport(deps(), id, stopping.signal), /stopping/);
    assert.equal((await standing(id)).state, 'running');
    assert.deepEqual(await plan(), [id]);
  });

  test('cancelled, it stops where it is, or never begins; a finished one is not cancelled', async () => {
    await ended();
    const [running, waiting] = [await asked(), await asked()];
    const run = (await takeRun(worker, running))!;
    const seen = async (id: string) => (await reportById(api, { id, askedBy: me }))!;
    assert.equal(await cancelReport(api, await seen(running), WORKFLOW), true);
    assert.equal(await cancelReport(api, await seen(waiting), WORKFLOW), true);
    await assert.rejects(storeBook(worker, run, { sandbox: true }), { name: 'Fenced' });
    assert.deepEqual(await plan(), [running]);
    await writeReport(deps(), running, new AbortController().signal);
    for (const id of [running, waiting]) assert.deepEqual(await standing(id), { state: 'cancelled', failure: null, chunks: 0 });
    assert.deepEqual(await plan(), []);
    const done = await asked();
    await writeReport(deps(), done, new AbortController().signal);
    assert.equal(await cancelReport(api, await seen(done), WORKFLOW), false);
    assert.equal((await standing(done)).state, 'done');
  });

  test('when its link has run out the file is deleted, and the workflow sleeps until then', async () => {
    await ended();
    const id = await asked();
    await writeReport(deps(), id, new AbortController().signal);
    const { expiresAt } = (await reportById(api, { id, askedBy: me }))!;
    const sleeping = await advanceReports(worker, WORKFLOW);
    assert.deepEqual([sleeping.closed, sleeping.nextWakeAt], [false, expiresAt!.toISOString()]);
    await owner.raw(`UPDATE report_run SET expires_at = now() - interval '1 second' WHERE job_id = :id`, { id });
    const over = await advanceReports(worker, WORKFLOW);
    assert.deepEqual([over.closed, over.nextWakeAt], [true, null]);
    assert.deepEqual(await standing(id), { state: 'expired', failure: null, chunks: 0 });
  });

  test('of one person the newest few files are kept, however many were asked for; another\'s stay', async () => {
    await ended();
    const other = randomUUID();
    await owner('person').insert({ id: other, full_name: 'Trần Văn Khác', personal_number: '099099099098', email: 'khac@example.com' });
    const done = async (askedBy: string, minutes: number): Promise<string> => {
      const id = randomUUID();
      await owner.raw(`INSERT INTO report_job (id, kind, campaign_id, with_names, asked_by) VALUES (:id, 'cards', :campaignId, false, :askedBy)`, { id, campaignId, askedBy });
      await owner.raw(`
        INSERT INTO report_run (job_id, state, attempt, rows_expected, rows_written, as_of, finished_at, expires_at, bytes, chunks)
        VALUES (:id, 'done', 1, 0, 0, now(), now() - make_interval(mins => :minutes), now() + interval '1 hour', 1, 1)`, { id, minutes });
      await owner.raw(`INSERT INTO report_chunk (job_id, attempt, position, bytes) VALUES (:id, 1, 0, 'x')`, { id });
      return id;
    };
    const mine: string[] = [];
    for (let minutes = 0; minutes < MOST_KEPT + 2; minutes += 1) mine.push(await done(me, minutes));
    const another = await done(other, 500);
    await advanceReports(worker, WORKFLOW);
    for (const [index, id] of mine.entries()) {
      assert.deepEqual(await standing(id), index < MOST_KEPT ? { state: 'done', failure: null, chunks: 1 } : { state: 'expired', failure: null, chunks: 0 }, `${index}`);
    }
    assert.deepEqual(await standing(another, other), { state: 'done', failure: null, chunks: 1 });
  });

  test('one form asks once, one person for a few at a time, and each is in the audit', async () => {
    await ended();
    const one = job();
    assert.equal(await askReport(api, one, WORKFLOW), 'asked');
    assert.equal(await askReport(api, one, WORKFLOW), 'asked');
    assert.equal(await askReport(api, { ...one, kind: 'held' }, WORKFLOW), 'taken');
    assert.equal((await rows(owner, 'SELECT 1 FROM report_job')).length, 1);
    for (let more = 1; more < MOST_UNFINISHED; more += 1) await asked();
    assert.equal(await askReport(api, job(), WORKFLOW), 'too-many');
    const trail = await rows(owner, `SELECT act, actor_id AS actor, detail ->> 'report' AS report FROM audit WHERE subject_kind = 'report' AND subject_id = :id`, { id: one.id });
    assert.deepEqual(trail, [{ act: 'ask_report', actor: me, report: 'cards' }]);
  });
});
