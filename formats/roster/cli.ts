import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { errorCount } from '../workbook/fault.js';
import { readRosterJson } from './json.js';
import { readRoster } from './read.js';
import { allFaults, type RosterFault, type RosterReading } from './reading.js';
import { sampleRoster } from './sample.js';
import { writeRosterTemplate } from './template.js';

const EXIT = { clean: 0, faulty: 1, badCall: 3 } as const;
const USAGE = `Cách dùng:
  hub roster check TỆP [--json] [--year 2025-2026]     kiểm tra bảng học sinh (.xlsx hoặc .json) không cần máy chủ
  hub roster template --out TỆP [--sample SỐ] [--seed SỐ] [--year 2025-2026]   tạo mẫu, kèm SỐ học sinh mẫu hợp lệ`;
const SAMPLE_LIMIT = 5000;

class BadCall extends Error {}

/**
 * `hub roster …`, offline: says only what the file alone shows.
 * @param argv words after `roster`
 * @returns exit code: 0 no error, 1 any error, 3 bad call
 */
export async function main(argv: string[]): Promise<number> {
  try {
    const [command, ...rest] = argv;
    if (argv.includes('--help') || argv.includes('-h')) {
      process.stdout.write(`${USAGE}\n`);
      return EXIT.clean;
    }
    if (command === 'check') return await check(rest);
    if (command === 'template') return await template(rest);
    throw new BadCall(command === undefined ? 'Thiếu lệnh.' : `Không có lệnh "${command}".`);
  } catch (error) {
    if (!(error instanceof BadCall)) throw error;
    process.stderr.write(`${error.message}\n${USAGE}\n`);
    return EXIT.badCall;
  }
}

async function check(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, { json: { type: 'boolean' }, year: { type: 'string' } });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new BadCall('Cần đúng một tệp.');
  const schoolYear = yearOf(values['year']);
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => { throw new BadCall(`Không mở được tệp ${file} (${cause.code ?? cause.message}).`); });
  const reading = await read(file, bytes, schoolYear === undefined ? {} : { schoolYear });
  process.stdout.write(values['json'] === true ? `${JSON.stringify(summaryOf(reading))}\n` : linesOf(reading));
  return summaryOf(reading).ok ? EXIT.clean : EXIT.faulty;
}

async function read(file: string, bytes: Buffer, options: { schoolYear?: string }): Promise<RosterReading> {
  if (!file.toLowerCase().endsWith('.json')) return readRoster(bytes, options);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    return readRosterJson(undefined, options);
  }
  return readRosterJson(value, options);
}

export type CheckSummary = {
  ok: boolean;
  refusal?: { code: string; message: string };
  classes: { name: string; pupils: number; errors: number }[];
  faults: RosterFault[];
};

function summaryOf(reading: RosterReading): CheckSummary {
  if (!reading.ok) return { ok: false, refusal: reading.refusal, classes: [], faults: [] };
  const faults = allFaults(reading);
  return { ok: errorCount(faults) === 0, classes: reading.classes.map(({ name, pupils, faults: own }) => ({ name, pupils, errors: errorCount(own) })), faults };
}

function linesOf(reading: RosterReading): string {
  if (!reading.ok) return `Tệp bị từ chối: ${reading.refusal.message}\n`;
  const { classes, faults } = summaryOf(reading);
  const errors = errorCount(faults);
  const lines = [
    ...faults.map((fault) => `${fault.severity === 'error' ? 'Lỗi' : 'Lưu ý'}  ${[fault.sheet, fault.cell].filter((part) => part !== '').join('!')}${fault.pupilCode === null ? '' : ` (mã ${fault.pupilCode})`}: ${fault.message}`),
    ...classes.map((one) => `Lớp ${one.name}: ${one.pupils} học sinh, ${one.errors === 0 ? 'không có lỗi' : `${one.errors} lỗi`}`),
    errors === 0 ? `Không có lỗi (năm học ${reading.schoolYear ?? 'chưa rõ'}).` : `Tất cả ${errors} lỗi.`,
  ];
  return `${lines.join('\n')}\n`;
}

async function template(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, { out: { type: 'string' }, sample: { type: 'string' }, seed: { type: 'string' }, year: { type: 'string' } });
  const { out } = values;
  if (typeof out !== 'string' || positionals.length > 0) throw new BadCall('Cần --out TỆP.');
  const schoolYear = yearOf(values['year']) ?? currentSchoolYear(new Date());
  const pupils = numberOf('sample', values['sample'], 0, SAMPLE_LIMIT);
  const seed = numberOf('seed', values['seed'], 1, 2 ** 32 - 1);
  const sample = sampleRoster({ pupils, seed, schoolYear });
  const empty = [1, 2, 3, 4, 5].map((grade) => ({ name: `${grade}A`, grade, pupils: [] }));
  const bytes = await writeRosterTemplate(pupils > 0 ? sample : { schoolName: 'Trường Tiểu học ……', schoolCode: '……', schoolYear, classes: empty });
  await writeFile(out, bytes).catch((cause: NodeJS.ErrnoException) => { throw new BadCall(`Không ghi được tệp ${out} (${cause.code ?? cause.message}).`); });
  process.stderr.write(`Đã ghi ${out}: ${pupils} học sinh, năm học ${schoolYear}.\n`);
  return EXIT.clean;
}

function parse(args: string[], options: NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new BadCall(error instanceof Error ? error.message : String(error));
  }
}

function yearOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const match = typeof value === 'string' ? /^(\d{4})-(\d{4})$/.exec(value) : null;
  if (match === null || Number(match[2]) !== Number(match[1]) + 1) throw new BadCall('--year phải có dạng 2025-2026.');
  return match[0];
}

function numberOf(name: string, value: unknown, fallback: number, most: number): number {
  if (value === undefined) return fallback;
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number <= most)) throw new BadCall(`--${name} phải là số nguyên từ 0 đến ${most}.`);
  return number;
}

/** A school year begins on 1 August for planning (the ministry's framework plan); before that it is still last year's. */
function currentSchoolYear(now: Date): string {
  const start = now.getMonth() >= 7 ? now.getFullYear() : now.getFullYear() - 1;
  return `${start}-${start + 1}`;
}
