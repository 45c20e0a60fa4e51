import { seededRandom } from '../../domain/seededRandom.js';

/**
 * What the synthetic province draws from its seed: the same seed gives the same province everywhere.
 */
export type Random = {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [from, to], both included. */
  between(from: number, to: number): number;
  /** One entry; the list must not be empty. */
  pick<T>(list: readonly T[]): T;
  /** One key, drawn by its weight. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** `count` different entries in the list's order; all of them when there are fewer. */
  sample<T>(list: readonly T[], count: number): T[];
};

/**
 * @param seed the run's seed
 * @param path what the stream is for, e.g. `['school', '01']`: a change in one school then moves no other
 */
export function randomFor(seed: number, ...path: readonly string[]): Random {
  const next = seededRandom(fnv1a(`${seed}/${path.join('/')}`));
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new RangeError('cannot pick from an empty list');
    return list[between(0, list.length - 1)] as T;
  };
  return {
    next,
    between,
    pick,
    weighted: (weights) => {
      const entries = Object.entries<number>(weights);
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) {
        left -= weight;
        if (left < 0) return key as keyof typeof weights;
      }
      return entries[entries.length - 1]?.[0] as keyof typeof weights;
    },
    chance: (probability) => next() < probability,
    sample: (list, count) => {
      const indices = list.map((_, index) => index);
      const taken: number[] = [];
      while (taken.length < count && indices.length > 0) taken.push(indices.splice(between(0, indices.length - 1), 1)[0] as number);
      return taken.sort((a, b) => a - b).map((index) => list[index] as (typeof list)[number]);
    },
  };
}

/** FNV-1a, 32 bits: spreads neighbouring seeds and paths over the whole state. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash | 0;
}
