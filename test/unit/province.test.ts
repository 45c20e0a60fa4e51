import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PupilRecord } from '../../domain/record.js';
import { recordFaults } from '../../domain/recordRules.js';
import { generateProvince } from '../../sandbox/province/generateProvince.js';
import type { Province, Staff } from '../../sandbox/province/province.js';

const small = generateProvince({ size: 'small', seed: 7 });
const pupilsOf = (province: Province): PupilRecord[] =>
  province.schools.flatMap((school) => school.classes.flatMap((entry) => [...entry.pupils]));
const pupils = pupilsOf(small);
const held = (record: PupilRecord): boolean => record.identity.personalNumber === null;

describe('the synthetic province', () => {
  test('the same seed gives the same province, another seed another one', () => {
    assert.deepEqual(generateProvince({ size: 'small', seed: 7 }), small);
    assert.notDeepEqual(pupilsOf(generateProvince({ size: 'small', seed: 8 })).map((p) => p.identity.fullName), pupils.map((p) => p.identity.fullName));
  });

  test('small has six schools, forty classes and about 1,200 pupils, in areas that are communes', () => {
    const classes = small.schools.flatMap((school) => school.classes);
    assert.equal(small.schools.length, 6);
    assert.equal(classes.length, 40);
    assert.ok(pupils.length >= 1_150 && pupils.length <= 1_250, `${pupils.length} pupils`);
    for (const school of small.schools) assert.equal(small.offices.find((office) => office.code === school.officeCode)?.areaName, school.communeName);
  });

  for (const seed of [1, 7, 20_252_026]) {
    test(`every record of seed ${seed} obeys circular 27`, () => {
      const province = generateProvince({ size: 'small', seed });
      const faults = province.schools.flatMap((school) => school.classes.flatMap((entry) =>
        entry.pupils.flatMap((record) => recordFaults(record, entry.grade, province.schoolYear))));
      assert.deepEqual(faults, []);
    });
  }

  test('all four results occur in a natural mix', () => {
    const share = (result: string): number => pupils.filter((p) => p.summary.result === result).length / pupils.length;
    assert.ok(share('HTXS') > 0.15 && share('HTXS') < 0.35, `HTXS ${share('HTXS')}`);
    assert.ok(share('HTT') > 0.25 && share('HTT') < 0.45, `HTT ${share('HTT')}`);
    assert.ok(share('HT') > 0.3 && share('HT') < 0.5, `HT ${share('HT')}`);
    assert.ok(share('CHT') > 0.005 && share('CHT') < 0.06, `CHT ${share('CHT')}`);
  });

  test('six pupils lack a number and four are foreign', () => {
    const foreign = pupils.filter((p) => p.identity.nationality !== 'Việt Nam');
    assert.deepEqual(foreign.map((p) => p.identity.nationality).sort(), ['Campuchia', 'Hàn Quốc', 'Lào', 'Lào']);
    assert.equal(pupils.filter((p) => held(p) && p.identity.nationality === 'Việt Nam').length, 6);
    for (const people of ['Kinh', 'Khmer', 'Hmông', 'Thái']) assert.ok(pupils.some((p) => p.identity.ethnicity === people), people);
  });

  test('no number can belong to a living person, and none is given twice', () => {
    const numbers = [...pupils.map((p) => p.identity.personalNumber), ...small.staff.map((s) => s.personalNumber)].filter((n) => n !== null);
    for (const number of numbers) assert.match(number, /^099\d{9}$/);
    assert.equal(new Set(numbers).size, numbers.length);
    assert.equal(new Set(pupils.map((p) => p.identity.pupilCode)).size, pupils.length);
    assert.equal(new Set(small.staff.map((s) => s.email)).size, small.staff.length);
    for (const person of small.staff) assert.match(person.email, /\.test$/);
  });

  test('a history has one entry a year up to this one, and a repeated grade stands twice', () => {
    for (const school of small.schools) {
      for (const entry of school.classes) {
        for (const { history, identity } of entry.pupils) {
          assert.equal(history.at(-1)?.className, entry.name, identity.pupilCode);
          assert.equal(history.at(-1)?.schoolYear, small.schoolYear);
          assert.equal(history.length, 2025 - 5 - Number(identity.birthDate.slice(0, 4)));
        }
      }
    }
    assert.ok(pupils.some((p) => p.history.length > Number(p.history.at(-1)?.className.charAt(0))));
  });
});

describe('the staff', () => {
  const withRole = (kind: string, schoolCode: string): Staff[] =>
    small.staff.filter((person) => person.roles.some((role) => role.kind === kind && 'schoolCode' in role && role.schoolCode === schoolCode));

  test('every class has its own homeroom teacher, every school a principal and a clerk', () => {
    for (const school of small.schools) {
      assert.equal(withRole('principal', school.code).length, 1);
      assert.equal(withRole('clerk', school.code).length, 1);
      assert.equal(new Set(school.classes.map((entry) => entry.homeroomTeacher)).size, school.classes.length);
      for (const entry of school.classes) assert.ok(small.staff.some((person) => person.code === entry.homeroomTeacher));
    }
  });

  test('whoever signs has an account that says nothing about the person, and a PIN', () => {
    for (const person of small.staff.filter((one) => one.roles.some((role) => ['principal', 'deputy', 'homeroom'].includes(role.kind)))) {
      assert.match(person.signing?.account ?? '', /^t\d\d-(ht|pht|gv\d\d)$/);
      assert.match(person.signing?.pin ?? '', /^\d{6}$/);
    }
  });

  test('one school is signed by its deputy under a dated assignment whose window holds the day', () => {
    assert.equal(small.assignments.length, 1);
    const [assignment] = small.assignments;
    assert.ok(assignment !== undefined && assignment.from <= '2026-05-25' && '2026-05-25' < assignment.to);
    assert.ok(assignment.instrument.date <= assignment.from);
    assert.deepEqual(withRole('deputy', assignment.schoolCode).map((person) => person.code), [assignment.deputy]);
  });

  test('in the tiny school one person heads and teaches, under a dated exception', () => {
    assert.equal(small.roleExceptions.length, 1);
    const [exception] = small.roleExceptions;
    const head = withRole('principal', exception?.schoolCode ?? '')[0];
    assert.equal(head?.code, exception?.person);
    assert.deepEqual(head?.roles.map((role) => role.kind), ['principal', 'clerk', 'homeroom']);
    const school = small.schools.find((one) => one.code === exception?.schoolCode);
    assert.ok(school !== undefined && school.classes.length <= 2);
  });
});
