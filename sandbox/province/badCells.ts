import ExcelJS from 'exceljs';
import type { SchoolCode } from '../../domain/brand.js';
import type { PupilRecord } from '../../domain/record.js';
import type { RosterColumn } from '../../formats/roster/columns.js';
import { columnsOf, writeRosterTemplate } from '../../formats/roster/template.js';
import type { Province } from './province.js';
import { randomFor } from './random.js';
import { rosterOf } from './workbooks.js';

/** Where a mistake was put; `cell` as Excel says it, e.g. `F12`. */
export type BadCell = { sheet: string; cell: string; pupilCode: string; column: RosterColumn };

type Mistake = { column: RosterColumn; fits: (record: PupilRecord) => boolean; value: (record: PupilRecord) => string | number | null };

const always = (): boolean => true;

/** Mistakes clerks make; each spoils exactly one cell and breaks exactly one rule. */
const MISTAKES: readonly Mistake[] = [
  { column: 'subjects.TOAN.test', fits: always, value: () => 11 },
  { column: 'subjects.TV.level', fits: always, value: () => 'K' },
  { column: 'identity.birthDate', fits: always, value: ({ identity }) => `31/02/${identity.birthDate.slice(0, 4)}` },
  // What is left of a number that Excel showed in scientific notation and somebody copied.
  { column: 'identity.personalNumber', fits: ({ identity }) => identity.personalNumber !== null, value: ({ identity }) => `${identity.personalNumber?.slice(1, 2)},${identity.personalNumber?.slice(2, 7)}E+10` },
  { column: 'qualities.diligence', fits: always, value: () => 'X' },
  { column: 'remarks.teacher', fits: always, value: () => null },
  { column: 'summary.result', fits: ({ summary }) => summary.result === 'HTT', value: () => 'HTXS' },
  { column: 'identity.motherName', fits: always, value: () => null },
  { column: 'attendance.excusedAbsences', fits: always, value: () => 'hai buổi' },
];

/**
 * A school's roster with exactly `count` bad cells, each in another pupil's row, and where they are. The same seed spoils
 * the same cells.
 * @param classes how many classes the mistakes are spread over; the others stay clean and can be accepted. Default 2
 * @throws RangeError when those classes have fewer fitting pupils than `count`
 */
export async function rosterWithBadCells(
  province: Province, schoolCode: SchoolCode, count: number, { classes = 2 }: { classes?: number } = {},
): Promise<{ workbook: Buffer; badCells: BadCell[] }> {
  const roster = rosterOf(province, schoolCode);
  const random = randomFor(province.seed, 'bad cells', schoolCode);
  const spoiled = random.sample(roster.classes, classes);
  const workbook = new ExcelJS.Workbook();
  // exceljs asks for an older Buffer type than Node's.
  await workbook.xlsx.load((await writeRosterTemplate(roster)) as unknown as ExcelJS.Buffer);
  const taken = new Set<string>();
  const badCells = Array.from({ length: count }, (_, index): BadCell => {
    const mistake = MISTAKES[index % MISTAKES.length] as Mistake;
    const one = spoiled[index % spoiled.length] as (typeof spoiled)[number];
    const [record] = random.sample((one.records ?? []).filter((pupil) => mistake.fits(pupil) && !taken.has(pupil.identity.pupilCode)), 1);
    if (record === undefined) throw new RangeError(`class ${one.name} has no pupil left for a mistake in ${mistake.column}`);
    taken.add(record.identity.pupilCode);
    const cell = cellOf(workbook, one.name, columnsOf(one).map((column) => column.key), record.identity.pupilCode, mistake.column);
    cell.value = mistake.value(record);
    return { sheet: one.name, cell: cell.address, pupilCode: record.identity.pupilCode, column: mistake.column };
  });
  return { workbook: Buffer.from(await workbook.xlsx.writeBuffer()), badCells };
}

/** The template writes columns in order from A; the pupil's row is found by code. */
function cellOf(workbook: ExcelJS.Workbook, sheetName: string, columns: readonly RosterColumn[], pupilCode: string, column: RosterColumn): ExcelJS.Cell {
  const sheet = workbook.getWorksheet(sheetName);
  if (sheet === undefined) throw new Error(`the roster has no sheet ${sheetName}`);
  const codes = columns.indexOf('identity.pupilCode') + 1;
  let found: number | undefined;
  sheet.eachRow((row, number) => {
    if (row.getCell(codes).value === pupilCode) found = number;
  });
  if (found === undefined || !columns.includes(column)) throw new Error(`sheet ${sheetName} has no place for ${column} of the pupil`);
  return sheet.getCell(found, columns.indexOf(column) + 1);
}
