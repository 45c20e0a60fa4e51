import type { Fate } from '../province/fates.js';
import type { School, SchoolClass } from '../province/province.js';
import type { ClassStanding, SchoolStanding, Standing } from './standing.js';
import type { Town } from './town.js';

const COUNTED = ['expected', 'collected', 'reviewed', 'signed', 'sealed', 'received', 'accepted', 'held', 'exempt'] as const;
type Counted = Record<(typeof COUNTED)[number], number>;

/** How far a class of a fate comes: the last of these counts that takes it in. */
const REACHES = {
  accepted: 'accepted', notApproved: 'reviewed', returnedToTeacher: 'collected', returnedToClerk: 'collected', faulty: null, notUploaded: null, paper: null,
} as const satisfies Record<Fate, keyof Counted | null>;
const STEPS = ['collected', 'reviewed', 'signed', 'sealed', 'received', 'accepted'] as const;

/** Where a class stands when everything that can move has moved. */
export function scriptedCounts({ size, held, fate }: Pick<SchoolClass, 'size' | 'held' | 'fate'>): Counted {
  const reach = REACHES[fate];
  const last = reach === null ? -1 : STEPS.indexOf(reach);
  const steps = Object.fromEntries(STEPS.map((step, index) => [step, index <= last ? size - held : 0])) as Record<(typeof STEPS)[number], number>;
  return { expected: size, held, exempt: fate === 'paper' ? size - held : 0, ...steps };
}

/** Every class stands where its fate ends. */
export const haveAllMoved = (town: Town, standing: Standing): boolean =>
  standing.schools.length === town.world.province.schools.length && standing.schools.every((school) => classesOff(town.school(school.schoolCode), school).length === 0);

/** Besides, the deadline of the data has passed, so that the late schools are overdue. */
export function isAsScripted(town: Town, standing: Standing): boolean {
  const overdue = new Set(standing.overdue);
  return haveAllMoved(town, standing) && town.world.province.schools.every(({ code, classes }) => !classes.every(({ fate }) => fate === 'notUploaded') || overdue.has(code));
}

/** Classes of a school that do not stand where their fate ends. */
export function classesOff(plan: School, school: SchoolStanding): ClassStanding[] {
  const byName = new Map(plan.classes.map((one) => [one.name, scriptedCounts(one)]));
  return school.classes.filter(({ className, counts }) => {
    const scripted = byName.get(className);
    return scripted === undefined || COUNTED.some((count) => counts[count] !== scripted[count]);
  });
}
