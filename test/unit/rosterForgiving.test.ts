import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import ExcelJS from 'exceljs';
import { readRoster } from '../../formats/roster/read.js';
import { columnsOf, writeRosterTemplate, type RosterTemplate } from '../../formats/roster/template.js';
import { ALL_COLUMNS, columnTitle } from '../../formats/roster/columns.js';
import { recordValue } from '../../formats/roster/cellValue.js';
import { cellOf, changed, changedSample, draws, errorsOf, expectedOf, FIRST_ROW, read, sample, YEAR } from '../support/rosterWorkbook.js';

const sheetOf = (workbook: ExcelJS.Workbook, name: string): ExcelJS.Worksheet => workbook.getWorksheet(name) as ExcelJS.Worksheet;

/** The records the reading gives, whatever was changed on the way, must be the template's own. */
async function assertSameRecords(bytes: Buffer, template: RosterTemplate): Promise<void> {
  const reading = await read(bytes);
  for (const [at, one] of template.classes.entries()) {
    const found = reading.classes.find((candidate) => candidate.name === one.name);
    assert.deepEqual(found?.faults.filter((fault) => fault.severity === 'error'), [], `class ${one.name}`);
    assert.deepEqual(found?.records, template.classes[at]?.records);
  }
}

/** One sheet with flat headers of the caller's wording, as other software exports. */
async function flatWorkbook(template: RosterTemplate, options: { header: (key: string, title: string) => string; order?: (keys: string[]) => string[] }): Promise<Buffer> {
  const base = new ExcelJS.Workbook();
  await base.xlsx.load(await writeRosterTemplate(template) as unknown as ExcelJS.Buffer);
  for (const { name } of template.classes) base.removeWorksheet(name);
  const sheet = base.addWorksheet('Sheet1');
  sheet.getCell('A1').value = `Năm học: ${YEAR}`;
  const keys = ALL_COLUMNS.map((column) => column.key as string).filter((key) => key !== 'ordinal');
  const order = options.order?.(keys) ?? keys;
  sheet.getRow(3).values = order.map((key) => options.header(key, columnTitle(key as 'ordinal')));
  let at = 4;
  for (const one of template.classes) {
    for (const record of one.records ?? []) {
      sheet.getRow(at++).values = order.map((key) => (key === 'className' ? one.name : recordValue(record, key as 'ordinal'))) as ExcelJS.CellValue[];
    }
  }
  return Buffer.from(await base.xlsx.writeBuffer());
}

const flatHeader = (key: string, title: string): string => {
  if (key.startsWith('competences.')) return `Năng lực ${title}`;
  if (key.startsWith('qualities.')) return `Phẩm chất ${title}`;
  return key.startsWith('remarks.') ? `Nhận xét ${title.replace('Giáo viên chủ nhiệm', 'GVCN')}` : title;
};

describe('a roster as people and other software make it', () => {
  test('may be one sheet with a "Lớp" column and one header row', async () => {
    const template = sample(20, 3);
    await assertSameRecords(await flatWorkbook(template, { header: flatHeader }), template);
  });

  for (const seed of [1, 2, 3]) {
    test(`may have its columns in any order (seed ${seed})`, async () => {
      const template = sample(10, seed);
      const draw = draws(seed);
      const shuffle = (keys: string[]) => keys.map((key) => ({ key, at: draw(1_000_000) })).sort((a, b) => a.at - b.at).map(({ key }) => key);
      await assertSameRecords(await flatWorkbook(template, { header: flatHeader, order: shuffle }), template);
    });
  }

  test('may write headers in NFD, capitals, with line breaks, double blanks and no-break blanks', async () => {
    const template = sample(10, 5);
    const ugly = (_: string, title: string) => `  ${title.toUpperCase().normalize('NFD').replace(/ /g, '\u00A0\n ')} `;
    await assertSameRecords(await flatWorkbook(template, { header: (key, title) => ugly(key, flatHeader(key, title)) }), template);
  });

  test('may use the synonyms of other software', async () => {
    const template = sample(10, 5);
    const names: Record<string, string> = {
      'identity.personalNumber': 'Số CCCD', 'identity.pupilCode': 'Mã HS', 'identity.fullName': 'Họ tên', 'identity.birthDate': 'Ngày, tháng, năm sinh',
      'subjects.MT.level': 'Mỹ thuật (MĐĐ)', 'subjects.TOAN.test': 'Điểm KTĐK Toán', 'subjects.LSDL.level': 'LS&ĐL - Mức đạt được', 'summary.result': 'Xếp loại',
    };
    await assertSameRecords(await flatWorkbook(template, { header: (key, title) => names[key] ?? flatHeader(key, title) }), template);
  });

  test('may have lost the merges of its three header rows', async () => {
    const template = sample(5, 9);
    const bytes = await changedSample(template, (workbook) => {
      for (const { name } of template.classes) {
        const sheet = sheetOf(workbook, name);
        for (const area of sheet.model.merges.slice()) {
          const [corner = ''] = area.split(':');
          const value = sheet.getCell(corner).value;
          sheet.unMergeCells(area);
          sheet.getCell(corner).value = value;
        }
      }
    });
    await assertSameRecords(bytes, template);
  });

  test('may carry a row of column numbers, blank rows and rows above the header', async () => {
    const template = sample(5, 9);
    const bytes = await changedSample(template, (workbook) => {
      const sheet = sheetOf(workbook, '3A');
      const columns = columnsOf(template.classes[2] as RosterTemplate['classes'][number]);
      sheet.insertRow(FIRST_ROW, columns.map((_, at) => `(${at + 1})`));
      sheet.insertRow(FIRST_ROW + 1, []);
    });
    await assertSameRecords(bytes, template);
  });

  test('may hold dates as text in every usual way, as serial numbers, and formulas with a result', async () => {
    const template = sample(25, 12);
    const one = template.classes[0] as RosterTemplate['classes'][number];
    const spell = [
      (y: string, m: string, d: string) => `${d}/${m}/${y}`,
      (y: string, m: string, d: string) => `${Number(d)}/${Number(m)}/${y}`,
      (y: string, m: string, d: string) => `${y}-${m}-${d}`,
      (y: string, m: string, d: string) => `${d}-${m}-${y}`,
      (y: string, m: string, d: string) => Math.round(Date.UTC(Number(y), Number(m) - 1, Number(d)) / 86_400_000) + 25_569,
    ];
    const bytes = await changedSample(template, (workbook) => {
      const sheet = sheetOf(workbook, '1A');
      one.records?.forEach((record, at) => {
        const [y = '', m = '', d = ''] = record.identity.birthDate.split('-');
        const cell = sheet.getCell(cellOf(template, '1A', at, 'identity.birthDate'));
        cell.numFmt = 'General';
        cell.value = spell[at % spell.length]?.(y, m, d) ?? null;
        const name = sheet.getCell(cellOf(template, '1A', at, 'identity.fullName'));
        name.value = { formula: 'UPPER("x")', result: record.identity.fullName };
        const mother = sheet.getCell(cellOf(template, '1A', at, 'identity.motherName'));
        mother.value = at % 2 === 0
          ? { richText: [{ text: record.identity.motherName.slice(0, 3), font: { bold: true } }, { text: record.identity.motherName.slice(3) }] }
          : { text: record.identity.motherName, hyperlink: 'https://example.invalid/' };
      });
    });
    await assertSameRecords(bytes, template);
  });

  test('may use the 1904 calendar of old Macs', async () => {
    const template = sample(5, 2);
    const bytes = await changedSample(template, (workbook) => { workbook.properties.date1904 = true; });
    await assertSameRecords(bytes, template);
  });

  test('may spell levels out, in small letters or without diacritics', async () => {
    const template = sample(5, 2);
    const words: Record<string, string> = { T: 'tốt', Đ: 'D', C: 'can co gang' };
    const bytes = await changedSample(template, (workbook) => {
      const cell = sheetOf(workbook, '1A').getCell(cellOf(template, '1A', 0, 'qualities.kindness'));
      cell.value = words[String(cell.value)] ?? '';
      const sex = sheetOf(workbook, '1A').getCell(cellOf(template, '1A', 0, 'identity.sex'));
      sex.value = String(sex.value) === 'Nữ' ? 'NU' : 'nam';
    });
    await assertSameRecords(bytes, template);
  });

  test('has its text brought to NFC without invisible characters', async () => {
    const template = sample(5, 2);
    const name = template.classes[0]?.records?.[0]?.identity.fullName ?? '';
    const bytes = await changedSample(template, (workbook) => {
      sheetOf(workbook, '1A').getCell(cellOf(template, '1A', 0, 'identity.fullName')).value = `\u200B${name.normalize('NFD').replace(' ', '\u00A0 ')}\n`;
    });
    await assertSameRecords(bytes, template);
  });

  test('is read in hidden rows with a warning, and not read in hidden sheets', async () => {
    const template = sample(10, 2);
    const bytes = await changedSample(template, (workbook) => {
      sheetOf(workbook, '1A').getRow(FIRST_ROW).hidden = true;
      sheetOf(workbook, '2A').state = 'hidden';
    });
    const reading = await read(bytes);
    assert.deepEqual(reading.classes.map((one) => one.name), ['1A', '3A', '4A', '5A']);
    assert.deepEqual(reading.classes[0]?.faults.map((fault) => [fault.rule, fault.severity, fault.row]), [['hidden-row', 'warning', FIRST_ROW]]);
    assert.deepEqual(reading.faults.map((fault) => fault.rule), ['hidden-sheet']);
  });

  test('names a column that stands twice, one that is missing and one that nobody knows', async () => {
    const template = sample(5, 2);
    const bytes = await changedSample(template, (workbook) => {
      const sheet = sheetOf(workbook, '1A');
      sheet.getCell(cellOf(template, '1A', -2, 'identity.homeTown')).value = 'Nơi sinh';
      sheet.getCell(cellOf(template, '1A', -2, 'identity.ethnicity')).value = 'Nhóm máu';
    });
    const { classes, faults } = await read(bytes);
    assert.deepEqual(faults.map((fault) => fault.rule), ['column-duplicate', 'column-unknown']);
    assert.deepEqual(classes[0]?.faults.map((fault) => fault.rule), ['column-missing', 'column-missing'], 'once for the class, not once per pupil');
  });

  test('whose class name holds a slash keeps it', async () => {
    const base = sample(5, 2);
    const template = { ...base, classes: base.classes.slice(0, 1).map((one) => ({ ...one, name: '1/2' })) };
    const reading = await read(await writeRosterTemplate(template));
    assert.deepEqual(reading.classes.map((one) => [one.name, one.grade, one.faults.length]), [['1/2', 1, 0]]);
  });

  test('never treats a value as a formula', async () => {
    const base = sample(5, 2);
    const evil = '=HYPERLINK("https://example.invalid","x")';
    const template = { ...base, classes: base.classes.map((one) => ({ ...one, records: one.records?.map((record) => ({ ...record, remarks: { ...record.remarks, teacher: evil } })) ?? [] })) };
    const bytes = await writeRosterTemplate(template);
    assert.equal((await read(bytes)).classes[0]?.records[0]?.remarks.teacher, evil);
    await changed(bytes, (workbook) => {
      assert.equal(sheetOf(workbook, '1A').getCell(cellOf(template, '1A', 0, 'remarks.teacher')).type, ExcelJS.ValueType.String);
    });
  });
});

describe('a code that Excel took for a number', () => {
  const asNumber = (template: RosterTemplate, key: 'identity.pupilCode' | 'identity.personalNumber', format: string, which = 0) => changedSample(template, (workbook) => {
    const cell = sheetOf(workbook, '2A').getCell(cellOf(template, '2A', which, key));
    cell.value = Number(cell.value);
    cell.numFmt = format;
  });

  test('comes back with its zeros when the expected list knows it, with a warning', async () => {
    const template = sample(10, 4);
    const reading = await readRoster(await asNumber(template, 'identity.pupilCode', 'General'), { schoolYear: YEAR, expectedClasses: expectedOf(template) });
    assert.ok(reading.ok);
    assert.deepEqual(reading.classes[1]?.records, template.classes[1]?.records);
    assert.deepEqual(reading.classes[1]?.faults.map((fault) => [fault.rule, fault.severity]), [['leading-zero-restored', 'warning']]);
  });

  test('comes back silently when its own format shows the zeros', async () => {
    const template = sample(10, 4);
    const reading = await read(await asNumber(template, 'identity.pupilCode', '0000000000'));
    assert.deepEqual(reading.classes[1]?.faults, []);
    assert.deepEqual(reading.classes[1]?.records, template.classes[1]?.records);
  });

  test('is refused when nothing tells how long it was', async () => {
    const template = sample(10, 4);
    const both = await changedSample(template, (workbook) => {
      for (const at of [0, 1]) {
        const cell = sheetOf(workbook, '2A').getCell(cellOf(template, '2A', at, 'identity.pupilCode'));
        cell.value = Number(cell.value);
        cell.numFmt = 'General';
      }
    });
    assert.deepEqual(errorsOf(await read(both), '2A').map((fault) => fault.rule), ['code-numeric', 'code-numeric']);
  });

  test('as a personal number shown as 9,92E+10 is whole again, since sex and birth year prove the lost zero', async () => {
    const template = sample(10, 4);
    const reading = await read(await asNumber(template, 'identity.personalNumber', '0.00E+00'));
    assert.deepEqual(reading.classes[1]?.records, template.classes[1]?.records);
    assert.deepEqual(reading.classes[1]?.faults.map((fault) => fault.rule), ['leading-zero-restored']);
  });

  test('as a personal number with 11 digits that prove nothing is refused', async () => {
    const template = sample(10, 4);
    const bytes = await changedSample(template, (workbook) => {
      const cell = sheetOf(workbook, '2A').getCell(cellOf(template, '2A', 0, 'identity.personalNumber'));
      cell.value = 12_345_678_901;
    });
    assert.deepEqual(errorsOf(await read(bytes), '2A').map((fault) => fault.rule), ['leading-zero-lost']);
  });

  test('as a personal number that the expected list knows differently is an error', async () => {
    const template = sample(10, 4);
    const bytes = await changedSample(template, (workbook) => {
      const cell = sheetOf(workbook, '2A').getCell(cellOf(template, '2A', 0, 'identity.personalNumber'));
      cell.value = `${String(cell.value).slice(0, 11)}${(Number(String(cell.value)[11]) + 5) % 10}`;
    });
    assert.deepEqual(errorsOf(await read(bytes, template), '2A').map((fault) => fault.rule), ['personal-number-differs']);
  });
});

describe('what Excel turned into a day', () => {
  const cases: [key: 'identity.registerNumber' | 'body.weightKg' | 'subjects.TOAN.test' | 'identity.pupilCode' | 'attendance.excusedAbsences', typed: string][] = [
    ['identity.registerNumber', '12/2020'], ['body.weightKg', '25.5'], ['subjects.TOAN.test', '9.5'], ['identity.pupilCode', '01-02'], ['attendance.excusedAbsences', '1.2'],
  ];
  for (const [key, typed] of cases) {
    test(`is refused with what happened: ${typed} in ${key}`, async () => {
      const template = sample(5, 3);
      const cell = cellOf(template, '3A', 0, key);
      const bytes = await changedSample(template, (workbook) => {
        const target = sheetOf(workbook, '3A').getCell(cell);
        target.value = new Date('2026-05-25T00:00:00Z');
        target.numFmt = 'd-mmm';
      });
      const [fault] = errorsOf(await read(bytes), '3A').filter((one) => one.cell === cell);
      assert.equal(fault?.rule, 'turned-into-date');
      assert.match(fault?.message ?? '', /25\/05\/2026/);
    });
  }

  test('is refused in the "Lớp" column, at its cell', async () => {
    const template = sample(5, 3);
    const bytes = await changed(await flatWorkbook(template, { header: flatHeader }), (workbook) => {
      const sheet = sheetOf(workbook, 'Sheet1');
      sheet.getCell('D5').value = new Date('2026-02-01T00:00:00Z');
      sheet.getCell('D5').numFmt = 'd-mmm';
    });
    assert.deepEqual((await read(bytes)).faults.map((fault) => [fault.cell, fault.rule]), [['D5', 'turned-into-date']]);
  });
});

describe('a header', () => {
  test('of two rows, subject over mark, is found', async () => {
    const template = sample(5, 3);
    const flat = await flatWorkbook(template, { header: flatHeader });
    const bytes = await changed(flat, (workbook) => {
      const sheet = sheetOf(workbook, 'Sheet1');
      sheet.spliceRows(4, 0, []);
      sheet.getRow(3).eachCell((cell) => {
        const [subject, mark] = String(cell.value).split(' – ');
        if (mark === undefined) return;
        cell.value = subject ?? '';
        sheet.getCell(4, Number(cell.col)).value = mark;
      });
    });
    await assertSameRecords(bytes, template);
  });
});
