import type { SchoolCode } from '../../domain/brand.js';
import { heldReason } from '../../domain/pupilStatus.js';
import type { Province, School, SchoolClass } from '../province/province.js';
import { randomFor } from '../province/random.js';

export type ClassName = { schoolCode: SchoolCode; className: string };
export type WaitingJob = 'review' | 'approve' | 'seal';

/** What makes this campaign more than a smooth one; a province too small for a part goes without it. */
export type Story = {
  /** Its clerk's first workbook has seven bad cells. */
  badRoster: SchoolCode;
  /** Nothing comes from these before the area's office has chased them. */
  late: readonly SchoolCode[];
  /** The head gives this class back once, with a reason. */
  returned: ClassName;
  /** Pupils whose card the Kho refuses once; what the clerk then does. */
  refusals: readonly (ClassName & { id: string; pupilCode: string; way: 'resend' | 'reissue' })[];
  /** Without `--exit`: jobs that the autopilot leaves to whoever watches. */
  left: readonly (ClassName & { job: WaitingJob })[];
};

export const BAD_CELLS = 7;

/** The story of a province: the same province, the same story. Pure. */
export function storyOf(province: Province): Story {
  const [first, second, ...others] = province.schools as [School, School, ...School[]];
  const oneHead = province.schools.at(-1) as School;
  const [third, ...rest] = others.filter((school) => school !== oneHead);
  const classNames = first.classes.map((one) => one.name);
  const last = <T>(list: readonly T[], place: number): T => list[list.length - 1 - place] as T;
  const spacious = classNames.length >= 8;
  const left = (job: WaitingJob, ...places: number[]) => places.map((place) => ({ job, schoolCode: first.code, className: last(classNames, place) }));
  return {
    badRoster: (third ?? first).code,
    late: rest.map((school) => school.code),
    returned: { schoolCode: first.code, className: classNames[0] as string },
    refusals: [
      { id: 'demo-resend', way: 'resend', ...refusedPupil(province, second === oneHead ? first : second) },
      { id: 'demo-reissue', way: 'reissue', ...refusedPupil(province, oneHead) },
    ],
    left: spacious ? [...left('review', 0), ...left('approve', 1, 2, 3), ...left('seal', 4)] : [],
  };
}

/** Somebody whom nothing holds, so that the card reaches the Kho. */
function refusedPupil(province: Province, school: School): ClassName & { pupilCode: string } {
  const random = randomFor(province.seed, 'refused', school.code);
  const one = school.classes.at(-1) as SchoolClass;
  const [pupil] = random.sample(one.pupils.filter(({ identity }) => heldReason(identity) === null), 1);
  if (pupil === undefined) throw new RangeError(`class ${one.name} has nobody for the Kho to refuse`);
  return { schoolCode: school.code, className: one.name, pupilCode: pupil.identity.pupilCode };
}
