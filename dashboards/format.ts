/**
 * Numbers, days and instants as Vietnamese offices write them: 60.259, 82,35 %, 25/05/2026, 25/05/2026 14:05. Zone +07:00, always.
 * NBSP (U+00A0) stands between a number and its unit, so that they never part at a line's end.
 */
const ZONE_OFFSET_MS = 7 * 3_600_000;
const NBSP = '\u00a0';

/** 60259 → `60.259`. */
export const formatNumber = (value: number): string => Math.round(value).toString().replace(/\B(?=(\d{3})+(?!\d))/g, '.');

/**
 * 60259 of 73172 → `82,35 %`; nothing expected → `–`. Rounded half up, except that only everything is 100 % and only nothing is 0 %.
 */
export function formatRate(numerator: number, denominator: number): string {
  if (denominator === 0) return '–';
  const hundredths = Math.round((numerator * 10_000) / denominator);
  const shown = numerator >= denominator ? hundredths : Math.min(9_999, numerator > 0 ? Math.max(1, hundredths) : 0);
  return `${formatNumber(Math.floor(shown / 100))},${String(shown % 100).padStart(2, '0')}${NBSP}%`;
}

/** `2026-05-25` → `25/05/2026`. A calendar day has no zone. */
export const formatDay = (day: string): string => `${day.slice(8, 10)}/${day.slice(5, 7)}/${day.slice(0, 4)}`;

type Moment = Date | string | number;
const local = (at: Moment): string => new Date(new Date(at).getTime() + ZONE_OFFSET_MS).toISOString();

/** An instant as its local day, `25/05/2026`. */
export const formatDate = (at: Moment): string => formatDay(local(at));

/** An instant to the minute, `25/05/2026 14:05`. */
export const formatTime = (at: Moment): string => `${formatDate(at)}${NBSP}${local(at).slice(11, 16)}`;

/** For `<time datetime>` and JSON: `2026-05-25T14:05:00+07:00`. */
export const isoLocal = (at: Moment): string => `${local(at).slice(0, 19)}+07:00`;

/** For `<input type="datetime-local">`: `2026-05-25T14:05`. */
export const inputTime = (at: Moment): string => local(at).slice(0, 16);

/** What a `datetime-local` field holds, as an instant of +07:00; null when it is no time. */
export function instantOfInput(text: string): string | null {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:\d{2})?$/.exec(text);
  if (match === null) return null;
  const at = new Date(`${match[1]}T${match[2]}${match[3] ?? ':00'}+07:00`);
  return Number.isNaN(at.getTime()) ? null : isoLocal(at);
}

/** A span in words, its two largest units: `2 ngày 3 giờ`, `45 phút`. @param seconds not negative */
export function formatSpan(seconds: number): string {
  const units = [['ngày', 86_400], ['giờ', 3_600], ['phút', 60], ['giây', 1]] as const;
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first === -1) return `0${NBSP}giây`;
  const [name, size] = units[first] as (typeof units)[number];
  const head = `${Math.floor(seconds / size)}${NBSP}${name}`;
  const next = units[first + 1];
  const rest = next === undefined ? 0 : Math.floor((seconds % size) / next[1]);
  return next === undefined || rest === 0 ? head : `${head} ${rest}${NBSP}${next[0]}`;
}

/** How late or how soon: `quá hạn 2 ngày`, `còn 3 giờ 5 phút`. */
export function formatDue(dueAt: Moment, now: Moment): string {
  const seconds = Math.round((new Date(dueAt).getTime() - new Date(now).getTime()) / 1000);
  return seconds < 0 ? `quá hạn ${formatSpan(-seconds)}` : `còn ${formatSpan(seconds)}`;
}
