import type { PupilRecord } from '../../domain/record.js';
import type { PlainDate } from '../../domain/brand.js';
import type { RosterFault } from './reading.js';

/** Where a pupil stands in the upload, so that any rule can point at the cell (or the JSON value) of a field. */
export type Place = {
  sheet: string;
  /** 1-based row; 0 in JSON. */
  row: number;
  at(field: string): { cell: string; column: string };
};

/** A pupil as read, complete or not; `undefined` is a field that could not be read. */
export type ReadPupil = {
  pupilCode: string | undefined;
  personalNumber: string | null | undefined;
  fullName: string | undefined;
  birthDate: PlainDate | undefined;
  record: PupilRecord | null;
  place: Place;
};

export type ReadClass = { name: string; grade: number; pupils: ReadPupil[]; faults: RosterFault[]; place: Place };

type FaultText = { rule: string; message: string; severity?: RosterFault['severity'] };

export function faultAt(place: Place, field: string, pupilCode: string | null | undefined, { rule, message, severity = 'error' }: FaultText): RosterFault {
  const { cell, column } = place.at(field);
  return { sheet: place.sheet, cell, row: place.row, column, pupilCode: pupilCode ?? null, rule, message, severity };
}

/** A fault of a whole sheet or workbook. */
export const wholeFault = (sheet: string, { rule, message, severity = 'error' }: FaultText, cell = ''): RosterFault =>
  ({ sheet, cell, row: 0, column: '', pupilCode: null, rule, message, severity });
