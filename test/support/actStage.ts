import { randomBytes, randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { allTold, decide, type Asked, type DecideResult } from '../../api/decide.js';
import type { Services } from '../../api/services.js';
import { advanceCampaign } from '../../db/campaign/advance.js';
import { openDatabase, row, rows } from '../../db/connect.js';
import { advanceDirectory } from '../../db/directory/advance.js';
import { advanceReports } from '../../db/reports/advance.js';
import { advanceSchool } from '../../db/school/advance.js';
import type { ActContext } from '../../db/acts/context.js';
import type { Instant } from '../../domain/brand.js';
import type { CardState } from '../../domain/cardState.js';
import type { Plan } from '../../domain/plan.js';
import { campaignWorkflowId, directoryWorkflowId, schoolWorkflowId, workflowSubject } from '../../domain/workflowIds.js';
import { apiSettings } from '../../runtime/settings.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { giveCertificates, nameApprovers } from './schoolWork.js';
import { seedProvince, type Seeded, type SeedOptions } from './seedProvince.js';
import { staffing } from './staffing.js';

export type AskedBody = Asked extends infer A ? A extends { id: string } ? Omit<A, 'id'> & { id?: string } : never : never;

/**
 * A seeded province in PostgreSQL, its acts decided as the api decides them (the api's role) and carried out as a worker does (the
 * worker's role), without Temporal: the Update that would wake a workflow runs its step at once, unless `working` is off.
 */
export type ActStage = {
  database: TestDatabase; seeded: Seeded; who: ReturnType<typeof staffing>; campaignId: string;
  owner: Knex; api: Knex; worker: Knex;
  /** False: decisions are only taken in, as while every worker is away. */
  working: boolean;
  ask: (asked: AskedBody) => Promise<DecideResult>;
  /** One step of a workflow; twice at once by two callers, as two workers might. */
  advance: (workflowId: string) => Promise<Plan<{ kind: string; id: string }>>;
  workflow: { directory: string; campaign: string; school: (schoolIndex: number) => string };
  school: (schoolIndex: number) => string;
  classId: (schoolIndex: number, classIndex: number) => string;
  task: (kind: string, classId: string | null, schoolIndex?: number) => Promise<OpenTask>;
  cards: (classId: string, state?: CardState) => Promise<string[]>;
  close: () => Promise<void>;
};
export type OpenTask = { id: string; version: number; assignee_id: string; authority_id: string | null; exception_id: string | null; blocked_code: string | null; due_at: Date; reminders: number };

export const actContext = (): ActContext => ({ now: new Date().toISOString() as Instant, sealToken: (token) => Buffer.from(token), mailDomain: 'hub.invalid' });

export async function startActStage(options: SeedOptions = {}): Promise<ActStage> {
  const database = await createTestDatabase();
  const owner = openDatabase(database.url, 4);
  const seeded = await seedProvince(owner, options);
  await giveCertificates(owner);
  await nameApprovers(owner, seeded);
  return openStage(database, seeded, owner);
}

/** Schools, people and tasks as `startActStage` leaves them, in a database that was copied from one. */
export async function openStage(database: TestDatabase, seeded: Seeded, owner: Knex): Promise<ActStage> {
  const [api, worker] = [openDatabase(database.apiUrl, 6), openDatabase(database.workerUrl, 6)];
  const { province, campaignId } = seeded;
  const key = { provinceCode: province.code, schoolYear: province.schoolYear, level: 'primary', cycle: 'main' };
  const settings = apiSettings({
    HUB_MODE: 'sandbox', HUB_BASE_URL: 'http://127.0.0.1:1', HUB_PORT: '1', HUB_PROVINCE_CODE: province.code, HUB_SECRET_KEY: randomBytes(32).toString('base64'), DATABASE_URL: database.apiUrl,
    TEMPORAL_ADDRESS: '127.0.0.1:1', SIGNING_URL: 'http://127.0.0.1:1', SIGNING_CLIENT_SECRET: 'never-called',
  });
  const temporal = { workflow: { startUpdateWithStart: async (_update: unknown, told: { startWorkflowOperation: { options: { workflowId: string } } }) => {
    if (stage.working) await stage.advance(told.startWorkflowOperation.options.workflowId);
  } } } as unknown as Client;
  const services: Services = { db: api, temporal, settings, log: pino({ level: process.env['TEST_LOG'] ?? 'silent' }) };
  const stage: ActStage = {
    database, seeded, who: staffing(seeded), campaignId, owner, api, worker, working: true,
    // What is decided is told beside the answer; a stage stands still before it is looked at.
    ask: (asked) => decide(services, { id: randomUUID(), ...asked } as Asked).finally(allTold),
    advance: (workflowId) => {
      switch (workflowSubject(workflowId).type) {
        case 'directory': return advanceDirectory(worker, workflowId, actContext());
        case 'campaign': return advanceCampaign(worker, workflowId, actContext());
        case 'school': return advanceSchool(worker, workflowId, actContext());
        case 'reports': return advanceReports(worker, workflowId);
        case 'packet': case 'round': throw new Error('takes no step here');
      }
    },
    workflow: { directory: directoryWorkflowId(province.code), campaign: campaignWorkflowId(key), school: (index) => schoolWorkflowId(key, province.schools[index]!.code) },
    school: (index) => province.schools[index]!.code,
    classId: (schoolIndex, classIndex) => seeded.classOf(province.schools[schoolIndex]!.code, province.schools[schoolIndex]!.classes[classIndex]!.name),
    task: async (kind, classId, schoolIndex = 0) => {
      const found = await row<OpenTask>(owner, `
        SELECT id, version, assignee_id, authority_id, exception_id, blocked_code, due_at, reminders FROM task
        WHERE kind = :kind AND state = 'open' AND class_id IS NOT DISTINCT FROM :classId::uuid AND school_code = :school AND campaign_id = :campaignId`,
      { kind, classId, school: province.schools[schoolIndex]!.code, campaignId });
      if (found === undefined) throw new Error(`no open ${kind} task`);
      return found;
    },
    cards: async (classId, state) => (await rows<{ id: string }>(owner, `
      SELECT c.id FROM report_card c JOIN expected_pupil p ON p.id = c.expected_pupil_id
      WHERE c.class_id = :classId AND CASE WHEN :state::text IS NULL THEN c.state NOT IN ('superseded', 'recalled') ELSE c.state = :state END ORDER BY p.pupil_code, c.version`, { classId, state: state ?? null })).map((card) => card.id),
    close: async () => {
      await allTold();
      await Promise.all([owner.destroy(), api.destroy(), worker.destroy()]);
      await database.drop();
    },
  };
  for (const index of province.schools.keys()) await stage.advance(stage.workflow.school(index));
  return stage;
}

/** What every table holds, as one digest each: two that are equal differ in no row and no column. */
export async function digest(owner: Knex): Promise<Record<string, string>> {
  const tables = await rows<{ name: string }>(owner, `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`);
  const found: Record<string, string> = {};
  for (const { name } of tables) {
    found[name] = (await row<{ sum: string }>(owner, `SELECT coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') AS sum FROM "${name}" t`))!.sum;
  }
  return found;
}

/** The last decision's row, as a worker left it. */
export const lastDecision = async (owner: Knex): Promise<{ id: string; outcome: string | null; outcome_code: string | null }> =>
  (await row(owner, 'SELECT id, outcome, outcome_code FROM decision ORDER BY created_at DESC, id LIMIT 1'))!;

/**
 * A seeded world, kept as a database nobody is connected to: every stage opened from it is a copy of its own, in a fraction of the
 * time that seeding takes.
 */
export async function keepWorld(options: SeedOptions): Promise<{ open: () => Promise<ActStage>; drop: () => Promise<void> }> {
  const stage = await startActStage(options);
  const { database, seeded } = stage;
  await Promise.all([stage.owner.destroy(), stage.api.destroy(), stage.worker.destroy()]);
  const server = openDatabase(process.env['TEST_DATABASE_URL']!, 1);
  const kept = new URL(database.url).pathname.slice(1);
  return {
    open: async () => {
      const name = `${kept}_${randomBytes(3).toString('hex')}`;
      await server.raw(`CREATE DATABASE ${name} TEMPLATE ${kept}`);
      const at = (url: string): string => { const address = new URL(url); address.pathname = `/${name}`; return address.href; };
      const copy: TestDatabase = {
        url: at(database.url), apiUrl: at(database.apiUrl), workerUrl: at(database.workerUrl), passwords: database.passwords,
        drop: async () => { await server.raw(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`); },
      };
      return openStage(copy, seeded, openDatabase(copy.url, 4));
    },
    drop: async () => { await server.destroy(); await database.drop(); },
  };
}
