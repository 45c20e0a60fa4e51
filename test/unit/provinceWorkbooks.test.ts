import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readExpected } from '../../formats/intake/expectedRead.js';
import { readUnits } from '../../formats/intake/unitsRead.js';
import { readRoster } from '../../formats/roster/read.js';
import { allFaults } from '../../formats/roster/reading.js';
import { rosterWithBadCells } from '../../sandbox/province/badCells.js';
import { generateProvince } from '../../sandbox/province/generateProvince.js';
import type { School } from '../../sandbox/province/province.js';
import { expectedRows, expectedWorkbook, rosterWorkbook, schoolsByParts, unitsRows, unitsWorkbook } from '../../sandbox/province/workbooks.js';

const province = generateProvince({ size: 'small', seed: 7 });
const certificates = new Map([...province.staff.flatMap((one) => one.signing?.account ?? []), ...province.schools.map((one) => one.seal.account)]
  .map((account, index) => [account, { fingerprint: index.toString(16).padStart(64, '0') }]));
const expectedClasses = (school: School) => school.classes.map(({ name, grade, pupils }) => ({ name, grade, pupils: pupils.map((record) => record.identity) }));

describe('the workbooks of the synthetic province', () => {
  test('units and staff are read back whole, without a fault', async () => {
    const reading = await readUnits(await unitsWorkbook(province, certificates));
    assert.ok(reading.ok);
    assert.deepEqual(reading.faults, []);
    assert.deepEqual(reading.data, unitsRows(province, certificates));
    assert.equal(reading.data.staff.filter((row) => row.roles.includes('homeroom')).length, 40);
    assert.deepEqual(reading.data.authorities.map((row) => row.through), ['2026-08-02']);
  });

  test('a list too long for one workbook is parted by schools, each in one part and none lost', () => {
    const most = Math.max(...province.schools.map((school) => school.classes.reduce((sum, one) => sum + one.size, 0)));
    const parts = schoolsByParts(province, most);
    assert.ok(parts.length > 1);
    assert.deepEqual(parts.flat(), province.schools);
    assert.deepEqual(parts.flatMap((schools) => [...expectedRows(province, schools)]), [...expectedRows(province)]);
    for (const part of parts) assert.ok([...expectedRows(province, part)].length <= most);
  });

  test('expected pupils are read back whole and agree with the units', async () => {
    const reading = await readExpected(await expectedWorkbook(province), { units: unitsRows(province, certificates) });
    assert.ok(reading.ok);
    assert.deepEqual(reading.faults, []);
    assert.deepEqual(reading.data, [...expectedRows(province)]);
  });

  for (const school of province.schools) {
    test(`the roster of ${school.name} is read back without an error, record for record`, async () => {
      const reading = await readRoster(await rosterWorkbook(province, school.code), { schoolYear: province.schoolYear, schoolCode: school.code, expectedClasses: expectedClasses(school) });
      assert.ok(reading.ok);
      assert.deepEqual(allFaults(reading).filter((fault) => fault.severity === 'error'), []);
      assert.deepEqual(reading.classes.map((one) => one.records), school.classes.map((one) => one.pupils));
    });
  }

  for (const count of [1, 7, 9]) {
    test(`a roster with ${count} bad cells has exactly these errors, and its other classes have none`, async () => {
      const [school] = province.schools;
      assert.ok(school !== undefined);
      const { workbook, badCells } = await rosterWithBadCells(province, school.code, count);
      const reading = await readRoster(workbook, { schoolYear: province.schoolYear, schoolCode: school.code, expectedClasses: expectedClasses(school) });
      assert.ok(reading.ok);
      const errors = allFaults(reading).filter((fault) => fault.severity === 'error').map(({ sheet, cell }) => `${sheet}!${cell}`);
      assert.deepEqual(errors.sort(), badCells.map(({ sheet, cell }) => `${sheet}!${cell}`).sort());
      assert.equal(badCells.length, count);
      assert.ok(new Set(badCells.map((bad) => bad.sheet)).size <= 2);
      assert.deepEqual((await rosterWithBadCells(province, school.code, count)).badCells, badCells);
    });
  }
});
