import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Knex } from 'knex';
import { openDatabase, rows } from '../../db/connect.js';
import { progressTree, remainingByStep, stageCounts } from '../../db/progress.js';
import type { Measure } from '../../db/measures.js';
import { countOpen, keptOpen } from '../../db/school/open.js';
import { countPupils, listPupils } from '../../db/views/pupilLists.js';
import { CARD_STATES, SIGNED_STATES, type CardState } from '../../domain/cardState.js';
import { RATE_CODES, RATES, type ProgressCounts } from '../../domain/rates.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { insertCampaign, type OfficeRow, type PupilRow } from '../support/progressRows.js';
import { seededRandom } from '../support/seededRandom.js';

/** Any pupil in any state, lawful or not: the numbers must hold even of what should never stand in the database. */
const PUPILS = 2_000;
let database: TestDatabase;
let db: Knex;
let campaignId: string;
const drawn: PupilRow[] = [];

before(async () => {
  const random = seededRandom(2_026);
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
  await owner.destroy();
  db = openDatabase(database.apiUrl, 2);
});
after(async () => { await db.destroy(); await database.drop(); });

type Progress = Record<'in_denominator' | 'reviewed' | 'signed' | 'sealed' | 'received' | 'submitted' | 'accepted' | 'refused', boolean | null> & { position: string; status: string; card_state: CardState | null };
const all = () => rows<Progress>(db, 'SELECT * FROM pupil_progress WHERE campaign_id = :campaignId', { campaignId });

test('every pupil stands at one position and in one row', async () => {
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
