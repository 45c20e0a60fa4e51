import { createHash, createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { decide, outcomeOf, type DecideResult } from '../../api/decide.js';
import type { Services } from '../../api/services.js';
import { openDatabase, row, rows } from '../../db/connect.js';
import type { Asked } from '../../db/decision/target.js';
import { DEFAULT_POLICY, type CampaignPolicy, type Stage as PolicyStage } from '../../domain/policy.js';
import { apiSettings } from '../../runtime/settings.js';
import { seal } from '../../runtime/seal.js';
import { openTemporalClient } from '../../runtime/temporal.js';
import { createPacketCertificate, createSigningAccounts, openKhoAccount } from '../../sandbox/province/accounts.js';
import { generateProvince } from '../../sandbox/province/generateProvince.js';
import type { Province } from '../../sandbox/province/province.js';
import { expectedWorkbook, unitsWorkbook } from '../../sandbox/province/workbooks.js';
import { startTestHub, type RunningHub } from './hub.js';

/**
 * A whole hub of real processes with a synthetic province, for tests of the workflows. People's decisions are made by `decide`, the
 * function the pages call; signatures are confirmed on the simulated phones. The database is written only as the api may write it.
 */
export type Stage = {
  hub: RunningHub; province: Province; campaignId: string; services: Services; temporal: Client;
  /** The owner's view, to read what became of things. */
  db: Knex;
  ask: (asked: AskedBody) => Promise<DecideResult>;
  upload: (kind: 'units' | 'expected' | 'roster', bytes: Buffer, schoolCode: string | null, by: string) => Promise<string>;
  person: (code: string) => Promise<string>;
  close: () => Promise<void>;
};
type AskedBody = Asked extends infer A ? A extends { id: string } ? Omit<A, 'id'> & { id?: string } : never : never;

type Deadlines = Record<PolicyStage, number>;
type StageOptions = {
  size?: 'tiny' | 'small'; seed?: number; policy?: Partial<CampaignPolicy>; deadlines?: Deadlines; throwaway?: boolean; env?: Readonly<Record<string, string>>;
  launched?: boolean;
};

export const QUICK_POLICY: CampaignPolicy = { ...DEFAULT_POLICY, remindBefore: 3_600, remindEvery: 3_600, mailSettle: 1, escalateAfter: 86_400, signingExpires: 3_600, packetWait: 2, settle: 1 };

/** @param options deadlines: hours from now; throwaway: false keeps Temporal's store on disk; env: settings for every process of the hub; launched: false leaves the hub empty, for tests that launch by the pages */
export async function startStage(name: string, options: StageOptions = {}): Promise<Stage> {
  const hub = await startTestHub(name, { fresh: true, throwaway: options.throwaway ?? true, env: options.env ?? {} });
  const env = hub.env['api']!;
  const province = generateProvince({ size: options.size ?? 'tiny', seed: options.seed ?? 11, asOf: new Date().toISOString().slice(0, 10) as never });
  const settings = apiSettings(env);
  const services: Services = { db: openDatabase(env['DATABASE_URL']!, 6), temporal: openTemporalClient(settings), settings, log: pino({ level: 'silent' }) };
  const db = openDatabase(hub.urls.owner, 3);
  const stage: Stage = {
    hub, province, services, db, temporal: services.temporal, campaignId: '',
    ask: async (asked) => {
      const full = { id: randomUUID(), ...asked } as Asked;
      const first = await decide(services, full);
      for (let result = first; ; result = await outcomeOf(services, full.id)) {
        if (result.kind !== 'recorded') return result;
        await sleep(200);
      }
    },
    upload: async (kind, bytes, schoolCode, by) => {
      const id = randomUUID();
      await services.db('upload').insert({
        id, kind, format: 'xlsx', campaign_id: kind === 'units' ? null : stage.campaignId, school_code: schoolCode, uploaded_by: by, file_name: `${kind}.xlsx`, bytes,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      });
      return id;
    },
    person: async (code) => {
      const staff = province.staff.find((one) => one.code === code)!;
      return (await row<{ id: string }>(db, 'SELECT id FROM person WHERE personal_number = :number', { number: staff.personalNumber }))!.id;
    },
    close: async () => {
      await Promise.all([services.db.destroy(), db.destroy(), services.temporal.connection.close()]);
      await hub.stop();
    },
  };
  try {
    if (options.launched !== false) await launch(stage, env, { policy: { ...QUICK_POLICY, ...options.policy }, deadlines: options.deadlines ?? { collect: 24, review: 48, approve: 72, seal: 96 } });
    return stage;
  } catch (error) {
    await stage.close();
    throw error;
  }
}

async function launch(stage: Stage, env: Readonly<Record<string, string>>, plan: { policy: CampaignPolicy; deadlines: Deadlines }): Promise<void> {
  const { province, db } = stage;
  const [certificates, packet] = await Promise.all([createSigningAccounts(province, env['SIGNING_URL']!), createPacketCertificate(province, env['SIGNING_URL']!), openKhoAccount(province, env['KHO_URL']!, { userName: env['KHO_USER']!, password: env['KHO_PASSWORD']! })]);
  await db('province').insert({ code: env['HUB_PROVINCE_CODE'], name: province.provinceName, department_name: province.departmentName, place_of_issue: province.placeOfIssue }).onConflict().ignore();
  const root = randomUUID();
  await db('person').insert({ id: root, full_name: 'Quản trị và điều phối' });
  await db('role_grant').insert([{ person_id: root, role: 'administrator' }, { person_id: root, role: 'coordinator' }]);
  await done(stage.ask({ act: 'set_packet_key', actorId: root, campaignId: null, schoolCode: null, payload: { keyId: await storePacketKey(stage, packet) } }));
  const uploadId = await stage.upload('units', await unitsWorkbook(province, certificates), null, root);
  await done(stage.ask({ act: 'import_units', actorId: root, campaignId: null, schoolCode: null, payload: { uploadId } }));
  await applied(db, uploadId);
  await until(async () => (await rows(db, 'SELECT 1 FROM person WHERE signing_account IS NOT NULL AND certificate_id IS NULL UNION ALL SELECT 1 FROM school WHERE seal_account IS NOT NULL AND seal_certificate_id IS NULL')).length === 0);
  const due = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  stage.campaignId = randomUUID();
  await done(stage.ask({
    id: stage.campaignId, act: 'create_campaign', actorId: root, campaignId: null, schoolCode: null,
    payload: { schoolYear: province.schoolYear, level: 'primary', cycle: 'main', deadlines: { collect: due(plan.deadlines.collect), review: due(plan.deadlines.review), approve: due(plan.deadlines.approve), seal: due(plan.deadlines.seal) }, policy: plan.policy },
  }));
  const expectedId = await stage.upload('expected', await expectedWorkbook(province), null, root);
  await done(stage.ask({ act: 'import_expected', actorId: root, campaignId: stage.campaignId, schoolCode: null, payload: { uploadId: expectedId } }));
  await applied(db, expectedId);
  await done(stage.ask({ act: 'launch_campaign', actorId: root, campaignId: stage.campaignId, schoolCode: null, payload: {} }));
}

async function storePacketKey({ services }: Stage, packet: { certificate: string; privateKey: string }): Promise<string> {
  const certificate = new X509Certificate(packet.certificate);
  const [certificateId, keyId] = [randomUUID(), randomUUID()];
  await services.db('certificate').insert({
    id: certificateId, kind: 'organisation', der: certificate.raw, fingerprint: createHash('sha256').update(certificate.raw).digest('hex'), uid: 'MST:0', serial: certificate.serialNumber,
    valid_from: new Date(certificate.validFrom), valid_to: new Date(certificate.validTo),
  });
  const pkcs8 = createPrivateKey(packet.privateKey).export({ type: 'pkcs8', format: 'der' });
  await services.db('packet_key').insert({ id: keyId, certificate_id: certificateId, sealed_key: seal(services.settings.HUB_SECRET_KEY, 'packet-key', pkcs8) });
  return keyId;
}

async function applied(db: Knex, uploadId: string): Promise<void> {
  await until(async () => {
    const reading = await row<{ state: string; refusal_code: string | null }>(db, 'SELECT state, refusal_code FROM upload_reading WHERE upload_id = :uploadId', { uploadId });
    if (reading?.state === 'refused' || reading?.state === 'read') {
      const faults = await rows(db, 'SELECT sheet, cell, message FROM upload_fault WHERE upload_id = :uploadId LIMIT 5', { uploadId });
      throw new Error(`the upload was not applied: ${reading.refusal_code ?? ''} ${JSON.stringify(faults)}`);
    }
    return reading?.state === 'applied';
  });
}

export async function done(asked: Promise<DecideResult>): Promise<void> {
  const result = await asked;
  if (result.kind !== 'done') throw new Error(`the decision was not carried out: ${JSON.stringify(result)}`);
}

/** Longer than anything takes on a busy machine; it only ends a wait for what never comes, where it can be named. */
const LONGEST_WAIT_MS = 180_000;

/** Waits for something that must come. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const begun = Date.now(); !await holds(); await sleep(150)) {
    if (Date.now() - begun > LONGEST_WAIT_MS) throw new Error(`did not come in ${LONGEST_WAIT_MS / 1000} s: ${holds.toString().slice(0, 200)}`);
  }
}
