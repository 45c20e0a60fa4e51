import type { Instant, PlainDate } from '../../domain/brand.js';

/** The country keeps one time all year; cards state it with every date-time (spec §2). */
const VIETNAM_OFFSET_MS = 7 * 3_600_000;
const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
const ISO_DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const LOCAL_DAY = /^(\d{2})\/(\d{2})\/(\d{4})$/;

/** `2024-06-10T08:15:00+07:00`: whole seconds of local time, the form of every date-time in a card. */
export function vietnamDateTime(instant: Instant): string {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) throw new RangeError('an instant must be ISO 8601 with an offset');
  return `${new Date(at + VIETNAM_OFFSET_MS).toISOString().slice(0, 19)}+07:00`;
}

/** The date-time of local midnight, as NGAY_SINH and the other days of a card are written. */
export const vietnamMidnight = (day: PlainDate): string => `${day}T00:00:00+07:00`;

/** Cards of one school share most of their moments and days. */
const KEPT = 4_096;
/** Nothing longer, and nothing but ASCII, is a moment; what a hostile document has in its place is not worth remembering. */
const MEMORABLE = /^[\x20-\x7e]{1,40}$/;

function remembering<Value>(parse: (text: string) => Value): (text: string) => Value {
  const kept = new Map<string, Value>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const value = parse(text);
    if (!MEMORABLE.test(text)) return value;
    if (kept.size >= KEPT) kept.clear();
    // Copied: a part of a text holds on to the whole of it, here to a card or a batch of ten megabytes.
    kept.set(Buffer.from(text, 'latin1').toString('latin1'), value);
    return value;
  };
}

/** A card's date-time as milliseconds since the epoch; null when it is not `YYYY-MM-DDThh:mm:ssTZD` or no such day exists. */
export const dateTimeMs = remembering((text): number | null => {
  const found = DATE_TIME.exec(text);
  if (found === null || !dayExists(found[1], found[2], found[3])) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
});

/** Whether a date-time is one in the form in which we write it. */
export const isVietnamDateTime = remembering((text): boolean => dateTimeMs(text) !== null && vietnamDateTime(text as Instant) === text);

/** A day as cards state it, read from the date-time of local midnight, `YYYY-MM-DD` or `dd/MM/yyyy`; null when it is none of them. */
export const readDay = remembering((text): PlainDate | null => {
  const at = dateTimeMs(text);
  if (at !== null) return new Date(at + VIETNAM_OFFSET_MS).toISOString().slice(0, 10) as PlainDate;
  const iso = ISO_DAY.exec(text);
  if (iso !== null) return dayExists(iso[1], iso[2], iso[3]) ? (text as PlainDate) : null;
  const local = LOCAL_DAY.exec(text);
  if (local === null || !dayExists(local[3], local[2], local[1])) return null;
  return `${local[3]}-${local[2]}-${local[1]}` as PlainDate;
});

/** `Date.parse` turns 31 February into a day of March; a legal document must not. */
function dayExists(year = '', month = '', day = ''): boolean {
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return at.getUTCFullYear() === Number(year) && at.getUTCMonth() === Number(month) - 1 && at.getUTCDate() === Number(day);
}
