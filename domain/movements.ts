import type { MovementReason } from './pupilStatus.js';
import type { ProgressCounts } from './rates.js';

/** How many pupils of one school came (`in`) or left (`out`) for one reason since the launch. Who came and left again is in both. */
export type MovementRow = { direction: 'in' | 'out'; reason: MovementReason; officeName: string; schoolCode: string; schoolName: string; pupils: number };

/** How the frozen list became what is expected now: `frozen + came - left = expected`. */
export type ListBalance = { frozen: number; came: number; left: number; expected: number };

/** @param movements all of the scope that `counts` is of, read in the same snapshot */
export function listBalance({ expected, excluded }: Pick<ProgressCounts, 'expected' | 'excluded'>, movements: readonly Pick<MovementRow, 'direction' | 'pupils'>[]): ListBalance {
  const came = movements.reduce((sum, { direction, pupils }) => sum + (direction === 'in' ? pupils : 0), 0);
  return { frozen: expected + excluded - came, came, left: excluded, expected };
}
