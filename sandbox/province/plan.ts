import type { Fate } from './fates.js';
import type { Ethnicity, ForeignCountry } from './names.js';

export const PROVINCE_NAMES = ['tiny', 'small', 'tiny-open', 'can-tho', '500k'] as const;
/** Which synthetic province; those of `OPEN_PROVINCES` are planned by size, the others written down here. */
export type ProvinceName = (typeof PROVINCE_NAMES)[number];
/** Provinces written down school by school. */
export type WrittenProvince = 'tiny' | 'small' | 'tiny-open';

/** What a size holds, as data: the generator fills it and decides nothing about shape. */
export type ProvincePlan = {
  communes: readonly string[];
  schools: readonly SchoolPlan[];
  /** Pupils who have no personal number yet. */
  withoutNumber: number;
  /** Pupils who did not complete the grade and wait for the summer's re-assessment. */
  awaitingReassessment: number;
  foreign: readonly ForeignCountry[];
};

export type SchoolPlan = {
  name: string;
  commune: number;
  /** How many classes in grades 1–5. */
  classes: readonly [number, number, number, number, number];
  pupilsPerClass: readonly [from: number, to: number];
  peoples: Readonly<Record<Ethnicity, number>>;
  /** `deputySigns`: the head is away. `oneHead`: the head also teaches a class and keeps the seal. */
  leadership: 'usual' | 'deputySigns' | 'oneHead';
  /** What becomes of its classes, in their order, in a campaign that stays open; absent: all are accepted. */
  fates?: readonly Fate[];
};

const TOWN = { Kinh: 85, Khmer: 5, Hmông: 4, Thái: 6 } as const;
const HIGHLAND = { Kinh: 12, Khmer: 0, Hmông: 55, Thái: 33 } as const;
const VALLEY = { Kinh: 30, Khmer: 0, Hmông: 10, Thái: 60 } as const;
const DELTA = { Kinh: 50, Khmer: 50, Hmông: 0, Thái: 0 } as const;

/** Invented units; a province with both Hmông and Khmer villages exists nowhere either. */
export const PROVINCE_PLANS = {
  tiny: {
    communes: ['Phường Hoa Mẫu', 'Xã Nà Sương'],
    schools: [
      { name: 'Trường Tiểu học Hoa Mẫu', commune: 0, classes: [1, 1, 1, 0, 1], pupilsPerClass: [8, 12], peoples: TOWN, leadership: 'deputySigns' },
      { name: 'Trường Tiểu học Bản Lưng Trời', commune: 1, classes: [1, 1, 0, 0, 0], pupilsPerClass: [5, 8], peoples: HIGHLAND, leadership: 'oneHead' },
    ],
    withoutNumber: 2,
    awaitingReassessment: 0,
    foreign: ['Lào'],
  },
  small: {
    communes: ['Phường Hoa Mẫu', 'Xã Nà Sương', 'Xã Suối Gương', 'Xã Kênh Mây'],
    schools: [
      { name: 'Trường Tiểu học Hoa Mẫu 1', commune: 0, classes: [2, 2, 2, 2, 2], pupilsPerClass: [30, 34], peoples: TOWN, leadership: 'usual' },
      { name: 'Trường Tiểu học Hoa Mẫu 2', commune: 0, classes: [2, 2, 1, 2, 1], pupilsPerClass: [29, 33], peoples: TOWN, leadership: 'deputySigns' },
      { name: 'Trường PTDTBT Tiểu học Nà Sương', commune: 1, classes: [2, 1, 2, 1, 1], pupilsPerClass: [28, 33], peoples: HIGHLAND, leadership: 'usual' },
      { name: 'Trường Tiểu học Suối Gương', commune: 2, classes: [1, 2, 1, 1, 2], pupilsPerClass: [28, 32], peoples: VALLEY, leadership: 'usual' },
      { name: 'Trường Tiểu học Kênh Mây', commune: 3, classes: [1, 1, 1, 2, 1], pupilsPerClass: [29, 33], peoples: DELTA, leadership: 'usual' },
      { name: 'Trường Tiểu học Bản Lưng Trời', commune: 1, classes: [1, 1, 0, 0, 0], pupilsPerClass: [9, 13], peoples: HIGHLAND, leadership: 'oneHead' },
    ],
    withoutNumber: 6,
    awaitingReassessment: 10,
    foreign: ['Lào', 'Lào', 'Campuchia', 'Hàn Quốc'],
  },
  'tiny-open': {
    communes: ['Phường Hoa Mẫu', 'Xã Nà Sương'],
    schools: [
      { name: 'Trường Tiểu học Hoa Mẫu', commune: 0, classes: [2, 2, 1, 0, 0], pupilsPerClass: [5, 8], peoples: TOWN, leadership: 'usual', fates: ['accepted', 'returnedToTeacher', 'accepted', 'returnedToClerk', 'faulty'] },
      { name: 'Trường Tiểu học Suối Gương', commune: 1, classes: [1, 0, 0, 0, 0], pupilsPerClass: [5, 8], peoples: VALLEY, leadership: 'usual', fates: ['notApproved'] },
      { name: 'Trường Tiểu học Kênh Mây', commune: 1, classes: [1, 0, 0, 0, 0], pupilsPerClass: [4, 6], peoples: DELTA, leadership: 'usual', fates: ['notUploaded'] },
      { name: 'Trường Tiểu học Bản Lưng Trời', commune: 1, classes: [1, 0, 0, 0, 0], pupilsPerClass: [3, 5], peoples: HIGHLAND, leadership: 'oneHead', fates: ['paper'] },
    ],
    withoutNumber: 2,
    awaitingReassessment: 1,
    foreign: ['Lào'],
  },
} as const satisfies Record<WrittenProvince, ProvincePlan>;
