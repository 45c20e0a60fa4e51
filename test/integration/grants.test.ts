import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Knex } from 'knex';
import { rows } from '../../db/connect.js';
import { startActStage, type ActStage } from '../support/actStage.js';
import { ACT_WORLD } from '../support/actSamples.js';

/** Exactly what each login may do beside reading: I insert, U update, D delete; `I(a, b)` only these columns. Written from design §3's api row. */
const READ_ONLY = '';
const GRANTS: Record<string, { api: string; worker: string }> = {
  // Intake: the api writes it once, a worker reads it.
  decision: { api: 'I(act,actor_id,campaign_id,id,payload,province_code,school_code,workflow_id)', worker: 'U(outcome,outcome_at,outcome_code)' },
  decision_task: { api: 'I', worker: READ_ONLY },
  outbox: { api: 'I(decision_id,wake_code,workflow_id) U(attempts,sent_at)', worker: 'I U' },
  upload: { api: 'I', worker: READ_ONLY },
  signature_notice: { api: 'I', worker: READ_ONLY },
  report_job: { api: 'I(asked_by,campaign_id,id,kind,office_code,school_code,with_names) U(cancelled_at)', worker: READ_ONLY },
  report_run: { api: READ_ONLY, worker: 'I U' },
  report_chunk: { api: READ_ONLY, worker: 'I D' },
  certificate: { api: 'I', worker: 'I U' },
  packet_key: { api: 'I(certificate_id,id,others,sealed_key)', worker: 'I U' },
  // The web side cannot read a school's key back, sealed as it is; nobody can take another's place.
  seal_key: { api: 'no reading I(certificate_id,given_by,id,school_code,sealed_key)', worker: 'U(ended_at,ended_by,sealed_key,used_from) D' },
  // Sign-in belongs to the api.
  account: { api: 'I U', worker: READ_ONLY },
  // Shutting an account ends its sessions with it.
  session: { api: 'I U D', worker: 'D' },
  sign_in_failure: { api: 'I U D', worker: 'no reading' },
  public_try: { api: 'I U D', worker: 'no reading' },
  access_link: { api: 'I U', worker: 'I U' },
  // Everybody appends, nobody changes.
  audit: { api: 'I', worker: 'I' },
  // Evidence once collected stays: what is proven is never written over.
  ...Object.fromEntries(['card_intermediate', 'evidence_leaf', 'evidence_material', 'evidence_use', 'revoked_certificate', 'sign_again'].map((table) => [table, { api: READ_ONLY, worker: 'I' }])),
  evidence: { api: READ_ONLY, worker: 'I U' },
  // Trust is added and ended, never changed.
  trust_change: { api: READ_ONLY, worker: 'I U(settled_at,settled_by,settled_reason,state)' },
  trust_anchor: { api: READ_ONLY, worker: 'I U(ended_by,trusted_to)' },
  trust_source: { api: READ_ONLY, worker: 'I U(ended_by,used_to)' },
  card_signature: { api: READ_ONLY, worker: 'I U' },
  // Counters and where a school lay are kept by triggers: nobody writes them.
  ...Object.fromEntries(['class_count', 'class_sealed', 'school_area', 'school_flow'].map((table) => [table, { api: READ_ONLY, worker: READ_ONLY }])),
  // A draft's list is replaced; a trigger keeps a launched one.
  class: { api: READ_ONLY, worker: 'I U D' },
  expected_pupil: { api: READ_ONLY, worker: 'I U D' },
  signature_batch: { api: READ_ONLY, worker: 'I U D' },
  ...Object.fromEntries([
    'authority', 'campaign', 'campaign_school', 'circuit', 'class_return', 'deadline_extension', 'mail_outbox', 'office', 'packet', 'packet_card', 'person', 'province', 'reconciliation', 'reconciliation_difference',
    'report_card', 'role_exception', 'role_grant', 'school', 'signature_item', 'task', 'upload_class', 'upload_fault', 'upload_reading',
  ].map((table) => [table, { api: READ_ONLY, worker: 'I U' }])),
};
const VIEWS = ['active_grant', 'class_count_truth', 'class_progress', 'class_sealed_truth', 'class_turn', 'progress_count', 'pupil_progress', 'school_deadline', 'school_seal'];

describe('the logins of the database', () => {
  let stage: ActStage;
  before(async () => { stage = await startActStage(ACT_WORLD); });
  after(() => stage.close());

  const held = async (role: string): Promise<Record<string, string>> => {
    const found = await rows<{ name: string; verbs: string[] }>(stage.owner, `
      SELECT c.relname AS name, array_remove(ARRAY[
        CASE WHEN NOT has_table_privilege(:role, c.oid, 'SELECT') THEN 'no reading' END,
        (SELECT CASE WHEN has_table_privilege(:role, c.oid, 'INSERT') THEN 'I' ELSE 'I(' || string_agg(attname, ',' ORDER BY attname) || ')' END FROM pg_attribute a WHERE a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND has_column_privilege(:role, c.oid, attnum, 'INSERT')),
        (SELECT CASE WHEN has_table_privilege(:role, c.oid, 'UPDATE') THEN 'U' ELSE 'U(' || string_agg(attname, ',' ORDER BY attname) || ')' END FROM pg_attribute a WHERE a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND has_column_privilege(:role, c.oid, attnum, 'UPDATE')),
        CASE WHEN has_table_privilege(:role, c.oid, 'DELETE') THEN 'D' END, CASE WHEN has_table_privilege(:role, c.oid, 'TRUNCATE') THEN 'T' END, CASE WHEN has_table_privilege(:role, c.oid, 'TRIGGER') THEN 'trigger' END], NULL) AS verbs
      FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v') AND c.relname NOT LIKE 'migration%'`, { role });
    return Object.fromEntries(found.map(({ name, verbs }) => [name, verbs.filter((verb) => verb !== null).join(' ')]));
  };

  for (const [login, key] of [['hub_api', 'api'], ['hub_worker', 'worker']] as const) {
    test(`${login} may do with every table and view exactly what the design gives it`, async () => {
      const expected = { ...Object.fromEntries(Object.entries(GRANTS).map(([table, grants]) => [table, grants[key]])), ...Object.fromEntries(VIEWS.map((view) => [view, READ_ONLY])) };
      assert.deepEqual(await held(login), expected);
    });
  }

  test('hub_api reads all of a school\'s key but the key', async () => {
    await stage.api('seal_key').select('id', 'school_code', 'certificate_id', 'given_by', 'given_at', 'used_from', 'ended_at', 'ended_by');
    for (const sql of ['SELECT sealed_key FROM seal_key', 'SELECT * FROM seal_key', 'SELECT length(sealed_key) FROM seal_key']) await refused(stage.api, sql, /permission denied/);
  });

  test('neither owns anything, may create anything, or reach the table of migrations', async () => {
    for (const role of ['hub_api', 'hub_worker']) {
      const [found] = await rows(stage.owner, `SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, has_schema_privilege(rolname, 'public', 'CREATE') AS creates,
        has_table_privilege(rolname, 'migration', 'SELECT') AS migrations, (SELECT count(*)::int FROM pg_class WHERE relowner = pg_roles.oid) AS owned FROM pg_roles WHERE rolname = :role`, { role });
      assert.deepEqual(found, { rolsuper: false, rolcreatedb: false, rolcreaterole: false, rolbypassrls: false, creates: false, migrations: false, owned: 0 });
    }
  });

  const refused = async (db: Knex, sql: string, pattern: RegExp): Promise<void> => { await assert.rejects(db.raw(sql), pattern, sql); };
  test('what acts with the owner\'s rights finds its tables where the owner put them, and can be called by nobody', async () => {
    const found = await rows<{ name: string; settings: string[] | null; owner: boolean; callers: string[] }>(stage.owner, `
      SELECT p.proname AS name, p.proconfig AS settings, p.proowner = (SELECT relowner FROM pg_class WHERE oid = 'report_card'::regclass) AS owner,
        ARRAY(SELECT r.rolname::text FROM pg_roles r WHERE r.rolname IN ('hub_api', 'hub_worker') AND has_function_privilege(r.oid, p.oid, 'EXECUTE')) AS callers
      FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace ORDER BY 1`);
    assert.ok(found.length >= 7, 'the counters\' triggers at least');
    // A table of the same name in pg_temp, which anybody may create, is looked at last.
    for (const { name, settings, callers, owner: owned } of found) assert.deepEqual([settings, callers, owned], [['search_path=public, pg_temp'], [], true], name);
  });

  test('the api cannot touch a card, a task, the list, a campaign, or the outcome of a decision', async () => {
    for (const sql of [
      `UPDATE report_card SET state = 'accepted'`, 'DELETE FROM report_card', `UPDATE task SET state = 'done'`, `UPDATE expected_pupil SET status = 'excluded', reason = 'drop_out'`, 'DELETE FROM expected_pupil',
      `UPDATE campaign SET state = 'ended'`, `UPDATE decision SET outcome = 'done', outcome_at = now()`, `INSERT INTO decision (id, outcome) VALUES (gen_random_uuid(), 'done')`, 'DELETE FROM decision_task',
      `UPDATE authority SET valid_to = NULL`, `INSERT INTO role_grant (person_id, role) SELECT id, 'administrator' FROM person LIMIT 1`, `UPDATE packet_key SET active = true`, `INSERT INTO packet_key (active) VALUES (true)`,
      `UPDATE upload SET bytes = 'x'`, 'SELECT * FROM report_card FOR UPDATE', 'TRUNCATE audit',
    ]) await refused(stage.api, sql, /permission denied/);
  });
  test('a worker cannot rewrite what it was handed in: decisions, files, notices', async () => {
    for (const sql of [`UPDATE decision SET payload = '{}'`, 'UPDATE decision SET actor_id = id', 'DELETE FROM decision', `UPDATE upload SET bytes = 'x'`, 'DELETE FROM upload', `INSERT INTO signature_notice SELECT`, `UPDATE account SET password_hash = 'x'`, 'UPDATE session SET person_id = person_id']) {
      await refused(stage.worker, sql, /permission denied/);
    }
  });
  test('nobody changes the audit, its owner included', async () => {
    await stage.worker.raw(`INSERT INTO audit (act, subject_kind, subject_id) VALUES ('test', 'school', '1')`);
    for (const sql of [`UPDATE audit SET act = 'x'`, 'DELETE FROM audit', 'TRUNCATE audit', `UPDATE audit SET act = 'x' WHERE false`]) {
      for (const db of [stage.api, stage.worker]) await refused(db, sql, /permission denied/);
      await refused(stage.owner, sql, /insert-only/);
    }
    assert.equal((await rows(stage.owner, `SELECT 1 FROM audit WHERE act = 'test'`)).length, 1);
  });
  test('the list of a launched campaign is frozen for workers too; a movement is an update', async () => {
    await stage.owner('report_card').where({ class_id: stage.classId(0, 0) }).delete();
    await refused(stage.worker, `DELETE FROM expected_pupil WHERE class_id = '${stage.classId(0, 0)}'`, /frozen/);
    await stage.worker.raw(`DELETE FROM expected_pupil WHERE false`);
    await stage.worker.raw(`UPDATE expected_pupil SET status = 'excluded', reason = 'drop_out' WHERE class_id = '${stage.classId(0, 0)}'`);
  });
  test('what workers need, they have: every login reads every view', async () => {
    for (const db of [stage.api, stage.worker]) for (const view of VIEWS) await db.raw(`SELECT * FROM ${view} LIMIT 1`);
  });
});
