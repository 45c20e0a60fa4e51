import type { Town } from '../town.js';
import type { SigningClass } from './shapes.js';

const EARLIER = { approve: ['review'], seal: ['review', 'approve'] } as const;

/**
 * Whether nothing more is to come before this signature, so that one approval can take all. Classes that wait for whoever watches, or
 * for a corrected workbook, are not waited for.
 */
export function isReadyTogether(town: Town, job: 'approve' | 'seal', schoolCode: string, classes: readonly SigningClass[]): boolean {
  const { story, badWorkbook } = town.world;
  const isStuck = ({ className }: SigningClass): boolean =>
    EARLIER[job].some((earlier) => town.isLeft(earlier, schoolCode, className))
    || town.fate(schoolCode, className) !== 'accepted'
    || (town.leavesJobs && story.badRoster === schoolCode && badWorkbook?.classNames.includes(className) === true);
  return classes.every((one) => one.behind === 0 || isStuck(one));
}
