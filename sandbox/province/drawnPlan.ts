import type { SchoolYear } from '../../domain/brand.js';
import type { Fate } from './fates.js';
import type { ForeignCountry, Ethnicity } from './names.js';
import type { SchoolPlan } from './plan.js';

/** What is known of a pupil before the pupil is drawn; `usual` is everybody whom nothing holds. */
export type SeatKind = 'usual' | 'noNumber' | 'awaitingReassessment' | ForeignCountry;
export const isForeign = (kind: SeatKind): kind is ForeignCountry => kind !== 'usual' && kind !== 'noNumber' && kind !== 'awaitingReassessment';

/** A class before its pupils are drawn. */
export type DrawnClass = {
  name: string;
  grade: number;
  size: number;
  /** Number among all pupils of the province of the one before its first: personal numbers follow from it without any register. */
  firstPupil: number;
  /** Which teacher of the school has it, from 0; a combined class is two classes of one teacher. */
  teacher: number;
  /** Name of the satellite site (điểm trường), or null at the main one. */
  site: string | null;
  fate: Fate;
};

export type DrawnSchool = {
  name: string;
  /** Index into `offices`. */
  office: number;
  communeName: string;
  districtName: string | null;
  /** Commune after the merger of 1/7/2025; the same as `communeName` where there was none. */
  laterCommuneName: string;
  peoples: Readonly<Record<Ethnicity, number>>;
  leadership: SchoolPlan['leadership'];
  /** Why it issues on paper; null for all others. */
  paperReason: string | null;
  classes: readonly DrawnClass[];
};

export type DrawnOffice = { kind: 'district' | 'commune'; name: string; areaName: string };

/** A whole province before anybody in it is drawn: shapes, sizes and what becomes of each class, but nobody's name. */
export type DrawnPlan = {
  schoolYear: SchoolYear;
  offices: readonly DrawnOffice[];
  schools: readonly DrawnSchool[];
  /** Pupils who are not usual, by their number among all pupils of the province. */
  kinds: ReadonlyMap<number, SeatKind>;
};
