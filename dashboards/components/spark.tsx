import type { VNode } from 'preact';
import { formatNumber } from '../format.js';

const [WIDTH, HEIGHT] = [72, 18];

/** A count as it grew since launch, on the scale of what it may become: a line in a cell, said in words to who does not see it. */
export function Spark({ counts, most }: { counts: readonly number[]; most: number }): VNode {
  const x = (index: number): string => ((WIDTH * index) / counts.length).toFixed(0);
  const y = (count: number): string => (1 + (HEIGHT - 2) * (1 - count / Math.max(1, most))).toFixed(1);
  const points = [`0,${y(0)}`, ...counts.map((count, index) => `${x(index + 1)},${y(count)}`)];
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words(counts)}><polyline points={points.join(' ')} /></svg>
  );
}

/** Four points are enough to hear where it came from and where it stopped. */
const words = (counts: readonly number[]): string => `Qua từng phần tư thời gian: ${[1, 2, 3, 4].map((quarter) => formatNumber(counts[Math.ceil((counts.length * quarter) / 4) - 1] ?? 0)).join(', ')}`;
