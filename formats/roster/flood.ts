import { RefusedWorkbook, refusal } from '../workbook/refusal.js';

/** As many classes as a school's file may hold; the largest schools have about a hundred. */
export const MOST_CLASSES = 500;
/** A whole school with some columns out of place stays below; beyond it nobody reads a list, and the worker would only fill its memory. */
export const MOST_FAULTS = 20_000;

/** @throws RefusedWorkbook when a file holds more classes or faults than anybody could mend */
export function refuseFlood({ classes, faults }: { classes: number; faults: number }): void {
  if (classes > MOST_CLASSES) throw new RefusedWorkbook(refusal('too-many-classes', `tối đa ${MOST_CLASSES}`));
  if (faults > MOST_FAULTS) throw new RefusedWorkbook(refusal('too-many-faults', `hơn ${MOST_FAULTS}`));
}
