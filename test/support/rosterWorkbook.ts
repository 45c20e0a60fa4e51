import ExcelJS from 'exceljs';
import { seededRandom } from '../../domain/seededRandom.js';
import type { PlainDate } from '../../domain/brand.js';
import type { RosterColumn } from '../../formats/roster/columns.js';
import type { ExpectedClass, RosterFault, RosterReading } from '../../formats/roster/reading.js';
import { readRoster } from '../../formats/roster/read.js';
import { sampleRoster } from '../../formats/roster/sample.js';
import { columnsOf, writeRosterTemplate, type RosterTemplate } from '../../formats/roster/template.js';
import { address } from '../../formats/workbook/cell.js';

export const YEAR = '2025-2026';
/** First pupil's row of a template's class sheet. */
export const FIRST_ROW = 8;

export const sample = (pupils: number, seed: number): RosterTemplate => sampleRoster({ pupils, seed, schoolYear: YEAR });

export const expectedOf = (template: RosterTemplate): ExpectedClass[] => template.classes.map(({ name, grade, pupils }) => ({
  name, grade,
  pupils: pupils.map((pupil) => ({ pupilCode: pupil.pupilCode, fullName: pupil.fullName, birthDate: pupil.birthDate ?? ('2018-01-01' as PlainDate), personalNumber: pupil.personalNumber ?? null })),
}));

/** Cell address of one field of the nth pupil in a class of the template. */
export function cellOf(template: RosterTemplate, className: string, index: number, key: RosterColumn): string {
  const one = template.classes.find((candidate) => candidate.name === className);
  const column = one === undefined ? -1 : columnsOf(one).findIndex((spec) => spec.key === key);
  if (column < 0) throw new Error(`No column ${key} in class ${className}`);
  return address(FIRST_ROW + index, column);
}

/** Opens a workbook, lets `change` loose on it as a clerk would, and gives the new bytes. */
export async function changed(bytes: Buffer, change: (workbook: ExcelJS.Workbook) => void): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(bytes as unknown as ExcelJS.Buffer);
  change(workbook);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

export async function changedSample(template: RosterTemplate, change: (workbook: ExcelJS.Workbook) => void): Promise<Buffer> {
  return changed(await writeRosterTemplate(template), change);
}

type Read = Extract<RosterReading, { ok: true }>;

export async function read(bytes: Buffer, template?: RosterTemplate): Promise<Read> {
  const reading = await readRoster(bytes, { schoolYear: YEAR, ...(template === undefined ? {} : { expectedClasses: expectedOf(template) }) });
  if (!reading.ok) throw new Error(`Refused: ${reading.refusal.code}`);
  return reading;
}

export const errorsOf = (reading: Read, className: string): RosterFault[] =>
  (reading.classes.find((one) => one.name === className)?.faults ?? []).filter((fault) => fault.severity === 'error');

export const placesOf = (faults: readonly RosterFault[]): string[] => faults.map((fault) => `${fault.sheet}!${fault.cell} ${fault.rule}`).sort();

/** Seeded draws: whole numbers below a limit. */
export function draws(seed: number): (limit: number) => number {
  const next = seededRandom(seed);
  return (limit) => Math.floor(next() * limit);
}
