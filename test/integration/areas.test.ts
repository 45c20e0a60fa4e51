import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Knex } from 'knex';
import { replaceExpected } from '../../db/campaign/expected.js';
import { openDatabase, rows } from '../../db/connect.js';
import { counterFaults } from '../../db/counters.js';
import { importUnits, type UnitsImport } from '../../db/directory/import.js';
import { progressTree } from '../../db/progress.js';
import { GROUPINGS, type Grouping } from '../../domain/progress.js';
import { readExpected } from '../../formats/intake/expectedRead.js';
import { generateProvince } from '../../sandbox/province/generateProvince.js';
import type { Province } from '../../sandbox/province/province.js';
import { expectedWorkbook, unitsRows } from '../../sandbox/province/workbooks.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

/** A tenth of the Cần Thơ province, as its two workbooks bring it in: old districts, and sites in hamlets with two grades in one room. */
describe('areas, sites and combined classes', () => {
  const province: Province = generateProvince({ size: 'can-tho', seed: 11, pupils: 7_000 });
  const schools = new Map(province.schools.map((school) => [school.code as string, school]));
  /** So few communes have no neighbours of one district: here each three become one. */
  const communes = [...new Set(province.schools.map((school) => school.communeName))];
  const mergedCommune = (code: string): string => `Xã Hợp Nhất ${Math.floor(communes.indexOf(schools.get(code)!.communeName) / 3)}`;
  const combined = province.schools.filter((school) => school.classes.some(({ site }) => site !== null));
  let database: TestDatabase;
  let db: Knex;
  const campaignId = randomUUID();

  const units = (change: (school: UnitsImport['schools'][number]) => Partial<UnitsImport['schools'][number]> = () => ({})): UnitsImport => {
    const all = unitsRows(province, new Map());
    return { ...all, schools: all.schools.map((school) => ({ ...school, ...change(school) })) };
  };
  const bring = (what: UnitsImport) => db.transaction((trx) => importUnits(trx, what));
  const tree = (grouping: Grouping, id = campaignId) => progressTree(db, { campaignId: id }, { grouping, depth: 'class' });
  const areasOf = async (grouping: Grouping, id = campaignId): Promise<Map<string, string>> => {
    const found = await tree(grouping, id);
    return new Map(found.offices.flatMap((area) => area.schools.map((school) => [school.schoolCode, area.officeName])));
  };
  const inAll = (of: (school: Province['schools'][number]) => string | null): Map<string, string> => new Map(province.schools.map((school) => [school.code, of(school) ?? '']));
  const sorted = (all: Map<string, string>) => [...all].sort();

  before(async () => {
    database = await createTestDatabase();
    db = openDatabase(database.url, 2);
    await db('province').insert({ code: province.code, name: province.provinceName, department_name: province.departmentName, place_of_issue: province.placeOfIssue });
    await bring(units());
    const reading = await readExpected(await expectedWorkbook(province), { units: { schools: units().schools as never, staff: unitsRows(province, new Map()).staff } });
    assert.ok(reading.ok && reading.faultCount === 0);
    const due = new Date();
    await db('campaign').insert({ id: campaignId, province_code: province.code, school_year: province.schoolYear, level: 'primary', cycle: 'main', state: 'running', policy: '{}', collect_due: due, review_due: due, approve_due: due, seal_due: due });
    await replaceExpected(db, campaignId, reading.data, 'all');
    await db.raw(`INSERT INTO campaign_school (campaign_id, school_code, office_code, state) SELECT ?, code, office_code, 'open' FROM school`, [campaignId]);
  });
  after(async () => { await db.destroy(); await database.drop(); });

  /** Every grouping adds up to the province, and shows each school once and each class once, with its own pupils. */
  const countedOnce = async (): Promise<void> => {
    for (const grouping of GROUPINGS) {
      const found = await tree(grouping);
      assert.equal(found.counts.expected, 7_000, grouping);
      assert.equal(found.offices.reduce((sum, area) => sum + area.counts.expected, 0), 7_000, `${grouping}: areas`);
      assert.equal(new Set(found.offices.map((area) => area.officeCode)).size, found.offices.length, `${grouping}: an area twice`);
      const shown = found.offices.flatMap((area) => area.schools);
      assert.deepEqual(shown.map((school) => school.schoolCode).sort(), [...schools.keys()].sort(), `${grouping}: each school once`);
      for (const school of shown) {
        const planned = new Map(schools.get(school.schoolCode)!.classes.map((one) => [one.name, one]));
        assert.deepEqual(school.classes.map((one) => [one.className, one.grade, one.counts.expected]).sort(), [...planned.values()].map((one) => [one.name, one.grade, one.size]).sort(), school.schoolCode);
        assert.equal(school.classes.reduce((sum, one) => sum + one.counts.expected, 0), school.counts.expected);
      }
    }
    assert.deepEqual(await counterFaults(db), []);
  };

  test('a class at a site, and two grades in one room under one teacher, are counted once in every grouping, in their own school', async () => {
    assert.ok(combined.length > 0);
    await countedOnce();
    for (const school of combined) {
      const rooms = school.classes.filter(({ site }) => site !== null);
      const teachers = await rows<{ teacher: string; names: string[]; pupils: number }>(db, `
        SELECT k.homeroom_person_id AS teacher, array_agg(DISTINCT k.name ORDER BY k.name) AS names, count(DISTINCT p.id)::int AS pupils FROM class k JOIN expected_pupil p ON p.class_id = k.id
        WHERE k.school_code = :code AND k.name = ANY(:names) GROUP BY 1`, { code: school.code, names: rooms.map(({ name }) => name) });
      assert.deepEqual(teachers.map(({ names, pupils }) => [names, pupils]), [[rooms.map(({ name }) => name).sort(), rooms.reduce((sum, one) => sum + one.size, 0)]], 'one teacher, two classes, each pupil in one of them');
    }
  });

  test('two grades under one class name are refused with a sentence that says how a combined class is written', async () => {
    const [school] = combined;
    const rooms = school!.classes.filter(({ site }) => site !== null).map(({ name }) => name);
    const merged = { ...province, schools: [{ ...school!, classes: school!.classes.map((one) => (one.name === rooms[1] ? Object.defineProperty({ ...one, name: rooms[0]! }, 'pupils', { get: () => one.pupils }) : one)) }] };
    const reading = await readExpected(await expectedWorkbook(merged));
    assert.ok(reading.ok && reading.faults.length > 0);
    for (const fault of reading.faults) assert.match(fault.message, /Lớp ghép thì mỗi khối là một lớp có tên riêng/);
  });

  test('before 1/7/2025 a school lies in its district and its commune', async () => {
    assert.deepEqual(sorted(await areasOf('district')), sorted(inAll((school) => school.districtName)));
    assert.deepEqual(sorted(await areasOf('commune')), sorted(inAll((school) => school.communeName)));
  });

  test('an ended campaign keeps the communes of its last day; one that runs has the merged ones, and both still know the old district', async () => {
    const ended = randomUUID();
    await db.raw(`INSERT INTO campaign SELECT (jsonb_populate_record(c, jsonb_build_object('id', ?::text, 'cycle', 'rehearsal', 'state', 'ended', 'ended_at', '2024-07-01T00:00:00Z'))).* FROM campaign c WHERE id = ?`, [ended, campaignId]);
    await db.raw(`INSERT INTO campaign_school (campaign_id, school_code, office_code, state) SELECT ?, code, office_code, 'closed' FROM school`, [ended]);
    await bring(units((school) => ({ communeName: mergedCommune(school.code), districtName: null, areasSince: '2025-07-01' })));
    assert.deepEqual(sorted(await areasOf('commune')), sorted(inAll((school) => mergedCommune(school.code))));
    assert.deepEqual(sorted(await areasOf('commune', ended)), sorted(inAll((school) => school.communeName)));
    for (const id of [campaignId, ended]) assert.deepEqual(sorted(await areasOf('district', id)), sorted(inAll((school) => school.districtName)));
    assert.ok(new Set((await areasOf('commune')).values()).size < new Set((await areasOf('commune', ended)).values()).size);
    await countedOnce();
  });

  test('a change that is not in force yet changes no report, and a day that was stated wrongly is corrected by the next workbook', async () => {
    const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    const moved = province.schools[0]!.code;
    const history = () => rows<{ from: string; area: string }>(db, `SELECT valid_from::text AS from, area FROM school_area WHERE school_code = :moved AND kind = 'commune' ORDER BY valid_from`, { moved });
    const after = (day: string) => units((school) => ({ communeName: school.code === moved ? 'Xã Mới Nữa' : mergedCommune(school.code), districtName: null, areasSince: school.code === moved ? day : null }));
    const [{ communeName }, laterCommuneName] = [province.schools[0]!, mergedCommune(moved)];
    await bring(after(tomorrow));
    assert.equal((await areasOf('commune')).get(moved), laterCommuneName);
    assert.deepEqual(await history(), [{ from: '-infinity', area: communeName }, { from: '2025-07-01', area: laterCommuneName }, { from: tomorrow, area: 'Xã Mới Nữa' }]);
    await bring(after('2025-09-01'));
    assert.equal((await areasOf('commune')).get(moved), 'Xã Mới Nữa');
    assert.deepEqual((await history()).map(({ from }) => from), ['-infinity', '2025-07-01', '2025-09-01']);
    const before = await history();
    await bring(after('2025-09-01'));
    assert.deepEqual(await history(), before, 'the same workbook again changes nothing');
    await countedOnce();
  });
});
