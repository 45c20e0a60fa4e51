/**
 * One thing wrong in an uploaded workbook, said at its place and for the person who must mend it. Faults are values that
 * travel to a page and into the annotated workbook; they never go to a log, since a message may quote a pupil's data.
 */
export type CellFault = {
  /** Sheet name as written in the file; `''` for the whole workbook or for JSON. */
  sheet: string;
  /** `F12`, or a JSON pointer (`/classes/0/pupils/3/identity/sex`) when the data came as JSON; `''` for a whole sheet. */
  cell: string;
  /** 1-based row of the sheet; 0 when the fault has no row. */
  row: number;
  /** Header of the column as it stands in the file, or our name for it; `''` when the fault has no column. */
  column: string;
  /** Stable code of the broken rule, for programs. */
  rule: string;
  /** One sentence in Vietnamese: what is wrong and what to do. */
  message: string;
  severity: 'error' | 'warning';
};

export const errorCount = (faults: readonly CellFault[]): number =>
  faults.filter((fault) => fault.severity === 'error').length;

/** A template that nobody filled in: an error, because "read and taken" would be said of nothing. */
export const noRows = (sheet: string): CellFault =>
  ({ sheet, cell: '', row: 0, column: '', rule: 'no-rows', message: 'Tệp chưa có dòng dữ liệu nào. Hãy điền vào mẫu rồi nạp lại.', severity: 'error' });
