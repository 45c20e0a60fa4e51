import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { ActivityDeps } from '../../activities/deps.js';
import { readExpectedUpload } from '../../activities/campaign/readExpected.js';
import { openDatabase, rows } from '../../db/connect.js';
import type { ExpectedRow } from '../../formats/intake/expected.js';
import { writeExpectedTemplate } from '../../formats/intake/expectedTemplate.js';
import { expectedRows } from '../../sandbox/province/workbooks.js';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { personWith, startWeb, type Visitor, type Web } from '../support/web.js';

/** A province whose list is too long for one workbook brings it in by parts, some schools a file. */
describe('the list of expected pupils by parts', () => {
  let web: Web;
  let seeded: Seeded;
  let coordinator: Visitor;
  let first = '';
  let second = '';
  let worker: Knex;
  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner, { state: 'draft' });
    coordinator = await web.as(await personWith(web, 'coordinator'));
    await web.owner('expected_pupil').del();
    for (const one of seeded.province.schools.flatMap((school) => school.classes)) {
      await web.owner('role_grant').where({ person_id: seeded.personOf(one.homeroomTeacher), role: 'homeroom' }).update({ class_names: [one.name] });
    }
    first = seeded.province.schools[0]!.code;
    second = seeded.province.schools[1]!.code;
    worker = openDatabase(web.workerUrl, 2);
    web.startWorker();
  });
  after(async () => {
    await worker.destroy();
    await web.close();
  });

  const all = (): ExpectedRow[] => [...expectedRows(seeded.province)];
  const of = (school: string): ExpectedRow[] => all().filter((row) => row.schoolCode === school);
  const listed = async (): Promise<Record<string, number>> => Object.fromEntries((await rows<{ code: string; pupils: number }>(web.owner,
    'SELECT school_code AS code, count(*)::int AS pupils FROM expected_pupil GROUP BY 1', {})).map(({ code, pupils }) => [code, pupils]));

  /** Hands a workbook in by the page's form and reads it as the worker does. */
  async function handIn(pupils: readonly ExpectedRow[], range?: 'all' | 'schools'): Promise<{ state: string; errors: number; faults: { cell: string; rule: string; message: string }[] }> {
    const decisionId = randomUUID();
    const form = new FormData();
    for (const [name, value] of [['csrf', coordinator.csrf], ['decisionId', decisionId], ...(range === undefined ? [] : [['range', range]])] as [string, string][]) form.append(name, value);
    form.append('file', new Blob([new Uint8Array(await writeExpectedTemplate({ rows: pupils }))]), 'Phần.xlsx');
    assert.equal((await coordinator.get(`/dot/${seeded.campaignId}/hoc-sinh`, { method: 'POST', body: form })).status, 303);
    const log = { error: () => undefined } as unknown as Logger;
    await readExpectedUpload({ db: worker, log } as unknown as ActivityDeps, { uploadId: decisionId, workflowId: `campaign/${seeded.campaignId}` });
    const [reading] = await rows<{ state: string; errors: number }>(web.owner, 'SELECT state, error_count AS errors FROM upload_reading WHERE upload_id = :decisionId', { decisionId });
    return { ...reading!, faults: await rows(web.owner, 'SELECT cell, rule, message FROM upload_fault WHERE upload_id = :decisionId ORDER BY seq', { decisionId }) };
  }

  test('each adds its schools, and one handed in again replaces only its own', async () => {
    assert.equal((await handIn(of(first))).state, 'applied');
    assert.deepEqual(await listed(), { [first]: of(first).length });
    assert.equal((await handIn(of(second), 'schools')).state, 'applied');
    assert.deepEqual(await listed(), { [first]: of(first).length, [second]: of(second).length });
    assert.equal((await handIn(of(first).slice(1), 'schools')).state, 'applied');
    assert.deepEqual(await listed(), { [first]: of(first).length - 1, [second]: of(second).length });
  });

  test('a pupil of a school outside the file is a fault at its cell that names the school, and nothing is taken', async () => {
    const before = await listed();
    const strayed = { ...of(first)[1]!, pupilCode: of(second)[0]!.pupilCode };
    const { state, errors, faults } = await handIn([of(first)[2]!, strayed], 'schools');
    assert.deepEqual([state, errors], ['read', 1]);
    assert.match(faults[0]!.cell, /^[A-Z]+\d+$/);
    assert.ok(faults[0]!.message.includes(seeded.province.schools[1]!.name), faults[0]!.message);
    assert.deepEqual(await listed(), before);
  });

  test('a pupil who moved between two schools of one file is no fault', async () => {
    const moved = { ...of(second)[0]!, schoolCode: first, className: of(first)[0]!.className, grade: of(first)[0]!.grade, teacherNumber: of(first)[0]!.teacherNumber };
    assert.equal((await handIn([...of(first), moved, ...of(second).slice(1)], 'schools')).state, 'applied');
    assert.deepEqual(await listed(), { [first]: of(first).length + 1, [second]: of(second).length - 1 });
  });

  test('without that choice a file is the whole list', async () => {
    assert.equal((await handIn(of(second), 'all')).state, 'applied');
    assert.deepEqual(await listed(), { [second]: of(second).length });
  });

  test('a choice that there is not is refused', async () => {
    const answer = await coordinator.tell(`/dot/${seeded.campaignId}/hoc-sinh`, { decisionId: randomUUID(), range: 'some' });
    assert.equal(answer.status, 422);
  });
});
