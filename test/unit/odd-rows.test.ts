import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { oddClass, oddRows, type OddRule } from '../../domain/oddRows.js';
import type { PupilRecord } from '../../domain/record.js';
import { generateProvince } from '../../sandbox/province/generateProvince.js';

const plain = (() => {
  const pupils = generateProvince({ size: 'small', seed: 3 }).schools.flatMap((school) => school.classes.flatMap((one) => one.pupils));
  const quiet = pupils.find((pupil) => oddRows([pupil])[0]!.weight === 0 && pupil.summary.result === 'HTT' && pupil.subjects.filter((subject) => subject.test !== null).length >= 6);
  assert.ok(quiet, 'the synthetic province has a pupil with nothing odd');
  return quiet;
})();
const rulesOf = (record: PupilRecord): OddRule[] => oddRows([record])[0]!.reasons.map((reason) => reason.rule);
const withTests = (tests: Record<string, number>): PupilRecord => ({ ...plain, subjects: plain.subjects.map((subject) => ({ ...subject, test: tests[subject.subject] ?? (subject.test === null ? null : 9) })) });

describe('odd rows of a class', () => {
  test('a pupil of an ordinary year is not odd', () => assert.deepEqual(rulesOf(plain), []));

  test('one point short of the highest result is said with the subject', () => {
    const [row] = oddRows([withTests({ TOAN: 8 })]);
    assert.deepEqual(row!.reasons, [{ rule: 'near-excellent', sentence: 'Chỉ thiếu 1 điểm Toán để đạt Hoàn thành xuất sắc.' }]);
  });

  test('a test far below the others and a level that contradicts its test are both said', () => {
    assert.deepEqual(rulesOf(withTests({ TOAN: 4 })), ['level-against-test', 'large-drop']);
  });

  test('a pupil who is not promoted weighs more than anything milder', () => {
    const failed: PupilRecord = { ...plain, summary: { ...plain.summary, result: 'CHT', promoted: false } };
    const absent: PupilRecord = { ...plain, attendance: { excusedAbsences: 3, unexcusedAbsences: 6 } };
    const rows = oddRows([absent, failed]);
    assert.deepEqual(rows[0]!.reasons.map((reason) => reason.rule), ['many-absences', 'copied-remark']);
    assert.ok(rows[1]!.weight > rows[0]!.weight);
  });

  test('the same remark is odd only between pupils of different results', () => {
    assert.deepEqual(rulesOf(plain), []);
    const twins = [plain, plain].map((record) => ({ ...record }));
    assert.deepEqual(oddRows(twins).flatMap((row) => row.reasons), []);
  });

  test('one remark for most of the class is said once, for the class', () => {
    assert.equal(oddClass(Array.from({ length: 8 }, () => plain)).length, 2);
    assert.deepEqual(oddClass([plain, plain]), []);
  });

  test('an award that contradicts the result, a weak quality and an impossible height are named', () => {
    assert.deepEqual(rulesOf({ ...plain, summary: { ...plain.summary, award: 'Học sinh Xuất sắc' } }), ['award-against-result']);
    assert.deepEqual(rulesOf({ ...plain, qualities: { ...plain.qualities, diligence: 'C' } }), ['weak-trait']);
    assert.deepEqual(rulesOf({ ...plain, body: { ...plain.body, heightCm: '1.25' } }), ['unusual-body']);
  });

  test('few pupils of the synthetic province are odd, so that the list stays useful', () => {
    const classes = generateProvince({ size: 'small', seed: 5 }).schools.flatMap((school) => school.classes);
    const rows = classes.flatMap((one) => oddRows(one.pupils));
    const odd = rows.filter((row) => row.weight > 0).length;
    assert.ok(odd > 0 && odd < rows.length * 0.4, `${odd} of ${rows.length}`);
  });
});
