import type { PlainDate } from '../../domain/brand.js';
import {
  COMPETENCE_CODES, COMPETENCES, QUALITY_CODES, SUBJECT_CODES, SUBJECTS, type CompetenceCode, type HistoryEntry, type PupilRecord, type SubjectResult, type TraitLevel,
} from '../../domain/record.js';
import { subjectsOfGrade } from '../../domain/recordRules.js';
import { address, type Cell, type Row } from '../workbook/cell.js';
import { parseCode, parsePersonalNumber } from '../workbook/code.js';
import type { FoundHeader } from '../workbook/header.js';
import { bad, decimalText, errorOf, fine, parseChoice, parseDate, parseText, quoted, turnedIntoDay, wholeNumber, type Parsed } from '../workbook/value.js';
import { columnTitle, type IdentityField, type RosterColumn } from './columns.js';
import type { ReadHistory } from './history.js';
import { faultAt, type Place, type ReadPupil } from './place.js';
import type { ExpectedPupil, RosterFault } from './reading.js';
import { ruleFaults, type Draft } from './rowRules.js';
import { LEVEL_WORDS, RESULT_WORDS, SEX_WORDS, TRAIT_WORDS, YES_NO_WORDS } from './words.js';

export type RowContext = {
  sheet: string;
  header: FoundHeader<RosterColumn>;
  grade: number;
  schoolYear: string;
  date1904: boolean;
  expected: ReadonlyMap<string, ExpectedPupil>;
  codes: ReadonlySet<string>;
  codeWidth: number | null;
  /** Null when the workbook has no history sheet, which is said once and not per pupil. */
  history: Pick<ReadHistory, 'entries' | 'broken'> | null;
};

/** Field path → cell: `subjects.TOAN` means its level, `history` the pupil's code. */
export function placeOfRow(sheet: string, row: number, header: FoundHeader<RosterColumn>): Place {
  return {
    sheet,
    row,
    at(field) {
      const keys = [field, `${field}.level`, field === 'history' ? 'identity.pupilCode' : '', 'identity.fullName', 'identity.pupilCode'] as RosterColumn[];
      const column = keys.map((key) => header.columns.get(key)).find((one) => one !== undefined);
      if (column === undefined) return { cell: address(row, 0), column: '' };
      return { cell: address(row, column), column: header.labels.get(column) ?? '' };
    },
  };
}

/** Reads one pupil's row: every cell once, every fault at its cell, then the rules of the record on what could be read. */
export function readRow(row: Row, context: RowContext): { pupil: ReadPupil; faults: RosterFault[] } {
  const reader = new RowReader(row, context);
  const draft = reader.draft();
  const { pupilCode, personalNumber, fullName, birthDate } = draft.identity;
  const failed = reader.failed;
  const pupil: ReadPupil = {
    pupilCode: failed.has('identity.pupilCode') ? undefined : pupilCode,
    personalNumber: failed.has('identity.personalNumber') ? undefined : personalNumber,
    fullName: failed.has('identity.fullName') ? undefined : fullName,
    birthDate: failed.has('identity.birthDate') ? undefined : birthDate,
    record: failed.size === 0 ? draft : null,
    place: reader.place,
  };
  const broken = ruleFaults({ record: draft, failed }, context.grade, context.schoolYear)
    .map((fault) => faultAt(reader.place, fault.field, pupil.pupilCode, fault));
  return { pupil, faults: [...reader.faults.map((fault) => ({ ...fault, pupilCode: pupil.pupilCode ?? null })), ...broken] };
}

/** Gathers faults and the fields that failed; a failed field holds a filler that `ruleFaults` knows not to judge. */
class RowReader {
  readonly faults: RosterFault[] = [];
  readonly failed: Set<string> = new Set();
  readonly place: Place;

  constructor(private readonly row: Row, private readonly context: RowContext) {
    this.place = placeOfRow(context.sheet, row.number, context.header);
  }

  draft(): Draft {
    const { context } = this;
    const pupilCode = this.required('identity.pupilCode', '', (cell) => parseCode(cell, context.codes, context.codeWidth));
    const sex = this.required('identity.sex', 'male' as const, (cell) => parseChoice(cell, SEX_WORDS, 'Nam, Nữ'));
    const birthDate = this.required('identity.birthDate', '2000-01-01' as PlainDate, (cell) => parseDate(cell, context.date1904));
    const expected = context.expected.get(pupilCode)?.personalNumber;
    const known = {
      ...(expected === undefined ? {} : { expected }),
      ...(this.failed.has('identity.sex') ? {} : { sex }),
      ...(this.failed.has('identity.birthDate') ? {} : { birthDate }),
    };
    const personalNumber = this.optional('identity.personalNumber', (cell) => parsePersonalNumber(cell, known));
    const text = (field: IdentityField) => this.required(`identity.${field}`, '', parseText);
    return {
      identity: {
        pupilCode, personalNumber, fullName: text('fullName'), sex, birthDate,
        birthPlace: text('birthPlace'), homeTown: text('homeTown'), address: text('address'), ethnicity: text('ethnicity'),
        nationality: text('nationality'), fatherName: this.optional('identity.fatherName', parseText),
        motherName: text('motherName'), guardianName: this.optional('identity.guardianName', parseText),
        registerNumber: this.required('identity.registerNumber', '', parseText),
      },
      attendance: { excusedAbsences: this.absences('attendance.excusedAbsences'), unexcusedAbsences: this.absences('attendance.unexcusedAbsences') },
      body: { weightKg: this.measure('body.weightKg', 8, 150), heightCm: this.measure('body.heightCm', 70, 220) },
      history: this.history(pupilCode),
      subjects: this.subjects(),
      competences: Object.fromEntries(COMPETENCE_CODES.map((code) => [code, this.competence(code)])) as PupilRecord['competences'],
      qualities: Object.fromEntries(QUALITY_CODES.map((code) => [code, this.required(`qualities.${code}`, 'T' as TraitLevel, parseTrait)])) as PupilRecord['qualities'],
      remarks: {
        qualities: this.required('remarks.qualities', '', parseText),
        generalCompetences: this.required('remarks.generalCompetences', '', parseText),
        specificCompetences: this.required('remarks.specificCompetences', '', parseText),
        teacher: this.required('remarks.teacher', '', parseText),
      },
      summary: {
        result: this.required('summary.result', 'HT' as const, (cell) => parseChoice(cell, RESULT_WORDS, 'HTXS, HTT, HT, CHT')),
        promoted: this.required('summary.promoted', false, parseYesNo),
        gradeCompleted: this.required('summary.gradeCompleted', false, parseYesNo),
        primaryCompleted: this.primaryCompleted(),
        award: this.optional('summary.award', parseText),
        suddenAward: this.optional('summary.suddenAward', parseText),
      },
    };
  }

  private cell(key: RosterColumn): Cell | undefined {
    const column = this.context.header.columns.get(key);
    return column === undefined ? undefined : this.row.cells[column];
  }

  /** A blank or unreadable cell of a mandatory field fails the row; a column that is missing was said once for the class. */
  private required<T, F>(key: RosterColumn, filler: F, parse: (cell: Cell) => Parsed<T>): T | F {
    const cell = this.cell(key);
    if (cell !== undefined) return this.take(key, parse(cell)) ?? filler;
    this.failed.add(key);
    if (this.context.header.columns.has(key)) this.fault(key, 'value-missing', `Ô "${columnTitle(key)}" còn trống, cần được điền.`);
    return filler;
  }

  private optional<T>(key: RosterColumn, parse: (cell: Cell) => Parsed<T>): T | null {
    const cell = this.cell(key);
    return cell === undefined ? null : this.take(key, parse(cell)) ?? null;
  }

  private take<T>(key: RosterColumn, parsed: Parsed<T>): T | undefined {
    if (parsed.ok) {
      if (parsed.warning !== undefined) this.fault(key, parsed.warning.rule, parsed.warning.message, 'warning');
      return parsed.value;
    }
    this.failed.add(key);
    this.fault(key, parsed.rule, parsed.message);
    return undefined;
  }

  private fault(field: string, rule: string, message: string, severity: RosterFault['severity'] = 'error'): void {
    this.faults.push(faultAt(this.place, field, null, { rule, message, severity }));
  }

  private absences(key: RosterColumn): number {
    return this.required(key, 0, (cell) => {
      const error = errorOf(cell) ?? turnedIntoDay(cell);
      const days = wholeNumber(cell);
      if (error !== null) return error;
      return days !== null && days >= 0 && days <= 400 ? fine(days) : bad('absence-range', `Số buổi nghỉ ${quoted(cell)} phải là số nguyên từ 0 đến 400; không nghỉ thì ghi 0.`);
    });
  }

  /** Outside the usual range is only a warning: it is the school's own measurement. */
  private measure(key: 'body.weightKg' | 'body.heightCm', least: number, most: number): string {
    return this.required(key, '', (cell) => {
      const error = errorOf(cell) ?? turnedIntoDay(cell);
      const text = decimalText(cell);
      if (error !== null) return error;
      if (text === null || Number(text) === 0) return bad('measure-shape', `${columnTitle(key)} ${quoted(cell)} phải là một số, ví dụ 25,5.`);
      if (Number(text) >= least && Number(text) <= most) return fine(text);
      return { ok: true, value: text, warning: { rule: 'measure-unusual', message: `${columnTitle(key)} ${text.replace('.', ',')} khác thường. Hãy kiểm tra đơn vị đo.` } };
    });
  }

  private history(pupilCode: string): readonly HistoryEntry[] {
    const { history } = this.context;
    if (history === null || history.broken.has(pupilCode)) {
      this.failed.add('history');
      return [];
    }
    const entries = history.entries.get(pupilCode) ?? [];
    if (entries.length === 0 && !this.failed.has('identity.pupilCode')) {
      this.failed.add('history');
      this.fault('history', 'history-missing', 'Học sinh chưa có dòng nào ở trang "Quá trình học tập".');
    }
    return entries;
  }

  /** The class is told once about a column that is missing, so its rows are failed without a word. */
  private failWithoutColumn(key: RosterColumn): void {
    if (!this.context.header.columns.has(key)) this.failed.add(key);
  }

  private competence(code: CompetenceCode): TraitLevel | null {
    if (COMPETENCES[code].mandatory) this.failWithoutColumn(`competences.${code}`);
    return this.optional(`competences.${code}`, parseTrait);
  }

  /** Only grade 5 completes primary school; "Không" below it says the same as a blank cell. */
  private primaryCompleted(): boolean | null {
    const key = 'summary.primaryCompleted';
    if (this.context.grade === 5) return this.required(key, null, parseYesNo);
    const value = this.optional(key, parseYesNo);
    if (value === true) {
      this.failed.add(key);
      this.fault(key, 'completion-mismatch', `Khối ${this.context.grade} chưa hoàn thành chương trình tiểu học; hãy để trống ô này.`);
    }
    return null;
  }

  private subjects(): SubjectResult[] {
    const taught = new Set(subjectsOfGrade(this.context.grade));
    return SUBJECT_CODES.flatMap((subject) => {
      if (taught.has(subject)) this.failWithoutColumn(`subjects.${subject}.level`);
      if (taught.has(subject) && SUBJECTS[subject].tested) this.failWithoutColumn(`subjects.${subject}.test`);
      const level = this.optional(`subjects.${subject}.level`, (cell) => parseChoice(cell, LEVEL_WORDS, 'T, H, C'));
      const test = SUBJECTS[subject].tested ? this.optional(`subjects.${subject}.test`, parseTest) : null;
      if (level !== null) return [{ subject, level, test }];
      if (test !== null && !taught.has(subject)) {
        this.failed.add(`subjects.${subject}.level`);
        this.fault(`subjects.${subject}.level`, 'value-missing', `Môn ${SUBJECTS[subject].name} có điểm kiểm tra nhưng thiếu mức đạt được.`);
      }
      return [];
    });
  }
}

const parseTrait = (cell: Cell) => parseChoice(cell, TRAIT_WORDS, 'T, Đ, C');
const parseYesNo = (cell: Cell) => parseChoice(cell, YES_NO_WORDS, 'Có, Không');

/** Any number passes here; whether it is whole and within 0–10 is the record's own rule. */
function parseTest(cell: Cell): Parsed<number> {
  const error = errorOf(cell) ?? turnedIntoDay(cell);
  if (error !== null) return error;
  if (cell.kind === 'number') return fine(cell.value);
  const text = decimalText(cell);
  return text === null ? bad('test-range', `Điểm kiểm tra ${quoted(cell)} phải là số nguyên từ 0 đến 10.`) : fine(Number(text));
}
