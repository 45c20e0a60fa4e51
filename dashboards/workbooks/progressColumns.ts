import { basisPoints, COUNT_DEFINITIONS, NO_RATE, RATES, type ProgressCounts, type RateCode } from '../../domain/rates.js';

/** A column of counts: `key` names the count in the model. */
type CountColumn = { kind: 'count'; key: keyof ProgressCounts; group: string | null };
/** A column of rates; numerator and denominator name count columns, the denominator as a sum and differences of them. */
type RateColumn = { kind: 'rate'; rate: RateCode; group: string; numerator: keyof ProgressCounts; denominator: readonly [keyof ProgressCounts, ...(keyof ProgressCounts)[]] };
export type ProgressColumn = CountColumn | RateColumn;

const STAGES = 'Tiến độ theo bước (lũy kế)';
const OPEN = 'Chưa phát hành được hoặc chưa xong';
const RATE_GROUP = 'Tỉ lệ';

/** Columns after "TT" and "Đơn vị", in the order of the form. */
export const PROGRESS_COLUMNS: readonly ProgressColumn[] = [
  { kind: 'count', key: 'expected', group: null },
  { kind: 'count', key: 'collected', group: STAGES },
  { kind: 'count', key: 'reviewed', group: STAGES },
  { kind: 'count', key: 'signed', group: STAGES },
  { kind: 'count', key: 'sealed', group: STAGES },
  { kind: 'count', key: 'received', group: STAGES },
  { kind: 'count', key: 'submitted', group: STAGES },
  { kind: 'count', key: 'accepted', group: STAGES },
  { kind: 'count', key: 'refused', group: OPEN },
  { kind: 'count', key: 'held', group: OPEN },
  { kind: 'count', key: 'exempt', group: OPEN },
  { kind: 'count', key: 'waiting', group: OPEN },
  { kind: 'count', key: 'unexplained', group: OPEN },
  { kind: 'count', key: 'eligibleSigned', group: null },
  { kind: 'rate', rate: 'signed', group: RATE_GROUP, numerator: 'signed', denominator: ['expected'] },
  { kind: 'rate', rate: 'accepted', group: RATE_GROUP, numerator: 'accepted', denominator: ['signed'] },
  { kind: 'rate', rate: 'eligibleSigned', group: RATE_GROUP, numerator: 'eligibleSigned', denominator: ['expected', 'held', 'exempt'] },
];

const FIRST_COLUMN = 3;
export const LAST_COLUMN = FIRST_COLUMN + PROGRESS_COLUMNS.length - 1;

/** Sheet column (A = 1) of the column at `index` of PROGRESS_COLUMNS. */
export const columnAt = (index: number): number => FIRST_COLUMN + index;
export const letterOf = (column: number): string => (column > 26 ? letterOf(Math.floor((column - 1) / 26)) : '') + String.fromCharCode(65 + ((column - 1) % 26));

/** Letter of the column that holds a count. */
export function countLetter(key: keyof ProgressCounts): string {
  const index = PROGRESS_COLUMNS.findIndex((column) => column.kind === 'count' && column.key === key);
  if (index === -1) throw new RangeError(`the form has no column for ${key}`);
  return letterOf(columnAt(index));
}

const numberOf = (key: keyof ProgressCounts): string => `(${countLetter(key).charCodeAt(0) - 64})`;

export const columnName = (column: ProgressColumn): string => (column.kind === 'count' ? COUNT_DEFINITIONS[column.key].name : RATES[column.rate].name);
export function columnSentence(column: ProgressColumn): string {
  if (column.kind === 'rate') return RATES[column.rate].sentence;
  const { sentence } = COUNT_DEFINITIONS[column.key];
  // Only the workbook has such a sheet.
  return column.key === 'held' ? sentence.replace('có lí do', 'có lí do (sheet "Chưa đủ điều kiện")') : sentence;
}

/** What stands in the numbered row: `(6)`, or for a rate how it is made: `(16)=(6)/(3)`. */
export function columnNumber(index: number): string {
  const column = PROGRESS_COLUMNS[index];
  const own = `(${columnAt(index)})`;
  if (column === undefined || column.kind === 'count') return own;
  const denominator = column.denominator.map(numberOf).join('-');
  return `${own}=${numberOf(column.numerator)}/${column.denominator.length > 1 ? `[${denominator}]` : denominator}`;
}

/**
 * A rate's formula from two cells or sums, by the same rule as `formatRate`: half up to hundredths of a percent, never 100 % while one is
 * missing, never 0 % when one is there.
 */
export const rateFormula = (part: string, all: string): string =>
  `IF(${all}=0,"${NO_RATE}",IF(${part}=0,0,IF(${part}=${all},1,MAX(0.0001,MIN(0.9999,ROUND(${part}*10000/${all},0)/10000)))))`;

/** The formula of a rate column in `row`. */
export function columnFormula(column: RateColumn, row: number): string {
  const [whole, ...without] = column.denominator.map((key) => `${countLetter(key)}${row}`);
  return rateFormula(`${countLetter(column.numerator)}${row}`, without.length === 0 ? whole! : `(${[whole, ...without].join('-')})`);
}

export function rateResult(column: RateColumn, counts: ProgressCounts): number | string {
  const points = basisPoints(RATES[column.rate].of(counts));
  return points === null ? NO_RATE : points / 10_000;
}
