import type { SchoolCode } from '../../domain/brand.js';
import { heldByRecord } from '../../domain/pupilStatus.js';
import type { Province, School, SchoolClass } from '../province/province.js';
import { randomFor } from '../province/random.js';

export type ClassName = { schoolCode: SchoolCode; className: string };
export type WaitingJob = 'review' | 'approve' | 'seal';

/** What makes this campaign more than a smooth one; a province too small for a part goes without it. */
export type Story = {
  /** The campaign stays open: some classes have a fate that ends without a principal's signature. */
  open: boolean;
  /** Its clerk's first workbook has seven bad cells; null where faulty workbooks are a fate. */
  badRoster: SchoolCode | null;
  /** Nothing comes from these before the area's office has chased them. */
  late: readonly SchoolCode[];
  /** The head gives this class back once, with a reason; null where that is a fate. */
  returned: ClassName | null;
  /** Pupils whose card the Kho refuses once; what the clerk then does. */
  refusals: readonly (ClassName & { id: string; pupilCode: string; way: 'resend' | 'reissue' })[];
  /** Without `--exit`: jobs that the autopilot leaves to whoever watches. */
  left: readonly (ClassName & { job: WaitingJob })[];
};

export const BAD_CELLS = 7;

/** The story of a province: the same province, the same story. Pure. */
export function storyOf(province: Province): Story {
  return province.schools.some((school) => school.classes.some((one) => one.fate !== 'accepted')) ? openStory(province) : endingStory(province);
}

/** Two cards that the Kho refuses once, in different classes that end accepted; everything else is told by the fates. */
function openStory(province: Province): Story {
  const going = province.schools.flatMap((school) => school.classes.filter(({ fate, size, held }) => fate === 'accepted' && size > held).map((one) => ({ school, one })));
  const [first, last] = [going[0], going.at(-1)];
  if (first === undefined || last === undefined || first === last) throw new RangeError('the province has no two classes that end accepted');
  return {
    open: true, badRoster: null, late: [], returned: null, left: [],
    refusals: [{ id: 'demo-resend', way: 'resend', ...refusedPupil(province, first.school, first.one) }, { id: 'demo-reissue', way: 'reissue', ...refusedPupil(province, last.school, last.one) }],
  };
}

function endingStory(province: Province): Story {
  const [first, second, ...others] = province.schools as [School, School, ...School[]];
  const oneHead = province.schools.at(-1) as School;
  const [third, ...rest] = others.filter((school) => school !== oneHead);
  const classNames = first.classes.map((one) => one.name);
  const last = <T>(list: readonly T[], place: number): T => list[list.length - 1 - place] as T;
  const spacious = classNames.length >= 8;
  const left = (job: WaitingJob, ...places: number[]) => places.map((place) => ({ job, schoolCode: first.code, className: last(classNames, place) }));
  return {
    open: false,
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
function refusedPupil(province: Province, school: School, one = school.classes.at(-1) as SchoolClass): ClassName & { pupilCode: string } {
  const random = randomFor(province.seed, 'refused', school.code);
  const [pupil] = random.sample(one.pupils.filter((record) => heldByRecord(record) === null), 1);
  if (pupil === undefined) throw new RangeError(`class ${one.name} has nobody for the Kho to refuse`);
  return { schoolCode: school.code, className: one.name, pupilCode: pupil.identity.pupilCode };
}
