import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import pino from 'pino';
import { relayOnce } from '../../activities/relay.js';
import { openDatabase, rows } from '../../db/connect.js';
import { DECIDE, WAKE } from '../../domain/messageNames.js';
import type { SchoolPlan, SchoolWork } from '../../domain/plan.js';
import { schoolWorkflowId, TASK_QUEUES } from '../../domain/workflowIds.js';
import { dataConverter } from '../../runtime/temporal.js';
import { searchAttributeTypes } from '../../workflows/searchAttributes.js';
import type { Carried } from '../../workflows/loop.js';
import { createTestDatabase } from '../support/database.js';
import { startTestHub, type RunningHub } from '../support/hub.js';
import { projectRoot } from '../support/projectRoot.js';
import { REPLAY_SECRET } from '../support/savedHistories.js';

/**
 * The loop alone: the real bundle and a real server, activities that answer as scripted. For orders of events that whole hubs show too
 * rarely to prove anything.
 */
describe('the level-triggered loop', () => {
  let hub: RunningHub;
  let client: Client;
  let native: NativeConnection;
  let stop: () => Promise<void>;
  /** What the scripted activities do now; set by each test. */
  let script: { advance: (times: number) => Promise<SchoolPlan>; prepare: (id: string) => Promise<SchoolPlan>; cut: (times: number) => Promise<SchoolPlan>; collect?: (times: number) => Promise<SchoolPlan> };
  let calls: { advance: number; prepare: number; cut: number };
  let collects: number;

  const plan = (second: number, work: SchoolWork[], more: Partial<SchoolPlan> = {}): SchoolPlan =>
    ({ work, nextWakeAt: null, closed: false, asOf: `2026-05-20T00:00:${String(second).padStart(2, '0')}.000Z` as SchoolPlan['asOf'], ...more });
  const gate = () => {
    let open = (): void => undefined;
    return { passed: new Promise<void>((resolve) => { open = resolve; }), open: () => open() };
  };

  before(async () => {
    // A server of its own: what polls the hub's queues on the shared one would look to the doctor's test like a running worker.
    hub = await startTestHub(`loop-${process.pid}`, { fresh: true, throwaway: true, children: ['postgres', 'temporal'] });
    const address = hub.urls.temporal;
    const { ensureSearchAttributes } = (await import(pathToFileURL(path.join(projectRoot, 'scripts', 'lib', 'temporal.mjs')).href)) as { ensureSearchAttributes: (server: { address: string; namespace: string; attributes: Record<string, string> }) => Promise<void> };
    await ensureSearchAttributes({ address, namespace: 'default', attributes: searchAttributeTypes });
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    client = new Client({ connection: await Connection.connect({ address }), dataConverter: dataConverter(REPLAY_SECRET) });
    native = await NativeConnection.connect({ address });
    const shared = { connection: native, dataConverter: dataConverter(REPLAY_SECRET) };
    const workers = await Promise.all([
      Worker.create({ ...shared, taskQueue: TASK_QUEUES.core, workflowBundle: { codePath: path.join(projectRoot, 'dist', 'workflow-bundle.js') }, activities: { advanceSchool: () => script.advance(calls.advance += 1) } }),
      Worker.create({ ...shared, taskQueue: TASK_QUEUES.batch, activities: {
        prepareSignatures: ({ id }: { id: string }) => { calls.prepare += 1; return script.prepare(id); },
        cutPackets: () => script.cut(calls.cut += 1),
        collectAndAttach: () => (script.collect ?? unasked)(collects += 1),
      } }),
    ]);
    const running = workers.map((worker) => worker.run());
    stop = async () => {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
    };
  });
  after(async () => {
    await stop();
    await native.close();
    await client.connection.close();
    await hub.stop();
    rmSync(hub.dir, { recursive: true, force: true });
  });

  const start = (schoolCode: string, scripted: typeof script, carried: Carried = {}) => {
    script = scripted;
    calls = { advance: 0, prepare: 0, cut: 0 };
    collects = 0;
    return client.workflow.start('school', { workflowId: schoolWorkflowId({ provinceCode: '00', schoolYear: '2025-2026', level: 'primary', cycle: 'rehearsal' }, schoolCode), taskQueue: TASK_QUEUES.core, args: [carried] });
  };
  const unasked = (): Promise<SchoolPlan> => Promise.reject(new Error('not in this script'));

  test('a plan that arrives late does not take the place of a newer one', { timeout: 30_000 }, async () => {
    const newer = gate();
    const handle = await start('LATE', {
      advance: async (times) => (times === 1 ? plan(1, [{ kind: 'prepare', id: 'a' }, { kind: 'prepare', id: 'b' }]) : plan(9, [], { closed: true })),
      prepare: async (id) => {
        if (id === 'b') return plan(3, [], { nextWakeAt: new Date(Date.now() + 1_500).toISOString() as never });
        await newer.passed;
        return plan(2, []);
      },
      cut: unasked,
    });
    while (!(await activitiesDone(handle)).includes('prepareSignatures')) await new Promise((resolve) => setTimeout(resolve, 50));
    newer.open();
    // The older plan knows no wake: whoever followed it would sleep for ever.
    await handle.result();
    assert.deepEqual(calls, { advance: 2, prepare: 2, cut: 0 });
  });

  test('work that a newer plan lists again, while it ran, runs again', { timeout: 30_000 }, async () => {
    const asked = gate();
    const handle = await start('AGAIN', {
      advance: async (times) => {
        if (times === 2) asked.open();
        return plan(times * 2, [{ kind: 'cut', id: 'AGAIN' }]);
      },
      cut: async (times) => {
        if (times > 1) return plan(9, [], { closed: true });
        await asked.passed;
        return plan(3, []);
      },
      prepare: unasked,
    });
    while (calls.cut === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await handle.signal(WAKE, 'resumed');
    await handle.result();
    assert.equal(calls.cut, 2);
  });

  test('an Update is answered at once and leads to one look, however long the work takes', { timeout: 30_000 }, async () => {
    const released = gate();
    const handle = await start('ANSWER', {
      advance: async (times) => plan(times, times < 2 ? [{ kind: 'cut', id: 'ANSWER' }] : []),
      cut: async () => {
        await released.passed;
        return plan(9, [], { closed: true });
      },
      prepare: unasked,
    });
    while (calls.cut === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await handle.executeUpdate(DECIDE, { args: ['00000000-0000-4000-8000-000000000000'] });
    while (calls.advance < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    released.open();
    await handle.result();
    assert.deepEqual(calls, { advance: 2, prepare: 0, cut: 1 });
  });

  test('signatures that arrive while others are attached are fetched right after them, without a plan in between', { timeout: 30_000 }, async () => {
    const second = gate();
    const handle = await start('SIGNED', {
      advance: async (times) => plan(times, []),
      collect: async (times) => {
        if (times === 1) await second.passed;
        return plan(4 + times, [], { closed: times > 1 });
      },
      prepare: unasked, cut: unasked,
    });
    while (calls.advance === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await handle.signal(WAKE, 'signatures');
    while (collects === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await handle.signal(WAKE, 'signatures');
    await handle.signal(WAKE, 'signatures');
    while (await signals(handle) < 3) await new Promise((resolve) => setTimeout(resolve, 20));
    second.open();
    await handle.result();
    assert.deepEqual({ ...calls, collects }, { advance: 1, prepare: 0, cut: 0, collects: 2 });
  });

  test('a step that fails beside its workflow is taken over by the queue', { timeout: 30_000 }, async () => {
    const handle = await start('FAILS', {
      advance: async (times) => {
        if (times < 3) throw new Error('the database is away');
        return plan(times, [], { closed: true });
      },
      prepare: unasked, cut: unasked,
    });
    await handle.result();
    assert.equal(calls.advance, 3, 'once beside the workflow, then on the queue until it works');
    assert.deepEqual(await activitiesDone(handle), ['advanceSchool'], 'and the retries are no events');
    const events = ((await handle.fetchHistory()).events ?? []) as { markerRecordedEventAttributes?: { failure?: { message?: string; cause?: { message?: string } } } | null }[];
    assert.deepEqual(events.flatMap(({ markerRecordedEventAttributes: marker }) => marker?.failure?.message ?? []), ['Encoded failure'], 'what failed is not in plain');
  });

  test('a decision is carried out while a run near its end still waits for its own work, and no more work is begun', { timeout: 30_000 }, async () => {
    const released = gate();
    const handle = await start('TIRED', {
      // The second plan comes in the run that is near its end, the third in the next one.
      advance: async (times) => (times > 2 ? plan(times, [], { closed: true }) : plan(times, [{ kind: 'cut', id: 'TIRED' }, ...(times === 2 ? [{ kind: 'prepare' as const, id: 'more' }] : [])])),
      cut: async () => {
        await released.passed;
        return plan(2, []);
      },
      prepare: unasked,
    }, { eventLimit: 6 });
    while (calls.cut === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await handle.executeUpdate(DECIDE, { args: ['00000000-0000-4000-8000-000000000001'] });
    while (calls.advance < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(calls.prepare, 0);
    released.open();
    await client.workflow.getHandle(handle.workflowId).result();
    assert.deepEqual(calls, { advance: 3, prepare: 0, cut: 1 }, 'the next run asks what there is to do');
  });

  test('a message waits for the step of its own workflow alone', { timeout: 60_000 }, async () => {
    const held = gate();
    script = {
      advance: async (times) => {
        if (times === 1) await held.passed;
        return plan(times, [], { closed: true });
      },
      prepare: unasked, cut: unasked,
    };
    calls = { advance: 0, prepare: 0, cut: 0 };
    const database = await createTestDatabase();
    const db = openDatabase(database.url, 4);
    try {
      const ids = await Promise.all(['ONE', 'OTHER'].map(async (code) => {
        const workflowId = schoolWorkflowId({ provinceCode: '00', schoolYear: '2025-2026', level: 'primary', cycle: 'rehearsal' }, code);
        const id = randomUUID();
        // Of the decision the relay reads its outcome alone.
        await db.raw(`SET LOCAL session_replication_role = replica;
          INSERT INTO decision (id, act, actor_id, province_code, payload, workflow_id) VALUES ('${id}', 'review_class', gen_random_uuid(), '00', '{}', '${workflowId}');
          INSERT INTO outbox (decision_id, workflow_id, created_at) VALUES ('${id}', '${workflowId}', now() - interval '1 minute')`);
        return id;
      }));
      const confirmed = () => rows<{ id: string }>(db, 'SELECT decision_id AS id FROM outbox WHERE decision_id = ANY(:ids) AND sent_at IS NOT NULL', { ids });
      const round = relayOnce({ db, client, log: pino({ enabled: false }) });
      const over = round.then(() => true, () => true);
      while ((await confirmed()).length === 0 && !await Promise.race([over, new Promise((resolve) => { setTimeout(resolve, 50, false); })]));
      assert.equal((await confirmed()).length, 1, 'one is held, the other is not');
      held.open();
      assert.equal(await round, 2);
    } finally {
      held.open();
      await db.destroy();
      await database.drop();
    }
  });

  /** How many signals the workflow's code has been given. */
  async function signals(handle: { fetchHistory: () => Promise<{ events?: unknown[] | null }> }): Promise<number> {
    const events = ((await handle.fetchHistory()).events ?? []) as { workflowExecutionSignaledEventAttributes?: object | null; workflowTaskCompletedEventAttributes?: object | null }[];
    const seen = events.findLastIndex((event) => event.workflowTaskCompletedEventAttributes != null);
    return events.slice(0, seen).filter((event) => event.workflowExecutionSignaledEventAttributes != null).length;
  }

  /** Names of the activities whose results stand in the history. */
  async function activitiesDone(handle: { fetchHistory: () => Promise<{ events?: unknown[] | null }> }): Promise<string[]> {
    type Event = { eventId?: { toString: () => string }; activityTaskScheduledEventAttributes?: { activityType?: { name?: string } } | null; activityTaskCompletedEventAttributes?: { scheduledEventId?: { toString: () => string } } | null };
    const events = ((await handle.fetchHistory()).events ?? []) as Event[];
    const done = events.flatMap((event) => event.activityTaskCompletedEventAttributes?.scheduledEventId?.toString() ?? []);
    return events.filter((event) => done.includes(event.eventId?.toString() ?? '')).map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? '');
  }
});
