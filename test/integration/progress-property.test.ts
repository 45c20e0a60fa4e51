import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import ExcelJS from 'exceljs';
import type { Knex } from 'knex';
import { openDatabase, rows } from '../../db/connect.js';
import { progressTree, readProgressReport, remainingByStep, stageCounts } from '../../db/progress.js';
import { timeliness } from '../../db/timeliness.js';
import { MEASURE_CODES, type Measure } from '../../db/measures.js';
import { countOpen, keptOpen } from '../../db/school/open.js';
import { countPupils, listPupils } from '../../db/views/pupilLists.js';
import { CARD_STATES, SIGNED_STATES, type CardState } from '../../domain/cardState.js';
import { DEPTHS, GROUPINGS } from '../../domain/progress.js';
import { RATE_CODES, RATES, type ProgressCounts } from '../../domain/rates.js';
import { TIMELINESS_CODES, type Timeliness } from '../../domain/timeliness.js';
import { countLetter, PROGRESS_COLUMNS } from '../../dashboards/workbooks/progressColumns.js';
import { writeProgressReport } from '../../dashboards/workbooks/progressReport.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { insertCampaign, type OfficeRow, type PupilRow } from '../support/progressRows.js';
import { seededRandom } from '../../domain/seededRandom.js';

/** Any pupil in any state, lawful or not: the numbers must hold even of what should never stand in the database. */
const PUPILS = 2_000;
/** Another province each day; a failure names it. */
const SEED = Number(process.env['HUB_TEST_SEED'] ?? Math.floor(Date.now() / 86_400_000));
const named = (name: string): string => `${name} (seed ${SEED})`;
let database: TestDatabase;
let db: Knex;
let campaignId: string;
const drawn: PupilRow[] = [];

before(async () => {
  const random = seededRandom(SEED);
  const below = (count: number): number => Math.floor(random() * count);
  const pick = <T>(values: readonly T[]): T => values[below(values.length)]!;
  const pupil = (): PupilRow => {
    const card: CardState | null = below(5) === 0 ? null : pick(CARD_STATES);
    const one: PupilRow = below(3) > 0 ? { card } : pick<PupilRow>([{ card, status: 'held', reason: pick(['no_personal_number', 'foreign_pupil']) }, { card, status: 'exempt', reason: 'exempt_by_department' }, { card, status: 'excluded', reason: 'drop_out' }]);
    drawn.push(one);
    return one;
  };
  const offices: OfficeRow[] = Array.from({ length: 4 }, (_, office) => ({ name: `Xã ${office}`, schools: Array.from({ length: 5 }, (__, school) => ({
    name: `Trường ${office}.${school}`, ...(below(4) === 0 ? { exemptReason: 'Lộ trình' } : {}),
    classes: Array.from({ length: 4 }, (___, index) => ({ name: `${1 + index}A`, grade: 1 + index, pupils: Array.from({ length: PUPILS / 80 }, pupil) })),
  })) }));
  database = await createTestDatabase();
  const owner = openDatabase(database.url, 2);
  campaignId = await insertCampaign(owner, offices);
  await owner.raw(`UPDATE school SET district_name = 'Huyện ' || (abs(hashtext(code)) % 3), commune_name = 'Xã mới ' || (abs(hashtext(code || 'x')) % 6) WHERE code <> 'S7'`);
  await seedWork(owner);
  await owner.destroy();
  db = openDatabase(database.apiUrl, 2);
});
after(async () => { await db.destroy(); await database.drop(); });

/** Tasks as somebody's, as nobody's, past and ahead; seals before the deadline, after it, and asked for in time; an extension. */
async function seedWork(owner: Knex): Promise<void> {
  const person = '00000000-0000-4000-8000-000000000001';
  await owner('person').insert({ id: person, full_name: 'Người Được Giao' });
  await owner.raw(`
    INSERT INTO task (id, campaign_id, school_code, class_id, kind, state, assignee_id, blocked_code, opened_at, due_at)
    SELECT gen_random_uuid(), k.campaign_id, k.school_code, k.id, t.kind, 'open', CASE WHEN m.h % 3 > 0 THEN :person::uuid END, CASE WHEN m.h % 3 = 0 THEN 'no-homeroom' END, now(), now() + make_interval(hours => m.h % 5 - 2)
    FROM class k CROSS JOIN unnest(ARRAY['review', 'approve', 'seal', 'correct']) t(kind) CROSS JOIN LATERAL (SELECT abs(hashtext(k.id::text || t.kind)) AS h) m WHERE m.h % 4 > 0`, { person });
  await owner.raw(`
    INSERT INTO task (id, campaign_id, school_code, kind, state, assignee_id, opened_at, due_at)
    SELECT gen_random_uuid(), campaign_id, school_code, 'collect', 'open', :person, now(), now() - interval '1 hour' FROM campaign_school WHERE abs(hashtext(school_code)) % 3 > 0`, { person });
  await owner.raw(`UPDATE class SET collect_state = 'returned' WHERE abs(hashtext(id::text)) % 5 = 0`);
  await owner.raw(`UPDATE report_card SET sealed_at = now() + make_interval(hours => abs(hashtext(id::text)) % 9) WHERE state IN ('sealed', 'received', 'packed', 'sending', 'submitted', 'accepted', 'refused')`);
  await owner.raw(`INSERT INTO deadline_extension (campaign_id, school_code, stage, due_at, reason, decision_id) SELECT campaign_id, school_code, 'seal', now() + interval '6 hours', 'Mưa lũ', gen_random_uuid() FROM campaign_school WHERE school_code IN ('S2', 'S3')`);
}

type Progress = Record<'in_denominator' | 'reviewed' | 'signed' | 'sealed' | 'received' | 'submitted' | 'accepted' | 'refused', boolean | null> & { position: string; status: string; card_state: CardState | null };
const all = () => rows<Progress>(db, 'SELECT * FROM pupil_progress WHERE campaign_id = :campaignId', { campaignId });

test(named('every pupil stands at one position and in one row'), async () => {
  const found = await all();
  assert.equal(drawn.length, PUPILS);
  assert.equal(found.length, PUPILS);
  assert.equal((await rows(db, 'SELECT DISTINCT expected_pupil_id FROM pupil_progress')).length, PUPILS);
  const allowed = new Set<string>(['missing', 'held', 'exempt', 'excluded', ...CARD_STATES.filter((state) => state !== 'superseded' && state !== 'recalled')]);
  for (const { position } of found) assert.ok(allowed.has(position), position);
  assert.ok(new Set(found.map((one) => one.position)).size === allowed.size, 'and every position was drawn');
});

test('each stage lies inside the one before it, and all of them in the denominator', async () => {
  const order = ['in_denominator', 'reviewed', 'signed', 'sealed', 'received', 'submitted', 'accepted'] as const;
  for (const pupil of await all()) {
    for (const [index, stage] of order.entries()) if (index > 0 && pupil[stage] === true) assert.equal(pupil[order[index - 1]!], true, `${stage} without ${order[index - 1]!}`);
    if (pupil.refused === true) assert.equal(pupil.submitted, true);
    assert.equal(pupil.in_denominator, pupil.status !== 'excluded', 'only a movement leaves the denominator');
    if (pupil.signed === true) assert.ok((SIGNED_STATES as readonly (string | null)[]).includes(pupil.card_state));
  }
});

test('the positions of a class, a school, an area and the province partition their pupils, and every rate has its numerator inside', async () => {
  const tree = await progressTree(db, { campaignId });
  const groups: ProgressCounts[] = [tree.counts, ...tree.offices.flatMap((office) => [office.counts, ...office.schools.flatMap((school) => [school.counts, ...school.classes.map((one) => one.counts)])])];
  assert.equal(groups.length, 1 + 4 + 20 + 80);
  for (const counts of groups) {
    for (const code of RATE_CODES) {
      const { numerator, denominator } = RATES[code].of(counts);
      assert.ok(numerator >= 0 && numerator <= denominator, code);
    }
    assert.equal(counts.eligible + counts.held + counts.exempt, counts.expected, 'held and exempt stay in the denominator');
    assert.ok(counts.open <= counts.eligible && counts.missing <= counts.open);
    assert.equal(counts.waiting + counts.unexplained, counts.open);
  }
  const positions = await rows<{ position: string; count: number }>(db, 'SELECT position, count(*)::int AS count FROM pupil_progress GROUP BY 1');
  const at = (position: string): number => positions.find((one) => one.position === position)?.count ?? 0;
  assert.equal(positions.reduce((sum, one) => sum + one.count, 0), PUPILS);
  assert.equal(tree.counts.expected + tree.counts.excluded, PUPILS);
  assert.deepEqual([tree.counts.held, tree.counts.exempt, tree.counts.excluded, tree.counts.missing], [at('held'), at('exempt'), at('excluded'), at('missing')]);
});

test('what is left to do is the same number in tile, list, rule and SQL', async () => {
  const counts = await stageCounts(db, { campaignId });
  const filter = { campaignId, position: null, reason: null, step: null, officeCode: null, schoolCode: null, classId: null };
  const list = await listPupils(db, { ...filter, measure: 'open' }, { limit: PUPILS, offset: 0 });
  assert.equal(list.length, counts.open);
  for (const measure of ['waiting', 'unexplained'] as const satisfies readonly Measure[]) assert.equal(await countPupils(db, { ...filter, measure }), counts[measure], measure);
  assert.equal(await countOpen(db, campaignId), counts.open);
  const parts = await remainingByStep(db, { campaignId });
  assert.equal(parts.reduce((sum, part) => sum + part.cards, 0), counts.open);
  assert.equal(parts.reduce((sum, part) => sum + (part.owned ? part.cards : 0), 0), counts.waiting);
  assert.ok(list.every((pupil) => !['accepted', 'held', 'exempt', 'excluded'].includes(pupil.position)));
  const bySchool = await rows<{ code: string }>(db, 'SELECT school_code AS code FROM campaign_school WHERE campaign_id = :campaignId', { campaignId });
  let sum = 0;
  for (const { code } of bySchool) sum += await keptOpen(db, campaignId, code);
  assert.equal(sum, counts.open);
});

test(named('every grouping adds up to the same: old districts, new communes, offices, schools, classes'), async () => {
  const whole = await stageCounts(db, { campaignId });
  for (const grouping of GROUPINGS) {
    for (const depth of DEPTHS) {
      const tree = await progressTree(db, { campaignId }, { grouping, depth });
      assert.deepEqual(tree.counts, whole, `${grouping} to ${depth}`);
      const levels = [tree.offices.map((area) => area.counts), ...(depth === 'area' ? [] : [tree.offices.flatMap((area) => area.schools.map((school) => school.counts))]),
        ...(depth === 'class' ? [tree.offices.flatMap((area) => area.schools.flatMap((school) => school.classes.map((one) => one.counts)))] : [])];
      for (const level of levels) for (const measure of MEASURE_CODES) assert.equal(level.reduce((sum, counts) => sum + counts[measure], 0), whole[measure], `${measure}, ${grouping} to ${depth}`);
    }
  }
  assert.ok((await progressTree(db, { campaignId }, { grouping: 'district', depth: 'area' })).offices.some((area) => area.officeName === ''), 'a school without a district is counted too');
});

test(named('on time, late, overdue, not yet and excused partition the denominator of every unit, and the Kho makes nobody late'), async () => {
  const tree = await progressTree(db, { campaignId }, { depth: 'school' });
  const total = (parts: Timeliness): number => TIMELINESS_CODES.reduce((sum, code) => sum + parts[code], 0);
  const province = await timeliness(db, { campaignId });
  assert.equal(total(province), tree.counts.expected);
  assert.equal(province.onTime + province.lateSchool + province.lateSigning, tree.counts.sealed);
  for (const code of ['onTime', 'lateSchool', 'overdueSchool', 'overdueProvince', 'notYet', 'excused'] as const) assert.ok(province[code] > 0, `${code} was drawn`);
  const sums = new Map(TIMELINESS_CODES.map((code) => [code, 0]));
  for (const school of tree.offices.flatMap((area) => area.schools)) {
    const parts = await timeliness(db, { campaignId, schoolCode: school.schoolCode });
    assert.equal(total(parts), school.counts.expected, school.schoolCode);
    for (const code of TIMELINESS_CODES) {
      assert.ok(parts[code] >= 0, code);
      sums.set(code, sums.get(code)! + parts[code]);
    }
  }
  assert.deepEqual(Object.fromEntries(sums), Object.fromEntries(TIMELINESS_CODES.map((code) => [code, province[code]])));
  // The truth, card by card: a school is late by its own seal alone, wherever the card is with the Kho.
  const [truth] = await rows<{ late: number }>(db, `
    SELECT count(*)::int AS late FROM pupil_progress p JOIN report_card c ON c.id = p.card_id JOIN school_deadline d ON d.campaign_id = p.campaign_id AND d.school_code = p.school_code AND d.stage = 'seal'
    WHERE p.sealed AND c.sealed_at > d.due_at`);
  assert.equal(province.lateSchool + province.lateSigning, truth!.late);
});

test(named('tile, list and workbook say the same to the card'), async () => {
  const report = await readProgressReport(db, { campaignId });
  const book = new ExcelJS.Workbook();
  await book.xlsx.load((await writeProgressReport(report, { sandbox: true })) as unknown as ExcelJS.Buffer);
  const sheet = book.getWorksheet('Tiến độ')!;
  let totals: ExcelJS.Row | undefined;
  sheet.eachRow((row) => { if (row.getCell(2).text === 'Tổng cộng' || row.getCell(1).text === 'Tổng cộng') totals = row; });
  const filter = { campaignId, position: null, reason: null, step: null, officeCode: null, schoolCode: null, classId: null };
  for (const measure of MEASURE_CODES) {
    const list = await listPupils(db, { ...filter, measure }, { limit: PUPILS, offset: 0 });
    assert.equal(list.length, report.tree.counts[measure], measure);
    assert.equal(new Set(list.map((pupil) => pupil.pupilId)).size, list.length, `${measure}: nobody twice`);
    if (PROGRESS_COLUMNS.some((column) => column.kind === 'count' && column.key === measure)) assert.equal(totals!.getCell(countLetter(measure)).result, list.length, `${measure} in the workbook`);
  }
});
