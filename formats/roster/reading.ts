import type { PlainDate } from '../../domain/brand.js';
import type { PupilRecord } from '../../domain/record.js';
import type { CellFault } from '../workbook/fault.js';
import type { WorkbookLimits } from '../workbook/limits.js';
import type { Refusal } from '../workbook/refusal.js';

/** A fault of the roster: a `CellFault` that also names the pupil, when the row tells. */
export type RosterFault = CellFault & { pupilCode: string | null };

/** A pupil of the list frozen at launch, as far as a roster is compared with it. */
export type ExpectedPupil = { pupilCode: string; fullName: string; birthDate: PlainDate; personalNumber: string | null };
export type ExpectedClass = { name: string; grade: number; pupils: readonly ExpectedPupil[] };

export type RosterOptions = {
  /** `2025-2026`; without it the year is taken from the workbook's title. */
  schoolYear?: string;
  /** Without it only what the file alone shows is judged (`hub roster check`). */
  expectedClasses?: readonly ExpectedClass[];
  /** When given and the title names another school code, the workbook is faulted as another school's. */
  schoolCode?: string;
  limits?: Partial<WorkbookLimits>;
};

export type RosterClass = {
  name: string;
  grade: number;
  /** How many rows hold a pupil, readable or not. */
  pupils: number;
  /** Rows whose every cell could be read; a class is fit for use only when its `faults` hold no error. */
  records: PupilRecord[];
  faults: RosterFault[];
};

/**
 * What a roster says. A refusal means nothing was read. Faults stand with their class, so that one class's errors never
 * block another; those of the workbook's level (wrong year, wrong school, a sheet without a class) stand outside.
 */
export type RosterReading =
  | { ok: false; refusal: Refusal }
  | { ok: true; schoolYear: string | null; classes: RosterClass[]; faults: RosterFault[] };

/** Every fault of a reading, workbook first, then class by class. */
export const allFaults = (reading: Extract<RosterReading, { ok: true }>): RosterFault[] =>
  [...reading.faults, ...reading.classes.flatMap((one) => one.faults)];

export const hasErrors = (faults: readonly CellFault[]): boolean => faults.some((fault) => fault.severity === 'error');
