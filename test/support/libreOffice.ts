import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import ExcelJS from 'exceljs';

export type FormulaCell = { place: string; formula: string; result: unknown };

export async function openBook(bytes: Buffer): Promise<ExcelJS.Workbook> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(bytes as unknown as ArrayBuffer);
  return workbook;
}

export function cellsOf(workbook: ExcelJS.Workbook): ExcelJS.Cell[] {
  const cells: ExcelJS.Cell[] = [];
  workbook.eachSheet((sheet) => { sheet.eachRow((row) => { row.eachCell((cell) => { cells.push(cell); }); }); });
  return cells;
}
export const formulasOf = (workbook: ExcelJS.Workbook): FormulaCell[] => cellsOf(workbook).filter((cell) => cell.type === ExcelJS.ValueType.Formula)
  .map((cell) => ({ place: `${cell.worksheet.name}!${cell.address}`, formula: cell.formula, result: cell.result }));

/** Opens `bytes` in LibreOffice and saves what it made of them. */
export async function throughLibreOffice(bytes: Buffer): Promise<Buffer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hub-report-'));
  try {
    await writeFile(path.join(folder, 'report.xlsx'), bytes);
    const profile = pathToFileURL(path.join(folder, 'profile')).href;
    await promisify(execFile)('soffice', [`-env:UserInstallation=${profile}`, '--headless', '--convert-to', 'xlsx:Calc MS Excel 2007 XML', '--outdir', path.join(folder, 'out'), path.join(folder, 'report.xlsx')], { timeout: 120_000 });
    return await readFile(path.join(folder, 'out', 'report.xlsx'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same workbook without any cached value, so that LibreOffice must compute every formula itself. */
export async function withoutCachedValues(bytes: Buffer): Promise<Buffer> {
  const workbook = await openBook(bytes);
  for (const cell of cellsOf(workbook)) if (cell.type === ExcelJS.ValueType.Formula) cell.value = { formula: cell.formula } as ExcelJS.CellFormulaValue;
  return Buffer.from(await workbook.xlsx.writeBuffer());
}
