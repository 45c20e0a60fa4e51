import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { after, before, describe, test } from 'node:test';
import type ExcelJS from 'exceljs';
import { annotateRoster } from '../../formats/roster/annotate.js';
import { allFaults } from '../../formats/roster/reading.js';
import { writeRosterTemplate } from '../../formats/roster/template.js';
import { cellOf, changedSample, placesOf, read, sample } from '../support/rosterWorkbook.js';

/** Another spreadsheet program rewrites every part of the file; what a clerk saves there must read the same. */
const installed = spawnSync('soffice', ['--version']).status === 0;
const skip = installed ? false : 'LibreOffice (soffice) is not installed';

let folder = '';
before(async () => { folder = await mkdtemp(join(tmpdir(), 'roster-lo-')); });
after(async () => { await rm(folder, { recursive: true }); });

async function convert(bytes: Buffer, to: 'xlsx:Calc MS Excel 2007 XML' | 'csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,1'): Promise<Buffer> {
  const [extension = ''] = to.split(':');
  await writeFile(join(folder, 'in.xlsx'), bytes);
  // A profile of its own, so that a LibreOffice already open on the machine does not swallow the call.
  await promisify(execFile)('soffice', [`-env:UserInstallation=file://${folder}/profile`, '--headless', '--convert-to', to, '--outdir', join(folder, 'out'), join(folder, 'in.xlsx')], { timeout: 120_000 });
  return readFile(join(folder, 'out', extension === 'csv' ? 'in-Lỗi cần sửa.csv' : `in.${extension}`)).catch(() => readFile(join(folder, 'out', `in.${extension}`)));
}

describe('LibreOffice', { skip }, () => {
  test('opens the template and saves it with the same records', async () => {
    const template = sample(20, 5);
    const reading = await read(await convert(await writeRosterTemplate(template), 'xlsx:Calc MS Excel 2007 XML'), template);
    assert.deepEqual(reading.faults, []);
    for (const [at, one] of reading.classes.entries()) {
      assert.deepEqual(one.faults, []);
      assert.deepEqual(one.records, template.classes[at]?.records);
    }
  });

  test('saves a faulty workbook with its faults at the same cells, and opens the annotated one without calculating its text', async () => {
    const template = sample(10, 5);
    const bytes = await changedSample(template, (workbook) => {
      (workbook.getWorksheet('2A') as ExcelJS.Worksheet).getCell(cellOf(template, '2A', 1, 'identity.sex')).value = '=1+1';
      (workbook.getWorksheet('4A') as ExcelJS.Worksheet).getCell(cellOf(template, '4A', 0, 'identity.birthDate')).value = '13/13/2016';
    });
    const faults = allFaults(await read(bytes));
    assert.equal(faults.length, 2);
    const resaved = await convert(bytes, 'xlsx:Calc MS Excel 2007 XML');
    assert.deepEqual(placesOf(allFaults(await read(resaved))), placesOf(faults));
    const list = (await convert(await annotateRoster(resaved, faults), 'csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,1')).toString('utf8');
    assert.match(list, /CÁC LỖI CẦN SỬA: 2 lỗi/);
    for (const fault of faults) assert.ok(list.includes(`${fault.sheet};${fault.cell};`), `${list}\nlacks ${fault.cell}`);
    assert.match(list, /=1\+1/);
  });
});
