import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PlainDate } from '../../domain/brand.js';
import { heldByRecord } from '../../domain/pupilStatus.js';
import { recordFaults } from '../../domain/recordRules.js';
import { readRoster } from '../../formats/roster/read.js';
import { storyOf } from '../../sandbox/autopilot/story.js';
import { FATES } from '../../sandbox/province/fates.js';
import { generateProvince } from '../../sandbox/province/generateProvince.js';
import { OPEN_PROVINCES } from '../../sandbox/province/openPlan.js';
import type { Province, SchoolClass } from '../../sandbox/province/province.js';
import { rosterWorkbook, unitsRows } from '../../sandbox/province/workbooks.js';

const classesOf = (province: Province): SchoolClass[] => province.schools.flatMap((school) => [...school.classes]);
const sum = (classes: readonly SchoolClass[], of: (one: SchoolClass) => number): number => classes.reduce((total, one) => total + of(one), 0);

describe('a province whose campaign stays open', () => {
  for (const [size, seed] of [['can-tho', 20_260_520], ['can-tho', 4], ['can-tho', 5], ['500k', 20_260_520]] as const) {
    test(`${size} of seed ${seed} has exactly the pupils of its plan, and exactly so many whom the fates leave accepted`, () => {
      const province = generateProvince({ size, seed });
      const classes = classesOf(province);
      assert.equal(sum(classes, (one) => one.size), OPEN_PROVINCES[size].pupils);
      assert.equal(sum(classes.filter(({ fate }) => fate === 'accepted'), (one) => one.size - one.held), OPEN_PROVINCES[size].signed);
      for (const fate of FATES) assert.ok(classes.some((one) => one.fate === fate), `no class is ${fate}`);
      assert.ok(sum(classes, (one) => one.held) < 0.015 * OPEN_PROVINCES[size].pupils, 'few are held by their own record');
    });
  }

  test('can-tho has about 180 schools of natural sizes in nine districts, grades 1 to 4, and sites where two grades have one teacher', () => {
    const province = generateProvince({ size: 'can-tho', seed: 20_260_520 });
    const sizes = province.schools.map((school) => school.classes.length);
    assert.equal(province.schoolYear, '2023-2024');
    assert.equal(province.schools.length, 180);
    assert.deepEqual([...new Set(classesOf(province).map(({ grade }) => grade))].sort(), [1, 2, 3, 4]);
    assert.ok(sizes.some((count) => count >= 30) && Math.max(...sizes) <= 42, `classes: ${Math.max(...sizes)}`);
    assert.ok(sizes.filter((count) => count >= 8 && count <= 15).length > 90);
    for (const one of classesOf(province)) assert.ok(one.size >= 5 && one.size <= 45, `a class of ${one.size}`);
    assert.equal(new Set(province.schools.map((school) => school.districtName)).size, 9);
    const communes = new Set(province.schools.map((school) => school.communeName));
    assert.ok(communes.size > 80 && new Set(province.schools.map((school) => school.laterCommuneName)).size < communes.size);
    for (const school of province.schools) {
      const office = province.offices.find(({ code }) => code === school.officeCode);
      assert.deepEqual([office?.kind, office?.areaName], ['district', school.districtName]);
    }
    const sites = province.schools.filter((school) => school.classes.some(({ site }) => site !== null));
    assert.ok(sites.length > 5);
    for (const school of sites) assert.equal(new Set(school.classes.filter(({ site }) => site !== null).map(({ homeroomTeacher }) => homeroomTeacher)).size, 1);
  });

  test('a pupil is the same whenever drawn, obeys circular 27, and shares no number with anybody', () => {
    const province = generateProvince({ size: 'can-tho', seed: 7, pupils: 3_000 });
    const [one] = classesOf(generateProvince({ size: 'can-tho', seed: 7 }));
    assert.notEqual(one!.pupils, one!.pupils, 'in a large province nobody is kept');
    assert.deepEqual(one!.pupils, one!.pupils);
    const pupils = classesOf(province).flatMap((each) => each.pupils.map((record) => ({ record, grade: each.grade })));
    assert.equal(pupils.length, 3_000);
    assert.deepEqual(pupils.flatMap(({ record, grade }) => recordFaults(record, grade, province.schoolYear)), []);
    const numbers = [...pupils.map(({ record }) => record.identity.personalNumber), ...province.staff.map(({ personalNumber }) => personalNumber)].filter((number) => number !== null);
    assert.equal(new Set(numbers).size, numbers.length);
    assert.equal(new Set(pupils.map(({ record }) => record.identity.pupilCode)).size, 3_000);
    for (const each of classesOf(province)) assert.equal(each.pupils.filter((record) => heldByRecord(record) !== null).length, each.held);
  });

  test('a school on paper says so with its roadmap date, which is still to come', () => {
    const province = generateProvince({ size: 'tiny-open', seed: 3, asOf: '2026-05-25' as PlainDate });
    const exempt = unitsRows(province, new Map()).schools.filter((school) => school.exempt !== null);
    assert.deepEqual(exempt.map(({ code }) => code), province.schools.filter((school) => school.classes.every(({ fate }) => fate === 'paper')).map(({ code }) => code));
    assert.ok(exempt.length === 1 && exempt[0]!.exempt!.roadmapDate > '2026-05-25');
  });

  test('a clerk\'s workbook has faults in the faulty classes and nowhere else', async () => {
    const province = generateProvince({ size: 'tiny-open', seed: 3 });
    const school = province.schools[0]!;
    const faulty = new Set(school.classes.filter(({ fate }) => fate === 'faulty').map(({ name }) => name));
    const expectedClasses = school.classes.map(({ name, grade, pupils }) => ({ name, grade, pupils: pupils.map(({ identity }) => identity) }));
    const reading = await readRoster(await rosterWorkbook(province, school.code, faulty), { schoolYear: province.schoolYear, schoolCode: school.code, expectedClasses });
    assert.ok(reading.ok);
    for (const one of reading.classes) assert.equal(one.faults.filter(({ severity }) => severity === 'error').length, faulty.has(one.name) ? 2 : 0, one.name);
  });

  test('its story refuses two cards of classes that end accepted and leaves no job', () => {
    const province = generateProvince({ size: 'tiny-open', seed: 3 });
    const story = storyOf(province);
    assert.deepEqual([story.open, story.left, story.late, story.badRoster, story.returned], [true, [], [], null, null]);
    for (const { schoolCode, className } of story.refusals) assert.equal(province.schools.find(({ code }) => code === schoolCode)?.classes.find(({ name }) => name === className)?.fate, 'accepted');
  });
});
