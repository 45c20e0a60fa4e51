import type { Instant, PlainDate } from './brand.js';

/**
 * Numbers and dates as Vietnamese readers expect them: `60.259`, `82,35 %`, `20/06/2026`. Written by hand, because `Intl` follows the
 * ICU data of the machine, and a page, a mail and a workbook must say the same everywhere.
 */

/** Viet Nam has had +07:00 all year since 1975. */
const OFFSET_MS = 7 * 3_600_000;

/** Whole number with dots between thousands: 60259 → `60.259`. */
export function formatCount(count: number): string {
  if (!Number.isSafeInteger(count)) throw new RangeError(`not a whole number: ${count}`);
  const digits = String(Math.abs(count)).replace(/\B(?=(\d{3})+$)/g, '.');
  return count < 0 ? `-${digits}` : digits;
}

/**
 * Hundredths of a percent as a percentage: 8235 → `82,35 %`. The space does not break, so a number never parts from its sign.
 * @param basisPoints whole number; 10 000 is 100 %
 */
export function formatBasisPoints(basisPoints: number): string {
  const whole = Math.trunc(basisPoints / 100);
  return `${formatCount(whole)},${String(Math.abs(basisPoints % 100)).padStart(2, '0')}\u00a0%`;
}

const two = (value: number): string => String(value).padStart(2, '0');
const local = (instant: Instant): Date => {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) throw new RangeError(`not an instant: ${instant}`);
  return new Date(at + OFFSET_MS);
};

/** The day in Viet Nam on which `instant` falls. */
export const localDay = (instant: Instant): PlainDate => local(instant).toISOString().slice(0, 10) as PlainDate;

/** `2026-06-20` → `20/06/2026`. */
export function formatDay(day: PlainDate): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (parts === null) throw new RangeError(`not a day: ${day}`);
  return `${parts[3]}/${parts[2]}/${parts[1]}`;
}

/** `17:30 20/06/2026`, in Viet Nam's time. */
export function formatInstant(instant: Instant): string {
  const at = local(instant);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())} ${formatDay(localDay(instant))}`;
}

/** `ngày 05 tháng 02 năm 2026`: days below 10 and months 1 and 2 take a zero (nghị định 30/2020/NĐ-CP, phụ lục I). */
export function formatLongDay(day: PlainDate): string {
  const [date, month, year] = formatDay(day).split('/') as [string, string, string];
  return `ngày ${date} tháng ${Number(month) <= 2 ? month : Number(month)} năm ${year}`;
}

/**
 * A span in its largest fitting unit, rounded down so that it never promises more than there is: `3 ngày`, `5 giờ`, `20 phút`.
 * @param milliseconds not negative
 */
export function formatSpan(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes >= 48 * 60) return `${Math.floor(minutes / (24 * 60))} ngày`;
  if (minutes >= 60) return `${Math.floor(minutes / 60)} giờ`;
  return minutes === 0 ? 'chưa đầy 1 phút' : `${minutes} phút`;
}
