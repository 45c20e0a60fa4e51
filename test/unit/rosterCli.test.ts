import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, mock, test } from 'node:test';
import type ExcelJS from 'exceljs';
import { main, type CheckSummary } from '../../formats/roster/cli.js';
import { cellOf, changedSample, sample } from '../support/rosterWorkbook.js';

let folder = '';
before(async () => { folder = await mkdtemp(join(tmpdir(), 'roster-cli-')); });
after(async () => { await rm(folder, { recursive: true }); });

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  const out = mock.method(process.stdout, 'write', (text: string) => { written.out += text; return true; });
  const err = mock.method(process.stderr, 'write', (text: string) => { written.err += text; return true; });
  try {
    return { code: await main(argv), ...written };
  } finally {
    out.mock.restore();
    err.mock.restore();
  }
}

/** The test runner writes its own report to stdout between our lines: ours is the line that is JSON. */
const summaryIn = (out: string): CheckSummary => JSON.parse(out.split('\n').find((line) => line.startsWith('{"ok"')) ?? '') as CheckSummary;

describe('hub roster', () => {
  test('writes a template with as many valid pupils as asked, the same for the same seed, and checks it clean', async () => {
    const file = join(folder, 'sample.xlsx');
    assert.equal((await run('template', '--sample', '23', '--seed', '5', '--year', '2025-2026', '--out', file)).code, 0);
    const { code, out } = await run('check', file, '--json');
    assert.equal(code, 0);
    const summary = summaryIn(out);
    assert.equal(summary.ok, true);
    assert.deepEqual(summary.faults, []);
    assert.equal(summary.classes.reduce((sum, one) => sum + one.pupils, 0), 23);
    const lines = await run('check', file);
    await run('template', '--sample', '23', '--seed', '5', '--year', '2025-2026', '--out', file);
    assert.equal((await run('check', file)).out, lines.out);
    assert.match(lines.out, /Lớp 5A: 4 học sinh, không có lỗi/);
  });

  test('says what is wrong in JSON and in plain lines, and ends with 1', async () => {
    const template = sample(10, 3);
    const cell = cellOf(template, '2A', 0, 'subjects.TV.test');
    const file = join(folder, 'wrong.xlsx');
    await writeFile(file, await changedSample(template, (workbook) => { (workbook.getWorksheet('2A') as ExcelJS.Worksheet).getCell(cell).value = 99; }));
    const json = await run('check', file, '--json');
    assert.equal(json.code, 1);
    const summary = summaryIn(json.out);
    assert.deepEqual(summary.classes.map((one) => one.errors), [0, 1, 0, 0, 0]);
    assert.deepEqual(summary.faults.map((fault) => [fault.sheet, fault.cell, fault.rule]), [['2A', cell, 'test-range']]);
    const plain = await run('check', file);
    assert.equal(plain.code, 1);
    assert.match(plain.out, new RegExp(`Lỗi  2A!${cell} \\(mã 009900\\d+\\): Điểm kiểm tra môn Tiếng Việt`));
  });

  test('tells another school year with --year', async () => {
    const file = join(folder, 'year.xlsx');
    await run('template', '--sample', '5', '--year', '2024-2025', '--out', file);
    const { code, out } = await run('check', file, '--json', '--year', '2025-2026');
    assert.equal(code, 1);
    assert.ok(summaryIn(out).faults.some((fault) => fault.rule === 'school-year-differs'));
  });

  test('refuses what is no workbook, with its reason', async () => {
    const file = join(folder, 'table.xlsx');
    await writeFile(file, 'a;b;c\n');
    const { code, out } = await run('check', file, '--json');
    assert.equal(code, 1);
    assert.equal(summaryIn(out).refusal?.code, 'text-table');
  });

  test('checks the same data as JSON', async () => {
    const file = join(folder, 'roster.json');
    const { classes } = sample(5, 1);
    await writeFile(file, JSON.stringify({ schoolYear: '2025-2026', classes: classes.map(({ name, grade, records }) => ({ name, grade, pupils: records })) }));
    assert.equal((await run('check', file)).code, 0);
    await writeFile(file, '{');
    assert.equal((await run('check', file)).code, 1);
  });

  test('an empty template has no pupils yet', async () => {
    const file = join(folder, 'empty.xlsx');
    assert.equal((await run('template', '--out', file)).code, 0);
    assert.ok((await readFile(file)).length > 5000);
    assert.deepEqual(summaryIn((await run('check', file, '--json')).out).faults.map((fault) => fault.rule), ['no-pupils']);
  });

  for (const argv of [[], ['chek'], ['check'], ['check', 'a', 'b'], ['check', '/nowhere/at/all.xlsx'], ['check', 'x.xlsx', '--year', '2025'], ['check', 'x.xlsx', '--jason'], ['template'], ['template', '--out', 'x', '--sample', 'many']]) {
    test(`ends a bad call with 3 and says how to call it: ${argv.join(' ') || '(nothing)'}`, async () => {
      const { code, err } = await run(...argv);
      assert.equal(code, 3);
      assert.match(err, /hub roster check/);
    });
  }
});
