import { CLASS_FATES, PAPER_REASON, SCHOOL_FATES, SHARES, type Fate } from './fates.js';
import type { DrawnClass, DrawnPlan, DrawnSchool, SeatKind } from './drawnPlan.js';
import type { ForeignCountry } from './names.js';
import type { OpenProvince } from './openPlan.js';
import { randomFor, type Random } from './random.js';

/** Shares of all pupils whom the record itself holds, wherever they sit; the last few without a number make the sum exact. Who waits for re-assessment sits where the data have come and say so. */
const HELD = { noNumber: 0.0035, foreign: 0.0004, awaiting: 0.005 } as const;
const COUNTRIES: readonly ForeignCountry[] = ['Lào', 'Campuchia', 'Hàn Quốc'];

/** Gives every class its fate and some pupils their kind, so that exactly `signed` pupils end accepted. @throws RangeError when it cannot */
export function decideFates(seed: number, schools: readonly DrawnSchool[], { pupils, signed }: OpenProvince): Pick<DrawnPlan, 'schools' | 'kinds'> {
  const kinds = drawKinds(seed, pupils);
  const held = (firstPupil: number, size: number): number => Array.from({ length: size }, (_, index) => kinds.has(firstPupil + index)).filter(Boolean).length;
  const fates = schools.map((school) => school.classes.map((): Fate => 'accepted'));
  const whole = (at: number): boolean => fates[at]!.every((fate) => fate === 'accepted');
  const eligible = (at: number, only?: number): number =>
    schools[at]!.classes.reduce((sum, one, index) => sum + (only === undefined || only === index ? one.size - held(one.firstPupil, one.size) : 0), 0);
  const order = schools.map((_, at) => ({ at, turn: randomFor(seed, 'open turn', String(at)).next() })).sort((a, b) => a.turn - b.turn).map(({ at }) => at);
  const awaiting = Math.max(1, Math.round(pupils * HELD.awaiting));
  // What may still be taken from the signed, and what a fate may still take.
  let surplus = schools.reduce((sum, _, at) => sum + eligible(at), 0) - signed - awaiting;
  for (const fate of SCHOOL_FATES) {
    let share = SHARES[fate] * pupils;
    // Small schools issue on paper; of each fate there is one school at least.
    const candidates = fate === 'paper' ? [...order].sort((a, b) => eligible(a) - eligible(b)) : order;
    let taken = 0;
    for (const at of candidates) {
      const size = eligible(at);
      if (!whole(at) || size > surplus || (size > share && (taken > 0 || size > 3 * share + 40))) continue;
      fates[at] = fates[at]!.map(() => fate);
      [surplus, share, taken] = [surplus - size, share - size, taken + 1];
    }
  }
  for (const fate of CLASS_FATES) {
    let share = SHARES[fate] * pupils;
    for (const at of order) {
      // A school keeps most of its classes, and one kind of trouble is enough for it.
      if (!whole(at) || schools[at]!.classes.length < 4) continue;
      for (let left = Math.ceil(schools[at]!.classes.length / 10), index = 1; left > 0 && share > 0; left -= 1, index += 3) {
        const size = eligible(at, index);
        if (size > surplus) break;
        fates[at]![index] = fate;
        [surplus, share] = [surplus - size, share - size];
      }
    }
  }
  // What is left is closed by classes whose head has not come to them, then by single pupils without a number.
  for (const at of order) {
    const index = schools[at]!.classes.length - 1;
    if (surplus <= Math.max(10, pupils * 0.003)) break;
    if (!whole(at) || eligible(at, index) > surplus || schools[at]!.classes.length < 4) continue;
    fates[at]![index] = 'returnedToTeacher';
    surplus -= eligible(at, index);
  }
  if (surplus < 0 || surplus > pupils * 0.02 + 40) throw new RangeError(`the fates leave ${surplus} pupils too many signed`);
  const accepted = schools.flatMap((school, at) => school.classes.filter((_, index) => fates[at]![index] === 'accepted'));
  holdMore(randomFor(seed, 'open remainder'), accepted, kinds, 'noNumber', surplus);
  holdMore(randomFor(seed, 'open awaiting'), accepted, kinds, 'awaitingReassessment', awaiting);
  return {
    kinds,
    schools: schools.map((school, at) => ({ ...school, paperReason: fates[at]![0] === 'paper' ? PAPER_REASON : null, classes: school.classes.map((one, index) => ({ ...one, fate: fates[at]![index]! })) })),
  };
}

function drawKinds(seed: number, pupils: number): Map<number, SeatKind> {
  const random = randomFor(seed, 'open kinds');
  const kinds = new Map<number, SeatKind>();
  const put = (count: number, kind: () => SeatKind): void => {
    for (let left = count; left > 0;) {
      const at = random.between(0, pupils - 1);
      if (kinds.has(at)) continue;
      kinds.set(at, kind());
      left -= 1;
    }
  };
  put(Math.round(pupils * HELD.noNumber), () => 'noNumber');
  put(Math.max(1, Math.round(pupils * HELD.foreign)), () => random.pick(COUNTRIES));
  return kinds;
}

/** So many more pupils of a kind, spread over these classes. */
function holdMore(random: Random, classes: readonly DrawnClass[], kinds: Map<number, SeatKind>, kind: SeatKind, count: number): void {
  for (let left = count; left > 0;) {
    const one = random.pick(classes);
    const at = one.firstPupil + random.between(0, one.size - 1);
    if (kinds.has(at)) continue;
    kinds.set(at, kind);
    left -= 1;
  }
}
