import type { PlainDate } from '../../domain/brand.js';
import type { Sex } from '../../domain/record.js';
import type { CellFault } from '../workbook/fault.js';
import type { Refusal } from '../workbook/refusal.js';

/** One pupil of the list that launching freezes: the denominator of every rate. */
export type ExpectedRow = {
  schoolCode: string;
  className: string;
  grade: number;
  /** Homeroom teacher's 12-digit number, as in the units-and-staff workbook. */
  teacherNumber: string;
  pupilCode: string;
  fullName: string;
  birthDate: PlainDate;
  sex: Sex;
  ethnicity: string;
  nationality: string;
  /** Null while the pupil has none; the card is then held, not failed. */
  personalNumber: string | null;
  /** Free remark on the pupil's state, e.g. "chuyển đến 03/2026". */
  note: string | null;
};

/**
 * `data` may be used only when `faults` hold no error. At most `FAULT_CAP` faults are kept; `faultCount` is the true number. `taken` words
 * the fault of the row of that index in `data` whose pupil another school's list holds already.
 */
export type ExpectedReading =
  | { ok: false; refusal: Refusal }
  | { ok: true; data: ExpectedRow[]; faults: CellFault[]; faultCount: number; taken: (index: number, schoolName: string) => CellFault };
