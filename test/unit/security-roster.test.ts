import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { annotateRoster } from '../../formats/roster/annotate.js';
import { readRosterJson } from '../../formats/roster/json.js';
import { readRoster } from '../../formats/roster/read.js';
import { allFaults, type RosterReading } from '../../formats/roster/reading.js';
import { sampleRoster } from '../../formats/roster/sample.js';
import { RefusedWorkbook } from '../../formats/workbook/refusal.js';
import { YEAR } from '../support/rosterWorkbook.js';
import { rawWorkbook } from '../support/rosterZip.js';

/** Enough known columns to be a roster; the pupil's code stands in the first. */
const HEAD = ['Mã học sinh', 'Họ và tên', 'Giới tính', 'Ngày sinh', 'Dân tộc', 'Quốc tịch'];
const inline = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
const table = (head: readonly string[], rows: readonly string[]): string => `<sheetData><row>${head.map(inline).join('')}</row>${rows.join('')}</sheetData>`;
const sheet = (...rows: readonly string[]): string => table(HEAD, rows);
const repeated = (count: number, row: (at: number) => string): string[] => Array.from({ length: count }, (_, at) => row(at));

const codeOf = (reading: RosterReading): string => (reading.ok ? `read with ${allFaults(reading).length} faults` : reading.refusal.code);
const check = async (sheets: Record<string, string>): Promise<string> => codeOf(await readRoster(rawWorkbook(sheets), { schoolYear: YEAR }));

describe('a small file cannot keep a worker busy or fill its memory', () => {
  test('by rows spread over many sheets', async () => {
    const rows = repeated(11_000, (at) => `<row>${inline(`HS${at}`)}</row>`);
    assert.equal(await check({ '1A': sheet(...rows), '1B': sheet(...rows), '1C': sheet(...rows) }), 'too-many-rows');
  });

  test('by faults in every cell', async () => {
    assert.equal(await check({ '1A': sheet(...repeated(15_000, (at) => `<row>${inline(`HS${at}`)}${inline('?').repeat(5)}</row>`)) }), 'too-many-faults');
  });

  test('by one pupil who stands in thousands of rows', async () => {
    const reading = await readRoster(rawWorkbook({ '1A': sheet(...repeated(500, () => `<row>${inline('HS1')}</row>`)) }), { schoolYear: YEAR });
    assert.ok(reading.ok);
    const longest = Math.max(...allFaults(reading).map((fault) => fault.message.length));
    assert.ok(longest < 1_000, `a sentence of ${longest} letters`);
  });

  test('by thousands of classes', async () => {
    assert.equal(await check({ Tong: table([...HEAD, 'Lớp'], repeated(3_000, (at) => `<row>${inline(`HS${at}`)}${inline('A').repeat(5)}${inline(`1A${at}`)}</row>`)) }), 'too-many-classes');
  });

  test('by one long text that thousands of cells share', async () => {
    const long = 'dài '.repeat(7_000);
    const rows = repeated(3_000, () => `<row>${'<c t="s"><v>0</v></c>'.repeat(6)}</row>`);
    const relation = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
    const bytes = rawWorkbook({ '1A': sheet(...rows) }, {
      extra: [{ name: 'xl/sharedStrings.xml', data: `<sst><si><t>${long}</t></si></sst>` }],
      moreRelations: `<Relationship Id="rStrings" Type="${relation}/sharedStrings" Target="sharedStrings.xml"/>`,
    });
    assert.equal(codeOf(await readRoster(bytes, { schoolYear: YEAR })), 'too-much-text');
  });

  test('by an entry nobody reads whose size the directory lies about', async () => {
    const lie = { name: 'xl/media/image1.png', data: Buffer.alloc(4 * 2 ** 20), declaredSize: 100 };
    const bytes = rawWorkbook({ '1A': sheet(`<row>${inline('HS1')}</row>`) }, { extra: [lie] });
    const reading = await readRoster(bytes, { schoolYear: YEAR });
    assert.equal(codeOf(reading), 'damaged');
    await assert.rejects(annotateRoster(bytes, []), RefusedWorkbook);
  });

  test('as JSON, by empty pupils, endless histories or classes without end', () => {
    const read = (value: unknown): string => codeOf(readRosterJson(value, { schoolYear: YEAR }));
    const pupils = (count: number): unknown[] => Array.from({ length: count }, () => ({}));
    assert.equal(read({ classes: Array.from({ length: 40 }, (_, at) => ({ name: `1A${at}`, grade: 1, pupils: pupils(2_000) })) }), 'too-many-faults');
    assert.equal(read({ classes: pupils(100_000) }), 'json-shape');
    const one = structuredClone(sampleRoster({ pupils: 5, seed: 1, schoolYear: YEAR }).classes[0]?.records?.[0]) as unknown as Record<string, unknown>;
    const reading = readRosterJson({ classes: [{ name: '1A', grade: 1, pupils: [{ ...one, history: pupils(100_000), subjects: pupils(100_000) }] }] }, { schoolYear: YEAR });
    assert.ok(reading.ok && allFaults(reading).length < 20, codeOf(reading));
  });
});

describe('an annotated workbook comes back whatever the sheets are called', () => {
  for (const [name, sheets] of Object.entries({
    'twice the same': ['1A/B', '1A-B'], 'a word Excel keeps to itself': ['History', '1A'], 'longer than Excel lets': ['1A'.padEnd(40, 'x'), '1A'.padEnd(41, 'x')],
    'as our own list, in capitals': ['LỖI CẦN SỬA', '1A'], 'nothing at all': ['', '1A'],
  })) {
    test(name, async () => {
      // Merges beyond what exceljs can carry: the values are copied into a workbook of our own.
      const merged = `${sheet(`<row>${inline('HS1')}</row>`)}<mergeCells><mergeCell ref="A9:Z20000"/></mergeCells>`;
      const bytes = rawWorkbook(Object.fromEntries(sheets.map((one) => [one, merged])));
      const reading = await readRoster(bytes, { schoolYear: YEAR });
      assert.ok(reading.ok);
      assert.ok((await annotateRoster(bytes, allFaults(reading))).length > 1_000);
    });
  }
});

describe('what PostgreSQL and XML cannot hold never gets into a record', () => {
  const hidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uD800-\uDFFF]/;
  const everyText = (reading: RosterReading): string => JSON.stringify(reading, (_key, value: unknown) => (typeof value === 'string' && hidden.test(value) ? 'HIDDEN' : value));

  test('from a workbook, where Excel writes it as _x0000_', async () => {
    const reading = await readRoster(rawWorkbook({ '1A': sheet(`<row>${inline('HS1_x0000_')}${inline('An_x0001__xD800_')}${inline('Nam_x0000_')}</row>`) }), { schoolYear: YEAR });
    assert.doesNotMatch(everyText(reading), /HIDDEN/);
  });

  test('from JSON', () => {
    const template = sampleRoster({ pupils: 5, seed: 1, schoolYear: YEAR });
    const one = template.classes[0];
    const record = structuredClone(one?.records?.[0]) as { remarks: { teacher: string } };
    record.remarks.teacher = 'Ngoan\u0000 \uD800';
    const pupils = [record, { 'khóa\u0000': 1, 'identity': { pupilCode: 'A\u0000\uDC00' } }];
    const reading = readRosterJson({ schoolCode: 'x\u0000', classes: [{ name: one?.name, grade: one?.grade, pupils }] }, { schoolYear: YEAR, schoolCode: 'y' });
    assert.doesNotMatch(everyText(reading), /HIDDEN/);
  });
});
