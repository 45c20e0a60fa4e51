import type { PlainDate, SchoolYear } from '../../domain/brand.js';
import type { HistoryEntry, PupilIdentity, PupilRecord, Sex } from '../../domain/record.js';
import { isForeign, type SeatKind } from './drawnPlan.js';
import { FOREIGN_NAMES, fullName, type Ethnicity } from './names.js';
import { personalNumber, pupilCode } from './numbers.js';
import { randomFor, type Random } from './random.js';
import { drawYearResults } from './results.js';

/** Where a pupil sits; what the generator knows before it draws the pupil. */
export type Seat = {
  schoolYear: SchoolYear;
  provinceName: string;
  school: { key: string; name: string; communeName: string; peoples: Readonly<Record<Ethnicity, number>> };
  className: string;
  grade: number;
  /** Position in the class, from 1. */
  position: number;
  /** Number among all pupils of the province, from 0. */
  place: number;
  /** Name of the satellite site the pupil goes to, or null. */
  site: string | null;
  /** All but `usual` will be held. */
  kind: SeatKind;
};

const HAMLETS = ['Bản Nà Lau', 'Bản Co Mỵ', 'Thôn Đồi Sim', 'Thôn Bến Mơ', 'Ấp Kênh Giữa', 'Tổ 3', 'Tổ 7', 'Bản Huổi Sen'] as const;
const EARLIER_SCHOOL = 'Trường Tiểu học Đồng Gương';

/** One pupil, from nothing but the seed and the seat: the same at every call, in whatever order. */
export function drawPupil(seed: number, seat: Seat): PupilRecord {
  const random = randomFor(seed, 'pupil', seat.school.key, seat.className, String(seat.position));
  const sex: Sex = random.chance(0.52) ? 'male' : 'female';
  const repeated = seat.grade > 1 && random.chance(0.012);
  const firstYear = Number(seat.schoolYear.slice(0, 4));
  const birthDate = plainDate(firstYear - 5 - seat.grade - (repeated ? 1 : 0), random.between(1, 12), random.between(1, 28));
  const ethnicity = isForeign(seat.kind) ? null : random.weighted(seat.school.peoples);
  return {
    identity: drawIdentity(random, seat, sex, birthDate, ethnicity),
    attendance: { excusedAbsences: random.between(0, 6), unexcusedAbsences: random.chance(0.15) ? random.between(1, 3) : 0 },
    body: {
      weightKg: String(18 + 2.5 * seat.grade + random.between(0, 12) / 2),
      heightCm: String(109 + 5 * seat.grade + random.between(0, 16) / 2),
    },
    history: drawHistory(random, seat, repeated),
    ...drawYearResults(random, seat.grade, { minorityLanguage: ethnicity === 'Khmer' && seat.grade >= 2, failed: seat.kind === 'awaitingReassessment' }),
  };
}

function drawIdentity(
  random: Random, seat: Seat, sex: Sex, birthDate: PlainDate, ethnicity: Ethnicity | null,
): PupilIdentity {
  const hamlet = random.pick(HAMLETS);
  const address = `${seat.site ?? hamlet}, ${seat.school.communeName}, ${seat.provinceName}`;
  const country = isForeign(seat.kind) ? seat.kind : null;
  const family = ethnicity === null ? undefined : fullName(random, ethnicity, 'male').split(' ')[0];
  const orphaned = random.chance(0.015);
  return {
    pupilCode: pupilCode(seat.place),
    personalNumber: isForeign(seat.kind) || seat.kind === 'noNumber' ? null : personalNumber(seat.place, sex, birthDate),
    fullName: country === null || ethnicity !== null ? fullName(random, ethnicity ?? 'Kinh', sex, family) : random.pick(FOREIGN_NAMES[country][sex]),
    sex,
    birthDate,
    birthPlace: country ?? `${seat.school.communeName}, ${seat.provinceName}`,
    homeTown: country ?? `${seat.school.communeName}, ${seat.provinceName}`,
    address,
    ethnicity: ethnicity ?? 'Người nước ngoài',
    nationality: country ?? 'Việt Nam',
    fatherName: random.chance(0.04) ? null : country === null ? fullName(random, ethnicity ?? 'Kinh', 'male', family) : random.pick(FOREIGN_NAMES[country].male),
    motherName: country === null ? fullName(random, ethnicity ?? 'Kinh', 'female') : random.pick(FOREIGN_NAMES[country].female),
    guardianName: orphaned ? fullName(random, ethnicity ?? 'Kinh', 'female') : null,
    registerNumber: `${seat.className}-${String(seat.position).padStart(2, '0')}/${seat.schoolYear.slice(0, 4)}`,
  };
}

/** One entry per year from grade 1; a repeated grade stands twice; a few came from another school. */
function drawHistory(random: Random, seat: Seat, repeated: boolean): HistoryEntry[] {
  const letter = seat.className.slice(-1);
  const lastYear = Number(seat.schoolYear.slice(0, 4));
  const grades = Array.from({ length: seat.grade }, (_, index) => index + 1);
  if (repeated) grades.splice(seat.grade - 1, 0, seat.grade - 1);
  const movedAt = grades.length > 1 && random.chance(0.03) ? random.between(1, grades.length - 1) : 0;
  const yearOf = (index: number): number => lastYear - (grades.length - 1 - index);
  return grades.map((grade, index) => {
    const here = index >= movedAt;
    return {
      schoolYear: `${yearOf(index)}-${yearOf(index) + 1}`,
      className: `${grade}${letter}`,
      schoolName: here ? seat.school.name : EARLIER_SCHOOL,
      enteredOn: plainDate(yearOf(here ? movedAt : 0), 9, 5),
    };
  });
}

const plainDate = (year: number, month: number, day: number): PlainDate =>
  `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}` as PlainDate;
