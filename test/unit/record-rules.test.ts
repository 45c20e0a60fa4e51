import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { COMPETENCE_CODES, COMPETENCES, QUALITY_CODES, SUBJECT_CODES, SUBJECTS, type PupilRecord, type SubjectCode, type SubjectLevel, type TraitLevel } from '../../domain/record.js';
import { overallResult, personalNumberFaults, recordFaults, subjectsOfGrade } from '../../domain/recordRules.js';

/** Thông tư 27/2020 as spec §2.2 restates it, rule by rule. */
const YEAR = '2025-2026';
type Change = { level?: SubjectLevel; trait?: TraitLevel; test?: number };

function pupil(grade: number, { level = 'T', trait = 'T', test: score = 10 }: Change = {}): PupilRecord {
  const parts = {
    subjects: subjectsOfGrade(grade).map((subject) => ({ subject, level, test: SUBJECTS[subject].tested ? score : null })),
    competences: Object.fromEntries(COMPETENCE_CODES.map((code) => [code, trait])) as PupilRecord['competences'],
    qualities: Object.fromEntries(QUALITY_CODES.map((code) => [code, trait])) as PupilRecord['qualities'],
  };
  const result = overallResult(parts);
  const up = result !== 'CHT';
  return {
    identity: {
      pupilCode: '0000001', personalNumber: `0992${String(2019 - grade).slice(2)}000001`, fullName: 'Lò Văn Mẫu', sex: 'male', birthDate: `${2019 - grade}-03-04` as PupilRecord['identity']['birthDate'], birthPlace: 'Xã Mẫu',
      homeTown: 'Xã Mẫu', address: 'Bản Mẫu', ethnicity: 'Thái', nationality: 'Việt Nam', fatherName: null, motherName: 'Lò Thị Mẹ', guardianName: null, registerNumber: '01/2025',
    },
    attendance: { excusedAbsences: 0, unexcusedAbsences: 0 }, body: { weightKg: '24', heightCm: '120' }, history: [], ...parts,
    remarks: { qualities: 'Ngoan', generalCompetences: 'Khá', specificCompetences: 'Khá', teacher: 'Ngoan' },
    summary: { result, promoted: up, gradeCompleted: up, primaryCompleted: grade === 5 ? up : null, award: null, suddenAward: null },
  };
}
const rules = (record: PupilRecord, grade: number): string[] => recordFaults(record, grade, YEAR).map((fault) => `${fault.rule} ${fault.field}`);
const withSubject = (record: PupilRecord, subject: SubjectCode, change: Partial<PupilRecord['subjects'][number]>): PupilRecord =>
  ({ ...record, subjects: record.subjects.map((one) => (one.subject === subject ? { ...one, ...change } : one)) });
const settled = (record: PupilRecord): PupilRecord => {
  const result = overallResult(record);
  const up = result !== 'CHT';
  return { ...record, summary: { ...record.summary, result, promoted: up, gradeCompleted: up, primaryCompleted: record.summary.primaryCompleted === null ? null : up } };
};

describe('subjects of a grade', () => {
  const expected: Record<SubjectCode, number[]> = {
    TV: [1, 2, 3, 4, 5], TOAN: [1, 2, 3, 4, 5], DD: [1, 2, 3, 4, 5], GDTC: [1, 2, 3, 4, 5], AN: [1, 2, 3, 4, 5], MT: [1, 2, 3, 4, 5], HDTN: [1, 2, 3, 4, 5],
    TNXH: [1, 2, 3], NN1: [3, 4, 5], TIN: [3, 4, 5], CN: [3, 4, 5], LSDL: [4, 5], KH: [4, 5], TDT: [],
  };
  test('are those of the circular, Tiếng dân tộc being optional', () => {
    for (const code of SUBJECT_CODES) assert.deepEqual([1, 2, 3, 4, 5].filter((grade) => subjectsOfGrade(grade).includes(code)), expected[code], code);
  });
  test('have a periodic test only where the circular sets one', () => {
    assert.deepEqual(SUBJECT_CODES.filter((code) => SUBJECTS[code].tested).sort(), ['CN', 'KH', 'LSDL', 'NN1', 'TIN', 'TOAN', 'TV']);
  });
});

describe('a record without a fault', () => {
  for (const grade of [1, 2, 3, 4, 5]) test(`is found without one in grade ${grade}`, () => {
    for (const change of [{}, { level: 'T', test: 7 }, { level: 'H', trait: 'Đ', test: 5 }, { level: 'C', trait: 'C', test: 0 }] satisfies Change[]) assert.deepEqual(rules(pupil(grade, change), grade), []);
  });
  test('may hold Tiếng dân tộc in any grade, and leave out the competences that are optional', () => {
    const record = pupil(2);
    assert.deepEqual(rules({ ...record, subjects: [...record.subjects, { subject: 'TDT', level: 'T', test: null }], competences: { ...record.competences, technology: null, informatics: null } }, 2), []);
  });
  test('may have no personal number: the pupil is held, not refused', () => {
    const record = pupil(3);
    assert.deepEqual(rules({ ...record, identity: { ...record.identity, personalNumber: null } }, 3), []);
  });
});

describe('the overall result', () => {
  const of = (change: Change, grade = 4): string => overallResult(pupil(grade, change));
  test('is HTXS with everything T and tests of 9 and 10', () => assert.equal(of({ test: 9 }), 'HTXS'));
  test('is HTT with everything T and tests from 7', () => assert.deepEqual([of({ test: 8 }), of({ test: 7 })], ['HTT', 'HTT']));
  test('is HT from H, Đ and 5 upwards', () => assert.deepEqual([of({ level: 'H', trait: 'Đ', test: 5 }), of({ test: 6 }), of({ level: 'H' }), of({ trait: 'Đ' })], ['HT', 'HT', 'HT', 'HT']));
  test('is CHT when one part is below', () => assert.deepEqual([of({ level: 'C' }), of({ trait: 'C' }), of({ test: 4 })], ['CHT', 'CHT', 'CHT']));
  test('is decided by the weakest single part, whichever it is', () => {
    const best = pupil(4);
    for (const { subject } of best.subjects) {
      assert.equal(overallResult(withSubject(best, subject, { level: 'H' })), 'HT', subject);
      assert.equal(overallResult(withSubject(best, subject, { level: 'C' })), 'CHT', subject);
      if (SUBJECTS[subject].tested) assert.deepEqual([8, 6, 4].map((score) => overallResult(withSubject(best, subject, { test: score }))), ['HTT', 'HT', 'CHT'], subject);
    }
    for (const code of COMPETENCE_CODES) assert.deepEqual((['Đ', 'C'] as const).map((level) => overallResult({ ...best, competences: { ...best.competences, [code]: level } })), ['HT', 'CHT'], code);
    for (const code of QUALITY_CODES) assert.deepEqual((['Đ', 'C'] as const).map((level) => overallResult({ ...best, qualities: { ...best.qualities, [code]: level } })), ['HT', 'CHT'], code);
  });
  test('does not count a competence that was not judged', () => assert.equal(overallResult({ ...pupil(1), competences: { ...pupil(1).competences, technology: null } }), 'HTXS'));
});

describe('a fault is found', () => {
  test('when a subject of the grade is missing, or one of another grade is there', () => {
    const record = pupil(3);
    assert.deepEqual(rules(settled({ ...record, subjects: record.subjects.filter((one) => one.subject !== 'TNXH') }), 3), ['subject-missing subjects.TNXH']);
    assert.deepEqual(rules(settled({ ...record, subjects: [...record.subjects, { subject: 'KH', level: 'T', test: 9 }] }), 3), ['subject-not-in-grade subjects.KH']);
  });
  test('when a subject stands twice: the card would hold its block twice', () => {
    const record = pupil(3);
    assert.deepEqual(rules({ ...record, subjects: [...record.subjects, record.subjects[0]!] }, 3), [`subject-twice subjects.${record.subjects[0]!.subject}`]);
  });
  test('when a test is missing, stands where there is none, or is no whole number from 0 to 10', () => {
    assert.deepEqual(rules(withSubject(pupil(4), 'TOAN', { test: null }), 4), ['test-missing subjects.TOAN.test']);
    assert.deepEqual(rules(withSubject(pupil(4), 'DD', { test: 9 }), 4), ['test-not-allowed subjects.DD.test']);
    for (const score of [-1, 11, 9.5, Number.NaN]) assert.ok(rules(withSubject(pupil(4), 'TOAN', { test: score }), 4).includes('test-range subjects.TOAN.test'), String(score));
  });
  test('when a mandatory competence was not judged', () => {
    for (const code of COMPETENCE_CODES) {
      const record = pupil(2);
      assert.deepEqual(rules({ ...record, competences: { ...record.competences, [code]: null } }, 2), COMPETENCES[code].mandatory ? [`competence-missing competences.${code}`] : [], code);
    }
  });
  test('when the result is not what levels and scores make it', () => {
    const record = pupil(2, { test: 7 });
    assert.deepEqual(rules({ ...record, summary: { ...record.summary, result: 'HTXS' } }, 2), ['result-mismatch summary.result']);
  });
  test('when a pupil with CHT is promoted, or one without is not', () => {
    const weak = pupil(2, { level: 'C' });
    assert.deepEqual(rules({ ...weak, summary: { ...weak.summary, promoted: true, gradeCompleted: true } }, 2), ['promotion-mismatch summary.promoted']);
    const good = pupil(2);
    assert.deepEqual(rules({ ...good, summary: { ...good.summary, promoted: false, gradeCompleted: false } }, 2), ['promotion-mismatch summary.promoted']);
  });
  test('when completion disagrees with promotion: of the grade, and of primary school in grade 5 only', () => {
    const completion = 'completion-mismatch summary.gradeCompleted';
    const second = pupil(2);
    const fifth = pupil(5);
    assert.deepEqual(rules({ ...second, summary: { ...second.summary, gradeCompleted: false } }, 2), [completion]);
    assert.deepEqual(rules({ ...second, summary: { ...second.summary, primaryCompleted: true } }, 2), [completion]);
    assert.deepEqual(rules({ ...fifth, summary: { ...fifth.summary, primaryCompleted: null } }, 5), [completion]);
    assert.deepEqual(rules({ ...fifth, summary: { ...fifth.summary, primaryCompleted: false } }, 5), [completion]);
  });
  test('when the name is empty or the birth year is no pupil’s', () => {
    const record = pupil(1);
    const identity = (rest: Partial<PupilRecord['identity']>) => rules({ ...record, identity: { ...record.identity, personalNumber: null, ...rest } }, 1);
    assert.deepEqual(identity({ fullName: ' \t' }), ['name-missing identity.fullName']);
    for (const year of ['2022', '2004', '1999']) assert.deepEqual(identity({ birthDate: `${year}-01-01` as never }), ['birth-date-range identity.birthDate'], year);
    for (const year of ['2021', '2005']) assert.deepEqual(identity({ birthDate: `${year}-01-01` as never }), [], year);
  });
});

describe('a personal number', () => {
  const faults = (number: string, sex: 'male' | 'female', birthDate: string) => personalNumberFaults(number, sex, birthDate).map((fault) => fault.rule);
  test('says century, sex and birth year', () => {
    assert.deepEqual(faults('099216000001', 'male', '2016-02-03'), []);
    assert.deepEqual(faults('099316000001', 'female', '2016-02-03'), []);
    assert.deepEqual(faults('099085000001', 'male', '1985-02-03'), []);
    assert.deepEqual(faults('099185000001', 'female', '1985-02-03'), []);
  });
  test('that disagrees with sex or year is a fault each', () => {
    assert.deepEqual(faults('099316000001', 'male', '2016-02-03'), ['personal-number-sex']);
    assert.deepEqual(faults('099216000001', 'male', '2017-02-03'), ['personal-number-year']);
    assert.deepEqual(faults('099016000001', 'male', '2016-02-03'), ['personal-number-year']);
    assert.deepEqual(faults('099317000001', 'male', '2016-02-03'), ['personal-number-sex', 'personal-number-year']);
    assert.ok(faults('099416000001', 'male', '2016-02-03').includes('personal-number-sex'), 'nobody of this century has a 4');
  });
  test('has twelve digits and nothing else; the sentence says how many stand there and not which', () => {
    for (const number of ['', '09921600000', '0992160000011', '09921600000x', '099 216 00001', '０９９２１６０００００１']) {
      const [fault] = personalNumberFaults(number, 'male', '2016-02-03');
      assert.equal(fault?.rule, 'personal-number-shape');
      if (number !== '') assert.ok(!fault.message.includes(number));
    }
  });
});
