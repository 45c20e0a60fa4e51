import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type ExcelJS from 'exceljs';
import { subjectsOfGrade } from '../../domain/recordRules.js';
import type { RosterColumn } from '../../formats/roster/columns.js';
import { writeRosterTemplate } from '../../formats/roster/template.js';
import { cellOf, changedSample, draws, errorsOf, placesOf, read, sample, FIRST_ROW } from '../support/rosterWorkbook.js';

describe('a roster workbook that nobody damaged', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    test(`reads back as the records it was written from (seed ${seed})`, async () => {
      const template = sample(20 + seed * 7, seed);
      const reading = await read(await writeRosterTemplate(template), template);
      assert.deepEqual(reading.faults, []);
      assert.equal(reading.classes.length, template.classes.length);
      for (const [at, one] of reading.classes.entries()) {
        assert.deepEqual(one.faults, []);
        assert.deepEqual(one.records, template.classes[at]?.records);
      }
    });
  }

  test('leaves out the sign-off rows, the spare rows and the help sheet', async () => {
    const template = sample(10, 1);
    const reading = await read(await writeRosterTemplate(template));
    assert.deepEqual(reading.classes.map((one) => one.pupils), [2, 2, 2, 2, 2]);
  });

  test('takes the school year from its title when nobody says it', async () => {
    const { readRoster } = await import('../../formats/roster/read.js');
    const reading = await readRoster(await writeRosterTemplate(sample(5, 1)), {});
    assert.equal(reading.ok && reading.schoolYear, '2025-2026');
  });

  test('of another year or another school is told so', async () => {
    const { readRoster } = await import('../../formats/roster/read.js');
    const reading = await readRoster(await writeRosterTemplate(sample(1, 1)), { schoolYear: '2024-2025', schoolCode: '123' });
    assert.ok(reading.ok);
    assert.deepEqual(reading.faults.map((fault) => fault.rule), ['school-year-differs', 'other-school']);
  });

  test('pre-filled with pupils only says, cell by cell, what is still to be filled in', async () => {
    const template = sample(5, 1);
    const bare = { ...template, classes: template.classes.map(({ name, grade, pupils }) => ({ name, grade, pupils })) };
    const reading = await read(await writeRosterTemplate(bare), template);
    const missing = errorsOf(reading, '3A').map((fault) => fault.rule);
    assert.ok(missing.includes('value-missing') && missing.includes('subject-missing') && missing.includes('competence-missing'));
    assert.equal(errorsOf(reading, '3A').filter((fault) => fault.rule === 'subject-missing').length, subjectsOfGrade(3).length);
  });
});

type Damage = { name: string; key: RosterColumn; rule: string; set: (cell: ExcelJS.Cell) => void };
const put = (value: ExcelJS.CellValue, numFmt?: string) => (cell: ExcelJS.Cell) => {
  cell.value = value;
  if (numFmt !== undefined) cell.numFmt = numFmt;
};

/** Damage that any pupil of any grade can suffer, with the rule that must find it. */
const DAMAGES: readonly Damage[] = [
  { name: 'a blank name', key: 'identity.fullName', rule: 'value-missing', set: put(null) },
  { name: 'a name of blanks only', key: 'identity.fullName', rule: 'value-missing', set: put('   ') },
  { name: 'a personal number cut to 9 digits', key: 'identity.personalNumber', rule: 'personal-number-shape', set: put('099220000') },
  { name: 'a personal number as text in scientific notation', key: 'identity.personalNumber', rule: 'scientific-notation', set: put('9.92E+10') },
  { name: 'a personal number of the wrong sex and year', key: 'identity.personalNumber', rule: 'personal-number-year', set: put('099999000001') },
  { name: 'a pupil code that lost all its meaning', key: 'identity.pupilCode', rule: 'scientific-notation', set: put('9,9E+7') },
  { name: 'a birth date in American order', key: 'identity.birthDate', rule: 'date-invalid', set: put('05/23/2018') },
  { name: 'a birth date of 30 February', key: 'identity.birthDate', rule: 'date-invalid', set: put('30/02/2018') },
  { name: 'a birth date with a two-digit year', key: 'identity.birthDate', rule: 'date-invalid', set: put('05/03/18') },
  { name: 'a birth date of a grown-up', key: 'identity.birthDate', rule: 'birth-date-range', set: put('05/03/1980') },
  { name: 'a sex nobody has', key: 'identity.sex', rule: 'value-not-allowed', set: put('Năm') },
  { name: 'a blank mother', key: 'identity.motherName', rule: 'value-missing', set: put(null) },
  { name: 'half a day of absence', key: 'attendance.excusedAbsences', rule: 'absence-range', set: put(1.5) },
  { name: 'a negative absence', key: 'attendance.unexcusedAbsences', rule: 'absence-range', set: put(-1) },
  { name: 'a weight in words', key: 'body.weightKg', rule: 'measure-shape', set: put('hai mươi') },
  { name: 'a level that does not exist', key: 'subjects.DD.level', rule: 'value-not-allowed', set: put('B') },
  { name: 'a blank level', key: 'subjects.DD.level', rule: 'subject-missing', set: put(null) },
  { name: 'a test above ten', key: 'subjects.TOAN.test', rule: 'test-range', set: put(11) },
  { name: 'a test with a half', key: 'subjects.TOAN.test', rule: 'test-range', set: put('8,5') },
  { name: 'a test in words', key: 'subjects.TOAN.test', rule: 'test-range', set: put('tám') },
  { name: 'a blank test', key: 'subjects.TV.test', rule: 'test-missing', set: put(null) },
  { name: 'a blank mandatory competence', key: 'competences.language', rule: 'competence-missing', set: put(null) },
  { name: 'a competence with a subject level', key: 'competences.science', rule: 'value-not-allowed', set: put('H') },
  { name: 'a blank quality', key: 'qualities.honesty', rule: 'value-missing', set: put(null) },
  { name: 'a blank remark', key: 'remarks.teacher', rule: 'value-missing', set: put('') },
  { name: 'an error value', key: 'summary.result', rule: 'cell-error', set: put({ error: '#REF!' }) },
  { name: 'a formula without result', key: 'body.heightCm', rule: 'formula-uncached', set: put({ formula: 'A1+B1' } as ExcelJS.CellValue) },
  { name: 'a promotion that is neither yes nor no', key: 'summary.promoted', rule: 'value-not-allowed', set: put('chờ') },
];

describe('a damaged cell', () => {
  for (const [at, damage] of DAMAGES.entries()) {
    test(`is found where it stands, and only its class is blocked: ${damage.name}`, async () => {
      const template = sample(15, at + 1);
      const draw = draws(at + 1);
      const { name } = template.classes[draw(5)] as { name: string };
      const pupil = draw(3);
      const cell = cellOf(template, name, pupil, damage.key);
      const bytes = await changedSample(template, (workbook) => damage.set(workbook.getWorksheet(name)?.getCell(cell) as ExcelJS.Cell));
      const reading = await read(bytes);
      const found = errorsOf(reading, name);
      assert.ok(found.some((fault) => fault.cell === cell && fault.sheet === name && fault.rule === damage.rule && fault.row === FIRST_ROW + pupil), JSON.stringify(placesOf(found)));
      assert.deepEqual([...new Set(found.map((fault) => fault.row))], [FIRST_ROW + pupil], 'no other row is blamed');
      assert.ok(found.every((fault) => fault.message.length > 10));
      for (const other of reading.classes) if (other.name !== name) assert.deepEqual(other.faults, []);
    });
  }

  test('in the overall result says what the result must be, and says nothing of it while a mark is missing', async () => {
    const template = sample(10, 8);
    const result = cellOf(template, '2A', 0, 'summary.result');
    const own = template.classes[1]?.records?.[0]?.summary.result;
    const wrong = own === 'HTT' ? 'HT' : 'HTT';
    const mismatch = await changedSample(template, (workbook) => { (workbook.getWorksheet('2A') as ExcelJS.Worksheet).getCell(result).value = wrong; });
    assert.ok(placesOf(errorsOf(await read(mismatch), '2A')).includes(`2A!${result} result-mismatch`));
    const level = cellOf(template, '2A', 0, 'subjects.TOAN.level');
    const both = await changedSample(template, (workbook) => {
      const sheet = workbook.getWorksheet('2A') as ExcelJS.Worksheet;
      sheet.getCell(result).value = wrong;
      sheet.getCell(level).value = null;
    });
    assert.deepEqual(placesOf(errorsOf(await read(both), '2A')), [`2A!${level} subject-missing`]);
  });

  test('in the history sheet blocks that pupil\'s class only', async () => {
    const template = sample(10, 4);
    const bytes = await changedSample(template, (workbook) => { (workbook.getWorksheet('Quá trình học tập') as ExcelJS.Worksheet).getCell('F3').value = 'hôm qua'; });
    const reading = await read(bytes);
    assert.deepEqual(placesOf(errorsOf(reading, '1A')), ['Quá trình học tập!F3 date-invalid']);
    assert.equal(reading.classes[0]?.records.length, 1, 'the faulty pupil has no record, the other one does');
    for (const other of reading.classes.slice(1)) assert.deepEqual(other.faults, []);
  });
});

describe('a pupil', () => {
  test('twice in a class is told at both rows', async () => {
    const template = sample(15, 2);
    const code = cellOf(template, '4A', 1, 'identity.pupilCode');
    const bytes = await changedSample(template, (workbook) => {
      (workbook.getWorksheet('4A') as ExcelJS.Worksheet).getCell(code).value = template.classes[3]?.pupils[0]?.pupilCode ?? '';
    });
    const places = placesOf(errorsOf(await read(bytes), '4A'));
    assert.deepEqual(places, [`4A!${cellOf(template, '4A', 0, 'identity.pupilCode')} duplicate-pupil`, `4A!${code} duplicate-pupil`]);
  });

  test('copied into another class blocks the wrong class and not its own', async () => {
    const template = sample(15, 2);
    const bytes = await changedSample(template, (workbook) => {
      const sheet = workbook.getWorksheet('4A') as ExcelJS.Worksheet;
      sheet.getCell(cellOf(template, '4A', 1, 'identity.pupilCode')).value = template.classes[0]?.pupils[0]?.pupilCode ?? '';
    });
    const reading = await read(bytes, template);
    assert.deepEqual(errorsOf(reading, '1A'), []);
    assert.deepEqual(errorsOf(reading, '4A').map((fault) => fault.rule).sort(), ['duplicate-pupil', 'pupil-missing', 'pupil-other-class']);
  });

  test('with another\'s personal number is told where the number also stands', async () => {
    const template = sample(15, 2);
    const cell = cellOf(template, '3A', 2, 'identity.personalNumber');
    const bytes = await changedSample(template, (workbook) => {
      (workbook.getWorksheet('3A') as ExcelJS.Worksheet).getCell(cell).value = template.classes[2]?.pupils[0]?.personalNumber ?? '';
    });
    const found = errorsOf(await read(bytes), '3A').filter((fault) => fault.rule === 'duplicate-number');
    assert.deepEqual(found.map((fault) => fault.cell), [cellOf(template, '3A', 0, 'identity.personalNumber'), cell]);
    assert.match(found[0]?.message ?? '', new RegExp(cell));
  });

  test('without a personal number is no fault', async () => {
    const template = sample(5, 2);
    const expected = { ...template, classes: template.classes.map((one) => ({ ...one, pupils: one.pupils.map((pupil) => ({ ...pupil, personalNumber: null })) })) };
    const bytes = await changedSample(template, (workbook) => { (workbook.getWorksheet('1A') as ExcelJS.Worksheet).getCell(cellOf(template, '1A', 0, 'identity.personalNumber')).value = null; });
    const reading = await read(bytes, expected);
    assert.deepEqual(reading.classes[0]?.faults, []);
    assert.equal(reading.classes[0]?.records[0]?.identity.personalNumber, null);
  });

  test('unknown to the frozen list, and one of the list who is missing, block their class', async () => {
    const template = sample(15, 6);
    const cell = cellOf(template, '5A', 0, 'identity.pupilCode');
    const bytes = await changedSample(template, (workbook) => {
      const sheet = workbook.getWorksheet('5A') as ExcelJS.Worksheet;
      const history = workbook.getWorksheet('Quá trình học tập') as ExcelJS.Worksheet;
      const old = sheet.getCell(cell).value;
      sheet.getCell(cell).value = '0012345678';
      history.eachRow((row) => { if (row.getCell(1).value === old) row.getCell(1).value = '0012345678'; });
    });
    const reading = await read(bytes, template);
    const missing = template.classes[4]?.pupils[0]?.pupilCode;
    assert.deepEqual(errorsOf(reading, '5A').map((fault) => [fault.rule, fault.pupilCode]), [['pupil-missing', missing], ['pupil-unknown', '0012345678']]);
    assert.ok(reading.classes.slice(0, 4).every((one) => one.faults.length === 0));
  });

  test('whose name and birth date both differ from the list is taken for another row\'s pupil', async () => {
    const template = sample(10, 6);
    const bytes = await changedSample(template, (workbook) => {
      const sheet = workbook.getWorksheet('2A') as ExcelJS.Worksheet;
      sheet.getCell(cellOf(template, '2A', 0, 'identity.fullName')).value = 'Ai Khác Hẳn';
      sheet.getCell(cellOf(template, '2A', 0, 'identity.birthDate')).value = '01/01/2017';
    });
    assert.ok(errorsOf(await read(bytes, template), '2A').some((fault) => fault.rule === 'row-of-another-pupil'));
  });
});
