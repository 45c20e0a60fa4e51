import type { SchoolYear } from '../../domain/brand.js';
import type { DrawnClass, DrawnPlan, DrawnSchool } from './drawnPlan.js';
import { decideFates } from './openFates.js';
import { areasOfCommunes, areasWithDistricts, type Areas } from './openAreas.js';
import { randomFor, type Random } from './random.js';

/** A province whose campaign stays open: how many there are, and how many of them are signed and accepted on the day of the report. */
export type OpenProvince = {
  schoolYear: SchoolYear; grades: number; pupils: number; signed: number; schools: number; communes: number; districts: boolean;
  /** Classes of a school beside those of the first campaign's province: a merged province has larger schools. */
  sizeFactor: number;
};

/** The first published campaign: 60,259 of 73,172 cards signed, in grades 1–4 of the school year 2023–2024; and a merged province of today. */
export const OPEN_PROVINCES = {
  'can-tho': { schoolYear: '2023-2024' as SchoolYear, grades: 4, pupils: 73_172, signed: 60_259, schools: 180, communes: 83, districts: true, sizeFactor: 1 },
  '500k': { schoolYear: '2025-2026' as SchoolYear, grades: 5, pupils: 500_000, signed: 411_764, schools: 830, communes: 103, districts: false, sizeFactor: 1.48 },
} as const satisfies Record<string, OpenProvince>;

/**
 * The same shape with fewer pupils, for trials; the share of the signed stays as near as whole pupils allow.
 * @throws RangeError below 1,000 pupils: seven schools are the fewest in which the shape can be seen
 */
export function scaled(whole: OpenProvince, pupils: number): OpenProvince {
  if (pupils < 1_000 || pupils > whole.pupils) throw new RangeError(`a province like this has 1000 to ${whole.pupils} pupils`);
  const part = pupils / whole.pupils;
  return { ...whole, pupils, signed: Math.round(whole.signed * part), schools: Math.max(7, Math.round(whole.schools * part)), communes: Math.max(whole.districts ? 9 : 4, Math.round(whole.communes * part)) };
}

type Kind = { weight: number; classes: readonly [number, number]; pupils: readonly [number, number] };
/** A few schools of 30–40 classes, many of 8–15, small ones with sites in the hamlets where two grades sit together. */
const KINDS = {
  great: { weight: 25, classes: [30, 40], pupils: [36, 40] },
  large: { weight: 95, classes: [18, 28], pupils: [35, 39] },
  usual: { weight: 630, classes: [8, 15], pupils: [31, 38] },
  small: { weight: 250, classes: [4, 7], pupils: [12, 24] },
} as const satisfies Record<string, Kind>;
type KindName = keyof typeof KINDS;

const PEOPLES = { town: { Kinh: 96, Khmer: 3, Hmông: 0, Thái: 1 }, country: { Kinh: 84, Khmer: 16, Hmông: 0, Thái: 0 } } as const;
const SITES = ['Kênh Giữa', 'Bến Mơ', 'Cồn Sậy', 'Rạch Tre'] as const;

/** The plan of a seed: exactly `pupils` pupils, exactly `signed` of them in accepted classes and held by nothing. Pure. */
export function drawOpenPlan(seed: number, province: OpenProvince): DrawnPlan {
  const areas = province.districts ? areasWithDistricts(province.communes) : areasOfCommunes(province.communes);
  const shapes = drawShapes(seed, province);
  fitSizes(shapes, province.pupils);
  let pupils = 0;
  const schools = shapes.map(({ kind, classes }, index): DrawnSchool => {
    const commune = areas.communes[Math.floor((index * areas.communes.length) / shapes.length)] as Areas['communes'][number];
    const inCommune = shapes.slice(0, index).filter((_, other) => Math.floor((other * areas.communes.length) / shapes.length) === areas.communes.indexOf(commune)).length;
    const random = randomFor(seed, 'open school', String(index));
    return {
      name: `Trường Tiểu học ${commune.name.replace(/^\S+ /, '')} ${inCommune + 1}`, office: commune.office, communeName: commune.name, districtName: commune.districtName, laterCommuneName: commune.laterName,
      peoples: commune.name.startsWith('Phường') ? PEOPLES.town : PEOPLES.country,
      leadership: kind !== 'small' && random.chance(0.08) ? 'deputySigns' : 'usual', paperReason: null,
      classes: classes.map((one): DrawnClass => {
        const drawn = { ...one, firstPupil: pupils, fate: 'accepted' as const };
        pupils += one.size;
        return drawn;
      }),
    };
  });
  return { schoolYear: province.schoolYear, offices: areas.offices, ...decideFates(seed, schools, province) };
}

type Shape = { kind: KindName; classes: (Omit<DrawnClass, 'firstPupil' | 'fate'>)[] };

function drawShapes(seed: number, { schools, grades, sizeFactor }: OpenProvince): Shape[] {
  const weights = Object.fromEntries(Object.entries(KINDS).map(([name, { weight }]) => [name, weight])) as Record<KindName, number>;
  return Array.from({ length: schools }, (_, index): Shape => {
    const random = randomFor(seed, 'open shape', String(index));
    const kind = random.weighted(weights);
    const wanted = Math.max(grades, Math.round(random.between(KINDS[kind].classes[0], KINDS[kind].classes[1]) * sizeFactor));
    return { kind, classes: drawClasses(random, kind, wanted, grades) };
  });
}

/** Classes spread over the grades, the lower ones first; in a small school one site in a hamlet with two grades in one room. */
function drawClasses(random: Random, kind: KindName, wanted: number, grades: number): Shape['classes'] {
  const [from, to] = KINDS[kind].pupils;
  const classes = Array.from({ length: grades }, (_, index) => index + 1).flatMap((grade) =>
    Array.from({ length: Math.floor(wanted / grades) + (grade <= wanted % grades ? 1 : 0) }, (_, letter) => ({
      name: `${grade}${'ABCDEGHIKLMNPQRSTUVXY'.charAt(letter)}`, grade, size: random.between(from, to), site: null as string | null,
    })));
  if (kind === 'small' && random.chance(0.6)) {
    const site = random.pick(SITES);
    for (const grade of [1, 2]) classes.push({ name: `${grade}S`, grade, size: random.between(5, 9), site });
  }
  classes.sort((left, right) => left.grade - right.grade);
  const teacherOfSite = classes.findIndex((one) => one.site !== null);
  let teachers = 0;
  return classes.map((one, index) => ({ ...one, teacher: one.site !== null && index > teacherOfSite ? -1 : teachers++ }))
    .map((one, _, all) => (one.teacher === -1 ? { ...one, teacher: all[teacherOfSite]?.teacher ?? 0 } : one));
}

/** Adds or takes a pupil here and there, class by class in turn, until the province has exactly so many. */
function fitSizes(shapes: readonly Shape[], pupils: number): void {
  const classes = shapes.flatMap((shape) => shape.classes).filter((one) => one.site === null);
  let left = pupils - shapes.reduce((sum, shape) => sum + shape.classes.reduce((total, one) => total + one.size, 0), 0);
  for (let round = 0; left !== 0; round += 1) {
    if (round > 40) throw new RangeError(`${shapes.length} schools do not hold ${pupils} pupils in classes of a natural size`);
    for (const one of classes) {
      if (left === 0) break;
      if (left < 0 && one.size <= 3) continue;
      one.size += Math.sign(left);
      left -= Math.sign(left);
    }
  }
}
