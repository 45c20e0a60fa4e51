import { HELD_MENDS } from '../../domain/pupilStatus.js';
import { COUNT_DEFINITIONS } from '../../domain/rates.js';
import { LISTED_MEASURES, type ListedMeasure, type ReportKind, type ReportLine } from '../../domain/reports.js';
import { STEP_NAMES, TURN_NAMES } from '../../domain/turns.js';
import { formatDay } from '../format.js';
import { positionName, reasonName } from '../measures.js';
import { plainText } from './plainText.js';
import { COUNT_FORMAT, TEXT_FORMAT } from './style.js';

export type ListKind = Exclude<ReportKind, 'progress'>;
/** What a cell of a list holds; null leaves it empty. */
export type ListValue = string | number | null;
export type ListColumn = { name: string; width: number; format: string; measure: ListedMeasure | null; value: (line: ReportLine, order: number) => ListValue };

const DAY_FORMAT = 'dd/mm/yyyy';
const DAY_MS = 86_400_000;
/** Day 0 of Excel's calendar. */
const EPOCH = Date.UTC(1899, 11, 30);
/** Half a million lines repeat a few thousand places, days and reasons: each is worked out once. */
function once<T>(work: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (given) => {
    let found = known.get(given);
    if (found === undefined) known.set(given, found = work(given));
    return found;
  };
}
/** A day as Excel counts days, so that the column sorts and filters by time. */
const serialDay = once((day) => (Date.parse(`${day}T00:00:00Z`) - EPOCH) / DAY_MS);
const dayText = once(formatDay);
const plainOnce = once(plainText);

const text = (name: string, width: number, value: (line: ReportLine) => string | null, plain = plainOnce): ListColumn => ({
  name, width, format: TEXT_FORMAT, measure: null, value: (line) => { const found = value(line); return found === null ? null : plain(found); },
});
const measured = (measure: ListedMeasure): ListColumn => {
  const bit = 1 << LISTED_MEASURES.indexOf(measure);
  return { name: COUNT_DEFINITIONS[measure].name, width: 9, format: COUNT_FORMAT, measure, value: (line) => ((line.measures & bit) === 0 ? null : 1) };
};

const PLACE: readonly ListColumn[] = [
  { name: 'TT', width: 9, format: COUNT_FORMAT, measure: null, value: (_line, order) => order },
  text('Địa bàn', 24, (line) => line.officeName), text('Mã trường', 14, (line) => line.schoolCode), text('Trường', 34, (line) => line.schoolName), text('Lớp', 8, (line) => line.className),
];
const PERSON: readonly ListColumn[] = [
  text('Mã học sinh', 14, (line) => line.person?.pupilCode ?? null, plainText), text('Họ và tên', 26, (line) => line.person?.fullName ?? null, plainText),
  text('Ngày sinh', 12, (line) => (line.person === null ? null : dayText(line.person.birthDate))), text('Số định danh', 15, (line) => line.person?.personalNumber ?? null, plainText),
];
const SINCE: ListColumn = { name: 'Từ ngày', width: 12, format: DAY_FORMAT, measure: null, value: (line) => serialDay(line.since) };
const REASON = text('Lí do', 34, (line) => (line.reason === null ? null : reasonName(line.reason)));
const NOTE = text('Ghi chú', 34, (line) => line.reasonNote, plainText);
const turnOf = ({ step, owned }: ReportLine): string | null => (step === null ? null : owned ? TURN_NAMES[step] : 'Chưa rõ đến lượt ai');
const mendOf = ({ reason }: ReportLine): string | null => (reason !== null && reason in HELD_MENDS ? HELD_MENDS[reason as keyof typeof HELD_MENDS] : null);

/** Columns of a list; without names none by which a pupil is known. */
export function listColumns(kind: ListKind, withNames: boolean): readonly ListColumn[] {
  const who = withNames ? PERSON : [];
  if (kind === 'held') return [...PLACE, ...who, text('Diện', 18, (line) => positionName(line.position)), REASON, ...(withNames ? [NOTE] : []), text('Cách giải quyết', 60, mendOf), SINCE, measured('held'), measured('exempt')];
  return [
    ...PLACE, ...who, ...(withNames ? [text('Mã tra cứu', 38, (line) => line.person?.cardId ?? null, plainText)] : []), text('Học bạ đang ở', 24, (line) => positionName(line.position)), SINCE,
    text('Bước đang chờ', 20, (line) => (line.step === null ? null : STEP_NAMES[line.step])), text('Đến lượt', 22, turnOf), REASON, ...LISTED_MEASURES.map(measured),
  ];
}
