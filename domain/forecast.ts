import { seededRandom } from './seededRandom.js';

/** How much grew in one step of time; steps follow each other without a gap. */
export type Growth = readonly number[];
export type Forecast = {
  /** Of ten possible courses eight end between `low` and `high` at the deadline; half are above `middle`. */
  low: number; middle: number; high: number;
};

/** Fewer steps than this say nothing about the next ones. */
export const FEWEST_STEPS = 3;
const COURSES = 500;

/**
 * Where a count will stand after `ahead` more steps when each of them is like one of the past ones, drawn by chance: no model of schools,
 * only the spread of what was seen. Never below what stands now less what was ever lost, never above `most`.
 * @param growth past steps, at least FEWEST_STEPS
 * @param ahead whole steps until the deadline, 0 when it has passed
 * @returns null when the past is too short
 */
export function forecast(now: number, growth: Growth, ahead: number, most: number): Forecast | null {
  if (growth.length < FEWEST_STEPS) return null;
  if (ahead <= 0) return { low: now, middle: now, high: now };
  // Seeded by the figures: everybody who looks sees the same forecast.
  const next = seededRandom(growth.length * 7_919 + now);
  const ends = Array.from({ length: COURSES }, () => {
    let count = now;
    for (let step = 0; step < ahead; step += 1) count += growth[Math.floor(next() * growth.length)] ?? 0;
    return Math.max(0, Math.min(most, count));
  }).sort((one, other) => one - other);
  const at = (share: number): number => ends[Math.floor(share * (COURSES - 1))] ?? now;
  return { low: at(0.1), middle: at(0.5), high: at(0.9) };
}
