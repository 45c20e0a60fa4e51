import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Knex } from 'knex';
import { pino } from 'pino';
import type { ActivityDeps } from '../../activities/deps.js';
import { readUnitsUpload } from '../../activities/directory/readUnits.js';
import { decide, type DecideResult } from '../../api/decide.js';
import type { Services } from '../../api/services.js';
import { advanceDirectory } from '../../db/directory/advance.js';
import { openDatabase, row, rows } from '../../db/connect.js';
import type { DecisionPayloads } from '../../domain/acts.js';
import type { UnitsDifferences } from '../../domain/unitsDifferences.js';
import { directoryWorkflowId } from '../../domain/workflowIds.js';
import { writeUnitsTemplate } from '../../formats/intake/unitsTemplate.js';
import type { UnitsData } from '../../formats/intake/units.js';
import { generateProvince } from '../../sandbox/province/generateProvince.js';
import { unitsRows } from '../../sandbox/province/workbooks.js';
import { actContext } from '../support/actStage.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

describe('a later units-and-staff workbook', () => {
  const province = generateProvince({ size: 'tiny', seed: 7 });
  const original = unitsRows(province, new Map());
  const schoolCode = province.schools[0]!.code;
  const workflowId = directoryWorkflowId(province.code);
  let database: TestDatabase;
  let owner: Knex;
  let worker: Knex;
  let api: Knex;
  const coordinator = randomUUID();
  before(async () => { database = await createTestDatabase(); });
  after(() => database.drop());
  beforeEach(async () => {
    [owner, worker, api] = [openDatabase(database.url, 2), openDatabase(database.workerUrl, 4), openDatabase(database.apiUrl, 2)];
    await owner.raw('TRUNCATE province, office, school, person, certificate, upload, decision, outbox, mail_outbox CASCADE');
    await owner('province').insert({ code: province.code, name: 'Tỉnh', department_name: 'Sở', place_of_issue: 'Tỉnh' });
    await owner('person').insert({ id: coordinator, full_name: 'Điều phối' });
    await owner('role_grant').insert({ person_id: coordinator, role: 'coordinator' });
  });
  afterEach(() => Promise.all([owner.destroy(), worker.destroy(), api.destroy()]));

  const deps = (): ActivityDeps => ({ db: worker, log: pino({ level: 'silent' }), settings: { HUB_SECRET_KEY: randomBytes(32), HUB_BASE_URL: 'http://hub.invalid' } } as unknown as ActivityDeps);
  type Asked = { [A in 'import_units' | 'apply_units' | 'discard_units']: { act: A; payload: DecisionPayloads[A] } }['import_units' | 'apply_units' | 'discard_units'];
  /** Decided as the api does, carried out as the directory's worker does. */
  function ask(asked: Asked): Promise<DecideResult> {
    const temporal = { workflow: { startUpdateWithStart: async () => { await advanceDirectory(worker, workflowId, actContext()); } } };
    const services = { db: api, temporal, settings: { HUB_PROVINCE_CODE: province.code }, log: pino({ level: 'silent' }) } as unknown as Services;
    return decide(services, { id: randomUUID(), actorId: coordinator, campaignId: null, schoolCode: null, ...asked });
  }
  async function bringIn(data: UnitsData): Promise<{ uploadId: string; state: string; differences: UnitsDifferences | null }> {
    const uploadId = randomUUID();
    const bytes = await writeUnitsTemplate({ rows: data });
    await api('upload').insert({ id: uploadId, kind: 'units', format: 'xlsx', uploaded_by: coordinator, file_name: 'a.xlsx', bytes, sha256: createHash('sha256').update(bytes).digest('hex') });
    assert.deepEqual(await ask({ act: 'import_units', payload: { uploadId } }), { kind: 'done' });
    await readUnitsUpload(deps(), { uploadId, workflowId });
    const found = (await row<{ state: string; differences: UnitsDifferences | null }>(owner, 'SELECT state, differences FROM upload_reading WHERE upload_id = :uploadId', { uploadId }))!;
    return { uploadId, ...found };
  }
  const numberOf = (role: string): string => original.staff.find((one) => one.unitCode === schoolCode && one.roles.includes(role as never))!.personalNumber;
  const without = (number: string): UnitsData => ({ ...original, staff: original.staff.filter((one) => one.personalNumber !== number), authorities: [], exceptions: [] });
  const held = async (number: string): Promise<string[]> => (await rows<{ role: string }>(owner, `
    SELECT g.role FROM active_grant g JOIN person p ON p.id = g.person_id WHERE p.personal_number = :number ORDER BY 1`, { number })).map((one) => one.role);
  const heads = async (): Promise<string[]> => (await rows<{ number: string }>(owner, `
    SELECT p.personal_number AS number FROM authority a JOIN person p ON p.id = a.person_id
    WHERE a.school_code = :schoolCode AND a.basis = 'head' AND coalesce(least(a.valid_to, a.revoked_at), 'infinity') > now()`, { schoolCode })).map((one) => one.number);

  test('the first is applied at once, and the same again changes nothing', async () => {
    assert.equal((await bringIn(original)).state, 'applied');
    const before = await owner('role_grant').count();
    assert.equal((await bringIn(original)).state, 'applied');
    assert.deepEqual(await owner('role_grant').count(), before);
    assert.deepEqual(await heads(), [numberOf('principal')]);
  });

  test('one that no longer names a clerk waits; applied without a tick it takes nobody out, ticked it does', async () => {
    await bringIn(original);
    const clerk = numberOf('clerk');
    const roles = await held(clerk);
    const waiting = await bringIn(without(clerk));
    assert.equal(waiting.state, 'waiting');
    assert.deepEqual(waiting.differences!.gone.map((one) => one.role).sort(), roles);
    assert.deepEqual(await held(clerk), roles, 'reading it has changed nothing');
    assert.deepEqual(await ask({ act: 'apply_units', payload: { uploadId: waiting.uploadId, putOut: [] } }), { kind: 'done' });
    assert.deepEqual(await held(clerk), roles);
    const again = await bringIn(without(clerk));
    const putOut = again.differences!.gone.map((one) => one.grantId);
    assert.deepEqual(await ask({ act: 'apply_units', payload: { uploadId: again.uploadId, putOut } }), { kind: 'done' });
    assert.deepEqual(await held(clerk), []);
    assert.equal((await rows(owner, `SELECT 1 FROM audit WHERE act = 'revoke_role' AND detail->>'uploadId' = :id`, { id: again.uploadId })).length, putOut.length);
    assert.equal((await row<{ content: unknown }>(owner, 'SELECT content FROM upload_reading WHERE upload_id = :id', { id: again.uploadId }))!.content, null, 'the rows are kept no longer than needed');
    // An older file comes in once more: taking somebody back is looked at too.
    const old = await bringIn(original);
    assert.equal(old.state, 'waiting');
    assert.deepEqual(old.differences!.again.map((one) => one.role).sort(), roles);
    assert.deepEqual(await ask({ act: 'apply_units', payload: { uploadId: old.uploadId, putOut: [] } }), { kind: 'done' });
    assert.deepEqual(await held(clerk), roles);
  });

  test('one that gives a signing account to somebody else is refused when it is applied, once, and changes nothing', async () => {
    await bringIn(original);
    const clerk = numberOf('clerk');
    const outsider = randomUUID();
    await owner('person').insert({ id: outsider, full_name: 'Người ngoài', signing_account: 'tai-khoan-cua-nguoi-khac' });
    const rest = without(clerk);
    const taken: UnitsData = { ...rest, staff: rest.staff.map((one) => (one.personalNumber === numberOf('principal') ? { ...one, signingAccount: 'tai-khoan-cua-nguoi-khac' } : one)) };
    const waiting = await bringIn(taken);
    assert.equal(waiting.state, 'waiting');
    const roles = await held(clerk);
    assert.deepEqual(await ask({ act: 'apply_units', payload: { uploadId: waiting.uploadId, putOut: waiting.differences!.gone.map((one) => one.grantId) } }), { kind: 'refused', code: 'data-conflict' });
    assert.deepEqual(await held(clerk), roles, 'nobody was put out by a file that was not applied');
    assert.deepEqual(await rows(owner, 'SELECT 1 FROM decision WHERE outcome IS NULL'), []);
    assert.deepEqual(await ask({ act: 'discard_units', payload: { uploadId: waiting.uploadId } }), { kind: 'done' });
  });

  test('one that names another head gives no second one: ticked, the former headship ends and the new one begins', async () => {
    await bringIn(original);
    const [former, deputy] = [numberOf('principal'), numberOf('deputy')];
    const swapped: UnitsData = { ...original, authorities: [], exceptions: [], staff: original.staff.filter((one) => one.personalNumber !== former).map((one) => (one.personalNumber === deputy && one.unitCode === schoolCode ? { ...one, roles: ['principal'], classNames: [] } : one)) };
    const first = await bringIn(swapped);
    assert.deepEqual(first.differences!.heads.map((one) => one.schoolCode), [schoolCode]);
    assert.deepEqual(await ask({ act: 'apply_units', payload: { uploadId: first.uploadId, putOut: [] } }), { kind: 'done' });
    assert.deepEqual(await heads(), [former]);
    assert.ok(!(await held(deputy)).includes('principal'));
    const second = await bringIn(swapped);
    assert.deepEqual(await ask({ act: 'apply_units', payload: { uploadId: second.uploadId, putOut: second.differences!.heads.map((one) => one.grantId) } }), { kind: 'done' });
    assert.deepEqual(await heads(), [deputy]);
    assert.ok((await held(deputy)).includes('principal'));
  });

  test('two heads of one school in one file are a fault of a cell', async () => {
    const deputy = numberOf('deputy');
    const both = { ...original, staff: original.staff.map((one) => (one.personalNumber === deputy && one.unitCode === schoolCode ? { ...one, roles: ['principal' as const], classNames: [] } : one)), authorities: [], exceptions: [] };
    const read = await bringIn(both);
    assert.equal(read.state, 'read');
    const faults = await rows<{ message: string }>(owner, 'SELECT message FROM upload_fault WHERE upload_id = :id', { id: read.uploadId });
    assert.ok(faults.some((one) => one.message.includes('mỗi trường chỉ có một hiệu trưởng')));
    assert.deepEqual(await heads(), []);
  });

  test('is judged: only what was shown can be ticked, once, and not after another was applied', async () => {
    await bringIn(original);
    const clerk = numberOf('clerk');
    const [first, second] = [await bringIn(without(clerk)), await bringIn(without(clerk))];
    const foreign = (await row<{ id: string }>(owner, `SELECT id FROM role_grant WHERE role = 'coordinator' LIMIT 1`))!.id;
    assert.deepEqual(await ask({ act: 'apply_units', payload: { uploadId: first.uploadId, putOut: [foreign] } }), { kind: 'refused', code: 'form-out-of-date' });
    assert.deepEqual(await ask({ act: 'apply_units', payload: { uploadId: first.uploadId, putOut: [] } }), { kind: 'done' });
    assert.deepEqual(await ask({ act: 'apply_units', payload: { uploadId: first.uploadId, putOut: [] } }), { kind: 'refused', code: 'upload-not-waiting' });
    assert.deepEqual(await ask({ act: 'apply_units', payload: { uploadId: second.uploadId, putOut: [] } }), { kind: 'refused', code: 'units-overtaken' });
    assert.deepEqual(await ask({ act: 'discard_units', payload: { uploadId: second.uploadId } }), { kind: 'done' });
    assert.deepEqual((await owner('upload_reading').where({ upload_id: second.uploadId }).first('state', 'content')), { state: 'discarded', content: null });
  });
});
