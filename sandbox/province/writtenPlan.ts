import type { SchoolYear } from '../../domain/brand.js';
import type { DrawnClass, DrawnPlan, DrawnSchool, SeatKind } from './drawnPlan.js';
import type { ForeignCountry } from './names.js';
import type { ProvincePlan, SchoolPlan } from './plan.js';
import { PAPER_REASON } from './fates.js';
import { randomFor } from './random.js';

const SCHOOL_YEAR = '2025-2026' as SchoolYear;

/** A province that is written down as data, with the sizes of its classes and who is not usual drawn. Pure. */
export function drawWrittenPlan(seed: number, plan: ProvincePlan): DrawnPlan {
  let pupils = 0;
  const schools = plan.schools.map((school, index): DrawnSchool => {
    const communeName = plan.communes[school.commune] as string;
    const classes = classSizes(seed, school, index).map((one, teacher): DrawnClass => {
      const drawn = { ...one, teacher, firstPupil: pupils, site: null, fate: school.fates?.[teacher] ?? 'accepted' };
      pupils += one.size;
      return drawn;
    });
    return { name: school.name, office: school.commune, communeName, districtName: null, laterCommuneName: communeName, peoples: school.peoples, leadership: school.leadership, paperReason: school.fates?.includes('paper') === true ? PAPER_REASON : null, classes };
  });
  return {
    schoolYear: SCHOOL_YEAR, schools, kinds: specialPupils(seed, plan, schools.flatMap((school) => school.classes)),
    offices: plan.communes.map((areaName) => ({ kind: 'commune', name: `Phòng Văn hóa – Xã hội ${areaName}`, areaName })),
  };
}

/** Names and sizes of a school's classes: `1A`, `1B`, `2A` … */
function classSizes(seed: number, plan: SchoolPlan, index: number): { name: string; grade: number; size: number }[] {
  const random = randomFor(seed, 'classes', `T${String(index + 1).padStart(2, '0')}`);
  const [from, to] = plan.pupilsPerClass;
  return plan.classes.flatMap((count, gradeIndex) =>
    Array.from({ length: count }, (_, letter) => ({ name: `${gradeIndex + 1}${'ABCDEF'.charAt(letter)}`, grade: gradeIndex + 1, size: random.between(from, to) })));
}

/** Who has no number and who is foreign, spread over the whole province; who is to be assessed again, where data come and say so. */
function specialPupils(seed: number, plan: ProvincePlan, classes: readonly DrawnClass[]): Map<number, SeatKind> {
  const kinds: ('noNumber' | ForeignCountry)[] = [...Array.from({ length: plan.withoutNumber }, () => 'noNumber' as const), ...plan.foreign];
  const random = randomFor(seed, 'special');
  const chosen = random.sample(places(classes), kinds.length);
  const special = new Map<number, SeatKind>(chosen.map((place) => [place, kinds.splice(random.between(0, kinds.length - 1), 1)[0] ?? 'usual']));
  const free = places(classes.filter(({ fate }) => fate === 'accepted')).filter((place) => !special.has(place));
  for (const place of randomFor(seed, 'awaiting').sample(free, plan.awaitingReassessment)) special.set(place, 'awaitingReassessment');
  return special;
}

const places = (classes: readonly DrawnClass[]): number[] => classes.flatMap((one) => Array.from({ length: one.size }, (_, index) => one.firstPupil + index));
