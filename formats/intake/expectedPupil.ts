import { identityProblems, type ExpectedIdentity } from '../../domain/expectedPupil.js';
import type { Cell } from '../workbook/cell.js';
import type { TableColumn } from '../workbook/table.js';
import { cleanText } from '../workbook/text.js';
import { bad, type Parsed } from '../workbook/value.js';
import { EXPECTED } from './expectedSheet.js';

const FIELDS = ['pupilCode', 'fullName', 'birthDate', 'sex', 'ethnicity', 'nationality', 'personalNumber'] as const satisfies readonly (keyof ExpectedIdentity)[];

/** `faults`: field → sentence, at most one each. */
export type ExpectedPupilReading = { ok: true; pupil: ExpectedIdentity } | { ok: false; faults: Readonly<Record<string, string>> };

/**
 * One pupil as typed into a form, by the rules of the expected-pupils workbook's cells, and by those that hold for a single pupil.
 * @param typed field → text; a field that is absent counts as blank
 * @param schoolYear `2025-2026`
 */
export function readExpectedPupil(typed: Readonly<Record<string, unknown>>, schoolYear: string): ExpectedPupilReading {
  const cell = (key: string): Cell | undefined => {
    const text = typed[key];
    return typeof text === 'string' && cleanText(text) !== '' ? { kind: 'text', text, formula: false } : undefined;
  };
  const parse = <T>(key: string, column: TableColumn<T>): Parsed<T> => {
    const found = cell(key);
    if (found !== undefined) return column.parse(found, { date1904: false, sibling: cell });
    return column.blank === 'error' ? bad('value-missing', `Ô "${column.label}" còn trống, cần được điền.`) : { ok: true, value: column.blank.value };
  };
  const pupil: Record<string, unknown> = {};
  const faults: Record<string, string> = {};
  for (const key of FIELDS) {
    const parsed = parse<unknown>(key, EXPECTED.columns[key] as TableColumn<unknown>);
    if (parsed.ok) pupil[key] = parsed.value;
    else faults[key] = parsed.message;
  }
  if (Object.keys(faults).length > 0) return { ok: false, faults };
  const whole = pupil as ExpectedIdentity;
  const problems = identityProblems(whole, schoolYear);
  return Object.keys(problems).length === 0 ? { ok: true, pupil: whole } : { ok: false, faults: problems };
}
