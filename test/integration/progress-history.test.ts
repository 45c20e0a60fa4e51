import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import ExcelJS from 'exceljs';
import type { Knex } from 'knex';
import { admitPupil } from '../../db/acts/arrival.js';
import { changePupils, releasePupils } from '../../db/acts/pupils.js';
import { reissueCards } from '../../db/acts/refused.js';
import { moveCards } from '../../db/cards/move.js';
import { openDatabase, row, rows } from '../../db/connect.js';
import { counterFaults } from '../../db/counters.js';
import type { AnyDecision, DecisionRow } from '../../db/decision/intake.js';
import { MEASURE_CODES, MEASURES } from '../../db/measures.js';
import { movementCounts } from '../../db/movements.js';
import { heldByReason, heldTotals, inSnapshot, progressTree, readProgressReport, remainingByStep, stageCounts } from '../../db/progress.js';
import { judgeSchoolAct } from '../../db/rules/school.js';
import { countPupils, listPupils } from '../../db/views/pupilLists.js';
import { countLetter, PROGRESS_COLUMNS } from '../../dashboards/workbooks/progressColumns.js';
import { writeProgressReport } from '../../dashboards/workbooks/progressReport.js';
import type { Instant, PlainDate } from '../../domain/brand.js';
import { CARD_STATES, CARD_TRANSITIONS, type CardState } from '../../domain/cardState.js';
import { GROUPINGS, type ProgressScope } from '../../domain/progress.js';
import { listBalance } from '../../domain/movements.js';
import { RATE_CODES, RATES, type ProgressCounts } from '../../domain/rates.js';
import { seededRandom } from '../../domain/seededRandom.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { insertCampaign, pupils } from '../support/progressRows.js';

/** Another history each day; a failure names it. HUB_TEST_SEED plays one again. */
const SEED = Number(process.env['HUB_TEST_SEED'] ?? Math.floor(Date.now() / 86_400_000));
const [PUPILS, STEPS, EVERY] = [600, 240, 40];
const random = seededRandom(SEED);
const below = (count: number): number => Math.floor(random() * count);
const pick = <T>(values: readonly T[]): T => values[below(values.length)]!;
const ACTOR = '00000000-0000-4000-8000-000000000001';
const COMMUNES = ['Xã Một', 'Xã Hai', 'Xã Ba', 'Phường Bốn'] as const;

let database: TestDatabase;
let db: Knex;
let campaignId: string;
/** What came to pass, for a failure's sentence and to know that each was played. */
const played = new Map<string, number>();
const note = (what: string, times: number): void => { played.set(what, (played.get(what) ?? 0) + times); };

before(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url, 2);
  campaignId = await insertCampaign(db, Array.from({ length: 3 }, (_, office) => ({ name: `Xã ${office}`, schools: Array.from({ length: 4 }, (__, school) => ({
    name: `Trường ${office}.${school}`, classes: Array.from({ length: 2 }, (___, index) => ({ name: `${1 + index}A`, grade: 1 + index, pupils: [...pupils(PUPILS / 24 - 5, pick(['drafted', 'accepted', 'refused'])), ...pupils(5, null)] })),
  })) })));
  await db('person').insert({ id: ACTOR, full_name: 'Chuyên Viên Sở' });
  await db.raw(`UPDATE school SET district_name = CASE WHEN code <> 'S3' THEN 'Huyện ' || (abs(hashtext(code)) % 2) END, commune_name = 'Xã ' || code`);
});
after(async () => { await db.destroy(); await database.drop(); });

type School = { schoolCode: string };
const somePupils = async ({ schoolCode }: School, most = 4): Promise<string[]> => {
  const all = await rows<{ id: string }>(db, 'SELECT id FROM expected_pupil WHERE school_code = :schoolCode ORDER BY pupil_code', { schoolCode });
  return [...new Set(Array.from({ length: 1 + below(most) }, () => pick(all).id))];
};
/** Somebody who joined after the launch and may leave again; undefined when there is nobody. */
const someoneWhoCame = (): Promise<(School & { id: string }) | undefined> =>
  row<School & { id: string }>(db, `SELECT id, school_code AS "schoolCode" FROM expected_pupil WHERE arrival IS NOT NULL AND status <> 'excluded' ORDER BY pupil_code, school_code LIMIT 1`);
const decision = <A extends 'exempt_pupils' | 'exclude_pupils' | 'hold_pupils' | 'release_pupils' | 'reissue_cards' | 'admit_pupil'>(act: A, { schoolCode }: School, payload: DecisionRow<A>['payload']): DecisionRow<A> =>
  ({ id: randomUUID(), act, actorId: ACTOR, provinceCode: '97', campaignId, schoolCode, payload, workflowId: 'x' });
/** Judged as the hub judges it; a refused act changes nothing and says so. */
const carryOut = async (asked: AnyDecision, apply: (trx: Knex.Transaction) => Promise<unknown>): Promise<void> => db.transaction(async (trx) => {
  const refused = await judgeSchoolAct(trx, asked as Parameters<typeof judgeSchoolAct>[1], new Date().toISOString() as Instant);
  if (refused === null) await apply(trx);
  note(refused === null ? asked.act : `${asked.act}: ${refused}`, 1);
});

/** SQL: one part in so many of a school's cards, by codes of pupils: ids are not the seed's. */
const cardsOf = (parts: number, part: number): string => `c.expected_pupil_id IN (SELECT id FROM expected_pupil WHERE school_code = :schoolCode AND abs(hashtext(pupil_code)) % ${parts} = ${part})`;

let seen = 0;
const STEPS_OF_LIFE: readonly ((school: School) => Promise<void>)[] = [
  async (school) => {
    const again = below(2) === 0 ? await someoneWhoCame() : undefined;
    const asked = decision('exclude_pupils', again ?? school, { pupilIds: again === undefined ? await somePupils(school) : [again.id], movement: pick(['transfer_out', 'drop_out']), evidence: 'Giấy chuyển trường số 7' });
    await carryOut(asked, (trx) => changePupils(trx, asked));
  },
  async (school) => { const asked = decision('exempt_pupils', school, { pupilIds: await somePupils(school), reason: 'Học hòa nhập' }); await carryOut(asked, (trx) => changePupils(trx, asked)); },
  async (school) => { const asked = decision('hold_pupils', school, { pupilIds: await somePupils(school, 2), evidence: 'Danh sách đánh giá lại số 3' }); await carryOut(asked, (trx) => changePupils(trx, asked)); },
  async (school) => {
    const waiting = await rows<{ id: string }>(db, `SELECT id FROM expected_pupil WHERE school_code = :schoolCode AND reason = 'awaiting_reassessment' ORDER BY pupil_code LIMIT 2`, school);
    const asked = decision('release_pupils', school, { pupilIds: waiting.map(({ id }) => id), evidence: 'Biên bản đánh giá lại số 4' });
    await carryOut(asked, (trx) => releasePupils(trx, asked));
  },
  // Somebody new, sometimes without a number, or one who left, this school or another.
  async (school) => {
    const { id: classId } = (await row<{ id: string }>(db, 'SELECT id FROM class WHERE school_code = :schoolCode ORDER BY name LIMIT 1', school))!;
    const gone = await rows<{ pupil_code: string }>(db, `SELECT DISTINCT pupil_code FROM expected_pupil WHERE status = 'excluded' ORDER BY 1`);
    const pupilCode = gone.length > 0 && below(2) === 0 ? pick(gone).pupil_code : `MOI-${seen += 1}`;
    const pupil = { pupilCode, fullName: 'Nguyễn Mới Đến', birthDate: '2018-03-04' as PlainDate, sex: 'female' as const, ethnicity: 'Kinh', nationality: 'Việt Nam', personalNumber: below(3) === 0 ? null : `001318${String(seen += 1).padStart(6, '0')}` };
    const asked = decision('admit_pupil', school, { classId, pupil, arrival: pick(['transfer_in', 'omitted', 'restored']), evidence: 'Giấy chuyển trường số 8' });
    await carryOut(asked, (trx) => admitPupil(trx, asked));
  },
  async (school) => {
    const refused = await rows<{ id: string }>(db, `SELECT c.id FROM report_card c JOIN expected_pupil p ON p.id = c.expected_pupil_id WHERE c.school_code = :schoolCode AND c.state = 'refused' ORDER BY p.pupil_code LIMIT 3`, school);
    const asked = decision('reissue_cards', school, { cardIds: refused.map(({ id }) => id), reason: 'Sai nơi sinh' });
    await carryOut(asked, (trx) => reissueCards(trx, asked));
  },
  async (school) => {
    const from = pick(CARD_STATES.filter((state) => CARD_TRANSITIONS[state].length > 0));
    const to: CardState = pick(CARD_TRANSITIONS[from]);
    note(`${from} to ${to}`, (await moveCards(db, { from: [from], to, act: 'test', actorId: null, decisionId: null, where: cardsOf(3, below(3)), bindings: school, set: `document = coalesce(c.document, 'x')` })).length);
  },
  async (school) => { note('recall', (await moveCards(db, { from: ['accepted'], to: 'recalled', act: 'test', actorId: null, decisionId: null, where: cardsOf(5, 0), bindings: school })).length); },
  // Communes merge and districts end, since long ago, since today or from a day ahead.
  async ({ schoolCode }) => {
    const since = new Date(Date.now() + pick([-400, -30, 0, 30]) * 86_400_000).toISOString().slice(0, 10);
    note('area', await db('school').where({ code: schoolCode }).update({ commune_name: pick(COMMUNES), district_name: pick(['Huyện 0', 'Huyện 1', null]), areas_since: since }));
  },
  async ({ schoolCode }) => { note('exempt school', await db('campaign_school').where({ school_code: schoolCode }).update(pick([{ exempt_reason: 'Lộ trình', exempt_until: '2099-01-01' }, { exempt_reason: null, exempt_until: null }]))); },
];

const inside = (counts: ProgressCounts, where: string): void => {
  for (const code of RATE_CODES) {
    const { numerator, denominator } = RATES[code].of(counts);
    assert.ok(numerator >= 0 && numerator <= denominator, `${where}: ${code} ${numerator}/${denominator}`);
  }
  assert.equal(counts.eligible + counts.held + counts.exempt, counts.expected, where);
  assert.equal(counts.waiting + counts.unexplained, counts.open, where);
};

/** Numerators inside denominators in every unit, and every grouping adds up to the same province. */
async function holds(when: string): Promise<void> {
  assert.deepEqual(await counterFaults(db), [], when);
  await inSnapshot(db, async (snapshot) => {
    const whole = await stageCounts(snapshot, { campaignId });
    const movements = await movementCounts(snapshot, { campaignId });
    const { frozen, came, left } = listBalance(whole, movements);
    assert.deepEqual([frozen, frozen + came - left], [PUPILS, whole.expected], `${when}: the frozen list, plus who came, minus who left`);
    assert.equal(movements.reduce((sum, { direction, pupils: moved }) => sum + (direction === 'out' ? moved : 0), 0), left, when);
    for (const grouping of GROUPINGS) {
      const tree = await progressTree(snapshot, { campaignId }, { grouping });
      assert.deepEqual(tree.counts, whole, `${when}, by ${grouping}`);
      const schools = tree.offices.flatMap((area) => area.schools);
      const levels = { areas: tree.offices.map(({ counts }) => counts), schools: schools.map(({ counts }) => counts), classes: schools.flatMap((school) => school.classes.map(({ counts }) => counts)) };
      assert.equal(new Set(schools.map(({ schoolCode }) => schoolCode)).size, 12, `${when}, by ${grouping}: each school once`);
      for (const [level, counts] of Object.entries(levels)) {
        for (const one of counts) inside(one, `${when}, ${level} by ${grouping}`);
        for (const measure of MEASURE_CODES) assert.equal(counts.reduce((sum, one) => sum + one[measure], 0), whole[measure], `${when}: ${measure} of ${level} by ${grouping}`);
      }
    }
  });
}

/** Tile, list, sums by reason and step, and the workbook's total, to the card. */
async function sameEverywhere(scope: ProgressScope): Promise<void> {
  const report = await readProgressReport(db, scope);
  const book = new ExcelJS.Workbook();
  await book.xlsx.load((await writeProgressReport(report, { sandbox: true })) as unknown as ExcelJS.Buffer);
  let totals: ExcelJS.Row | undefined;
  book.getWorksheet('Tiến độ')!.eachRow((one) => { if (one.getCell(2).text === 'Tổng cộng' || one.getCell(1).text === 'Tổng cộng') totals = one; });
  const tile = await stageCounts(db, scope);
  const filter = { campaignId, position: null, reason: null, step: null, officeCode: scope.officeCode ?? null, schoolCode: scope.schoolCode ?? null, classId: null };
  for (const measure of MEASURE_CODES) {
    const list = await listPupils(db, { ...filter, measure }, { limit: 2 * PUPILS, offset: 0 });
    assert.deepEqual([list.length, new Set(list.map(({ pupilId }) => pupilId)).size, await countPupils(db, { ...filter, measure })], [tile[measure], tile[measure], tile[measure]], measure);
    if (PROGRESS_COLUMNS.some((column) => column.kind === 'count' && column.key === measure)) assert.equal(totals!.getCell(countLetter(measure)).result ?? 0, list.length, `${measure} in the workbook, ${MEASURES[measure]}`);
  }
  const sum = (parts: readonly { cards: number }[]): number => parts.reduce((total, one) => total + one.cards, 0);
  for (const reasons of [await heldTotals(db, scope), await heldByReason(db, scope)]) assert.equal(sum(reasons), tile.held + tile.exempt, 'each held or exempt pupil has one reason');
  assert.equal(sum(await remainingByStep(db, scope)), tile.open);
}

test(`after any history of movements, holds, recalls, reissues, exemptions and changes of areas the numbers agree (seed ${SEED})`, async () => {
  const schools = (await rows<{ code: string }>(db, 'SELECT school_code AS code FROM campaign_school ORDER BY 1')).map(({ code }): School => ({ schoolCode: code }));
  await holds('at the start');
  for (let step = 1; step <= STEPS; step += 1) {
    await pick(STEPS_OF_LIFE)(pick(schools));
    if (step % EVERY === 0) await holds(`after ${step} steps of seed ${SEED}`);
  }
  for (const act of ['admit_pupil', 'exclude_pupils', 'exempt_pupils', 'hold_pupils', 'release_pupils', 'reissue_cards', 'recall', 'area', 'exempt school']) assert.ok((played.get(act) ?? 0) > 0, `${act} never came to pass: ${JSON.stringify([...played])}`);
  await sameEverywhere({ campaignId });
  await sameEverywhere({ campaignId, officeCode: 'O2' });
  await sameEverywhere({ campaignId, schoolCode: 'S5' });
  assert.equal((await rows(db, `SELECT 1 FROM expected_pupil WHERE status <> 'excluded' GROUP BY pupil_code HAVING count(*) > 1`)).length, 0, 'nobody is in the list twice');
  assert.ok((await rows(db, `SELECT 1 FROM expected_pupil WHERE arrival IS NOT NULL AND status = 'excluded'`)).length > 0, 'nobody who came left again');
  const left = await row<{ pupils: number }>(db, `SELECT count(*)::int AS pupils FROM expected_pupil p WHERE p.status = 'excluded' AND EXISTS (SELECT 1 FROM report_card c WHERE c.expected_pupil_id = p.id AND c.state NOT IN ('superseded', 'recalled'))`);
  assert.equal(left!.pupils, 0, 'who left has no card that could be signed');
});
