import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rosterDifferences } from '../../domain/rosterDifferences.js';
import type { PupilRecord } from '../../domain/record.js';
import { readRosterJson } from '../../formats/roster/json.js';
import { writeRosterTemplate } from '../../formats/roster/template.js';
import { expectedOf, read, sample, YEAR } from '../support/rosterWorkbook.js';

type Loose = { schoolYear: string; classes: { name: string; grade: number; pupils: Record<string, unknown>[] }[] };
const jsonOf = (template: ReturnType<typeof sample>): Loose =>
  JSON.parse(JSON.stringify({ schoolYear: YEAR, classes: template.classes.map(({ name, grade, records }) => ({ name, grade, pupils: records })) })) as Loose;
const pupilOf = (json: Loose, one: number, at: number): PupilRecord => json.classes[one]?.pupils[at] as unknown as PupilRecord;

describe('a roster as JSON', () => {
  test('gives the same records as the workbook', async () => {
    const template = sample(30, 4);
    const options = { schoolYear: YEAR, expectedClasses: expectedOf(template) };
    const fromJson = readRosterJson(jsonOf(template), options);
    const fromWorkbook = await read(await writeRosterTemplate(template), template);
    assert.deepEqual(fromJson, fromWorkbook);
  });

  test('points at a wrong value by its JSON pointer and blocks only its class', () => {
    const json = jsonOf(sample(10, 4));
    const [maths] = pupilOf(json, 2, 1).subjects.filter((one) => one.subject === 'TOAN');
    Object.assign(maths ?? {}, { test: 12 });
    Object.assign(pupilOf(json, 3, 0).identity, { pupilCode: 12345, birthDate: '2016-02-30', nickname: 'x' });
    const reading = readRosterJson(json, { schoolYear: YEAR });
    assert.ok(reading.ok);
    const index = pupilOf(json, 2, 1).subjects.findIndex((one) => one.subject === 'TOAN');
    assert.deepEqual(reading.classes[2]?.faults.map((fault) => [fault.cell, fault.rule, fault.column]), [[`/classes/2/pupils/1/subjects/${index}/test`, 'test-range', 'Toán – Điểm KTĐK']]);
    assert.deepEqual(reading.classes[3]?.faults.map((fault) => fault.cell).sort(), [
      '/classes/3/pupils/0/identity', '/classes/3/pupils/0/identity/birthDate', '/classes/3/pupils/0/identity/pupilCode',
    ]);
    assert.ok([0, 1, 4].every((at) => reading.classes[at]?.faults.length === 0));
    assert.equal(reading.classes[3]?.records.length, 1);
  });

  test('finds duplicates and pupils of other classes like the workbook', () => {
    const template = sample(10, 4);
    const json = jsonOf(template);
    json.classes[1]?.pupils.push(structuredClone(json.classes[0]?.pupils[0] ?? {}));
    const reading = readRosterJson(json, { schoolYear: YEAR, expectedClasses: expectedOf(template) });
    assert.ok(reading.ok);
    assert.deepEqual(reading.classes[0]?.faults, []);
    assert.deepEqual(reading.classes[1]?.faults.map((fault) => [fault.cell, fault.rule]), [
      ['/classes/1/pupils/2/identity/pupilCode', 'duplicate-pupil'], ['/classes/1/pupils/2/identity/pupilCode', 'pupil-other-class'],
    ]);
  });

  for (const [name, value] of Object.entries({ nothing: undefined, 'a list': [], 'a class without grade': { classes: [{ name: '1A', pupils: [] }] }, 'an unknown key': { classes: [], hint: 1 } })) {
    test(`is refused whole when its frame is wrong: ${name}`, () => {
      const reading = readRosterJson(value, { schoolYear: YEAR });
      assert.equal(!reading.ok && reading.refusal.code, 'json-shape');
      assert.match(reading.ok ? '' : reading.refusal.message, / (Cả tệp|Mục \/classes\S*): \p{Lu}.+\.$/u, 'each place with what is wrong there');
    });
  }
});

describe('the differences of a second upload', () => {
  const records = (seed: number): PupilRecord[] => sample(10, seed).classes.flatMap((one) => one.records ?? []);

  test('are none when nothing changed, whatever the order', () => {
    assert.deepEqual(rosterDifferences(records(5), records(5).reverse()), []);
  });

  test('name the field in Vietnamese with both values as people read them', () => {
    const before = records(5);
    const [first] = before as [PupilRecord];
    const after = [{
      ...first,
      identity: { ...first.identity, birthDate: '2018-09-05' as typeof first.identity.birthDate },
      subjects: first.subjects.map((one) => (one.subject === 'TOAN' ? { ...one, level: 'C' as const, test: 3 } : one)),
    }, ...before.slice(1)];
    const found = rosterDifferences(before, after);
    assert.deepEqual(found.map((one) => [one.field, one.label]), [
      ['identity.birthDate', 'Ngày sinh'], ['subjects.TOAN.level', 'Toán – mức đạt được'], ['subjects.TOAN.test', 'Toán – điểm KTĐK'],
    ]);
    assert.deepEqual([found[0]?.after, found[1]?.after, found[2]?.after], ['05/09/2018', 'Chưa hoàn thành', '3']);
  });

  test('name pupils who came and who went', () => {
    const all = records(6);
    const code = all[0]?.identity.pupilCode;
    assert.deepEqual(rosterDifferences(all, all.slice(1)), [{ pupilCode: code, field: 'pupil', label: 'Học sinh', before: all[0]?.identity.fullName, after: null }]);
    assert.deepEqual(rosterDifferences(all.slice(1), all).map((one) => [one.pupilCode, one.before]), [[code, null]]);
  });

  test('show a subject that was added or dropped', () => {
    const [first] = records(6) as [PupilRecord];
    const more = { ...first, subjects: [...first.subjects, { subject: 'TDT' as const, level: 'T' as const, test: null }] };
    assert.deepEqual(rosterDifferences([first], [more]).map((one) => [one.field, one.before, one.after]), [['subjects.TDT.level', null, 'Hoàn thành tốt']]);
    assert.deepEqual(rosterDifferences([more], [first]).map((one) => [one.field, one.before, one.after]), [['subjects.TDT.level', 'Hoàn thành tốt', null]]);
  });
});
