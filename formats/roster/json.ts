import type { z } from 'zod';
import type { PlainDate } from '../../domain/brand.js';
import type { PupilRecord } from '../../domain/record.js';
import { recordFaults } from '../../domain/recordRules.js';
import { RefusedWorkbook, refusal } from '../workbook/refusal.js';
import { cleanText } from '../workbook/text.js';
import { columnTitle, type RosterColumn } from './columns.js';
import { markDuplicates } from './duplicates.js';
import { compareWithExpected } from './expectation.js';
import { refuseFlood } from './flood.js';
import { pupilShape, rosterShape } from './jsonShape.js';
import { faultAt, wholeFault, type Place, type ReadClass, type ReadPupil } from './place.js';
import type { RosterFault, RosterOptions, RosterReading } from './reading.js';

/**
 * The roster as JSON, `{schoolYear?, schoolCode?, classes: [{name, grade, pupils: PupilRecord[]}]}`, judged by the same rules
 * as the workbook. Faults carry a JSON pointer in `cell`.
 * @param value what `JSON.parse` gave
 */
export function readRosterJson(value: unknown, options: RosterOptions): RosterReading {
  try {
    return readClasses(value, options);
  } catch (error) {
    if (error instanceof RefusedWorkbook) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

function readClasses(value: unknown, options: RosterOptions): RosterReading {
  const frame = rosterShape.safeParse(value);
  if (!frame.success) {
    const { code, message } = refusal('json-shape');
    return { ok: false, refusal: { code, message: [message, ...frame.error.issues.slice(0, 3).map(frameSentence)].join(' ') } };
  }
  const { data } = frame;
  const schoolYear = options.schoolYear ?? data.schoolYear ?? null;
  const faults: RosterFault[] = [];
  if (schoolYear === null) faults.push(wholeFault('', { rule: 'school-year-unknown', message: 'Dữ liệu không ghi năm học (schoolYear).' }, '/schoolYear'));
  else if (data.schoolYear !== undefined && data.schoolYear !== schoolYear) faults.push(wholeFault('', { rule: 'school-year-differs', message: `Dữ liệu ghi năm học ${data.schoolYear}, không phải ${schoolYear}.` }, '/schoolYear'));
  if (options.schoolCode !== undefined && data.schoolCode !== undefined && data.schoolCode !== options.schoolCode) {
    faults.push(wholeFault('', { rule: 'other-school', message: `Dữ liệu ghi mã trường ${data.schoolCode}, không phải ${options.schoolCode}.` }, '/schoolCode'));
  }
  let faultCount = 0;
  const classes = data.classes.map(({ name, grade, pupils }, at): ReadClass => {
    const base = `/classes/${at}`;
    const one: ReadClass = { name, grade, pupils: [], faults: [], place: placeOfJson(base, undefined) };
    pupils.forEach((pupil, index) => {
      readPupil(pupil, `${base}/pupils/${index}`, one, schoolYear ?? '');
      refuseFlood({ classes: 0, faults: faultCount + one.faults.length });
    });
    faultCount += one.faults.length;
    return one;
  });
  markDuplicates(classes, options.expectedClasses ?? null);
  if (options.expectedClasses !== undefined) faults.push(...compareWithExpected(classes, options.expectedClasses));
  return {
    ok: true, schoolYear, faults,
    classes: classes.map(({ name, grade, pupils, faults: own }) => ({ name, grade, pupils: pupils.length, faults: own, records: pupils.flatMap(({ record }) => (record === null ? [] : [record])) })),
  };
}

function readPupil(value: unknown, base: string, one: ReadClass, schoolYear: string): void {
  const parsed = pupilShape.safeParse(value);
  const place = placeOfJson(base, parsed.success ? parsed.data : undefined);
  const identity = parsed.success ? parsed.data.identity : looseIdentity(value);
  const pupil: ReadPupil = { ...identity, record: parsed.success ? parsed.data : null, place };
  one.pupils.push(pupil);
  if (parsed.success) {
    one.faults.push(...recordFaults(parsed.data, one.grade, schoolYear).map((fault) => faultAt(place, fault.field, pupil.pupilCode, fault)));
    return;
  }
  for (const issue of parsed.error.issues) {
    const at = `${base}${pointer(issue.path)}`;
    one.faults.push({ ...wholeFault('', { rule: 'json-shape', message: issueSentence(issue) }, at), column: titleOf(issue.path.join('.')), pupilCode: pupil.pupilCode ?? null });
  }
}

/** Letters of the sender's own that a fault may repeat. */
const LONGEST_SHOWN = 100;

/** What names the pupil even when the record is not whole, so that a faulty pupil is not also told to be missing. */
function looseIdentity(value: unknown): Pick<ReadPupil, 'pupilCode' | 'personalNumber' | 'fullName' | 'birthDate'> {
  const identity = typeof value === 'object' && value !== null && 'identity' in value ? value.identity : undefined;
  const text = (key: string) => {
    const found = typeof identity === 'object' && identity !== null ? (identity as Record<string, unknown>)[key] : undefined;
    return typeof found === 'string' ? cleanText(found.slice(0, LONGEST_SHOWN)) : undefined;
  };
  return { pupilCode: text('pupilCode'), personalNumber: text('personalNumber'), fullName: text('fullName'), birthDate: text('birthDate') as PlainDate | undefined };
}

const frameSentence = (issue: z.core.$ZodIssue): string => `${issue.path.length === 0 ? 'Cả tệp' : `Mục ${pointer(issue.path)}`}: ${issueSentence(issue)}`;

const pointer = (path: readonly PropertyKey[]): string => path.map((part) => `/${String(part).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
const titleOf = (field: string): string => {
  const title = columnTitle(field as RosterColumn);
  return title === field && field.startsWith('subjects.') ? columnTitle(`${field}.level` as RosterColumn) : title;
};

/** Field paths name a subject by its code; in JSON it stands at an index. */
function placeOfJson(base: string, record: PupilRecord | undefined): Place {
  return {
    sheet: '',
    row: 0,
    at(field) {
      const [area, code, part] = field.split('.');
      const index = area === 'subjects' ? record?.subjects.findIndex((one) => one.subject === code) ?? -1 : -1;
      const path = area !== 'subjects' ? field.split('.') : index < 0 ? ['subjects'] : ['subjects', index, ...(part === undefined ? [] : [part])];
      return { cell: `${base}${pointer(path)}`, column: titleOf(field) };
    },
  };
}

function issueSentence(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type': return `Thiếu giá trị hoặc sai kiểu dữ liệu (cần ${issue.expected}).`;
    case 'unrecognized_keys': return `Có trường không dùng: ${cleanText(issue.keys.slice(0, 5).join(', ').slice(0, LONGEST_SHOWN))}.`;
    case 'invalid_value': return `Giá trị không dùng được; chỉ nhận: ${issue.values.map(String).join(', ')}.`;
    case 'too_small': case 'too_big': return 'Giá trị hoặc độ dài nằm ngoài khoảng cho phép.';
    case 'custom': return issue.message === 'code' ? 'Mã dài quá 50 ký tự.' : issue.message === 'date' ? 'Ngày phải theo dạng YYYY-MM-DD và có trong lịch.' : 'Giá trị không được để trống.';
    default: return 'Giá trị không đúng dạng.';
  }
}
