import { formatCount, formatDay as dayOf, formatInstant } from '../domain/vietnameseFormat.js';
import { formatRate as rateText, rate } from '../domain/rates.js';
import type { Instant, PlainDate } from '../domain/brand.js';

/** What pages add to the domain's way of writing numbers and days: database values as arguments, form fields, spans. Zone +07:00. */
const ZONE_OFFSET_MS = 7 * 3_600_000;
const NBSP = '\u00a0';

/** 60259 → `60.259`. */
export const formatNumber = formatCount;

/** 60259 of 73172 → `82,35 %`; nothing expected → `–`. */
export const formatRate = (numerator: number, denominator: number): string => rateText(rate(numerator, denominator));

/** `2026-05-25` → `25/05/2026`. A calendar day has no zone. */
export const formatDay = (day: string): string => dayOf(day as PlainDate);

type Moment = Date | string | number;
const local = (at: Moment): string => new Date(new Date(at).getTime() + ZONE_OFFSET_MS).toISOString();

/** An instant as its local day, `25/05/2026`. */
export const formatDate = (at: Moment): string => formatDay(local(at).slice(0, 10));

/** An instant to the minute, `14:05 25/05/2026`. */
export const formatTime = (at: Moment): string => formatInstant(new Date(at).toISOString() as Instant).replace(' ', NBSP);

/** A name as the middle of a sentence: `Ký duyệt` → `ký duyệt`, but `GVCN rà soát` stays. */
export const inSentence = (name: string): string => (/^\p{Lu}\p{Ll}/u.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name);

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
