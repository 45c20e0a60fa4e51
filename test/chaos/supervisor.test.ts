import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Connection } from '@temporalio/client';
import pg from 'pg';
import { startTestHub, testHubDir, type RunningHub } from '../support/hub.js';
import { projectRoot } from '../support/projectRoot.js';
import { seededRandom } from '../../domain/seededRandom.js';

/**
 * Kills a start at seeded moments and starts again: what is made once must be whole or absent, what survived must be
 * ended, and what was committed must still be there. Only the servers run, for they are what a kill can break for ever.
 */
const seed = Number(process.env['CHAOS_SEED'] ?? 20_260_520);
const rounds = Number(process.env['CHAOS_ROUNDS'] ?? 5);
const name = `supervisor-${process.pid}`;
const children = ['postgres', 'temporal'];

const script = `
  const { startHub } = await import(${JSON.stringify(pathToFileURL(path.join(projectRoot, 'scripts', 'lib', 'hub.mjs')).href)});
  await startHub({ dir: process.argv[1], children: ['postgres', 'temporal'], onProgress: (line) => process.stdout.write(line + '\\n') });
  process.stdout.write('serving\\n');
`;

/** A start in a process and process group of its own, as `npm start` is. */
function startElsewhere(): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '-e', script, testHubDir(name)], { detached: true, stdio: ['ignore', 'ignore', 'inherit'] });
}

type Victim = 'parent' | 'parent-group' | 'postgres' | 'temporal' | 'everything';
const victims: readonly Victim[] = ['parent', 'parent-group', 'postgres', 'temporal', 'everything'];

interface ChildRecord {
  readonly pid: number;
}
const recorded = (): { readonly [child: string]: ChildRecord } => {
  const file = path.join(testHubDir(name), 'run', 'children.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { [child: string]: ChildRecord }) : {};
};

function kill(victim: Victim, parent: ChildProcess): void {
  const pids: number[] = [];
  if (victim === 'parent' || victim === 'everything') pids.push(parent.pid ?? 0);
  if (victim === 'parent-group') pids.push(-(parent.pid ?? 0));
  for (const [child, { pid }] of Object.entries(recorded())) if (victim === 'everything' || victim === child) pids.push(-pid);
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

async function startAndKill(victim: Victim, afterMs: number): Promise<void> {
  const parent = startElsewhere();
  const gone = new Promise((resolve) => parent.once('exit', resolve));
  await sleep(afterMs);
  kill(victim, parent);
  // A child's death alone leaves the parent at work; the second kill finds it starting the child again.
  await sleep(afterMs % 300);
  kill('parent', parent);
  await gone;
}

async function query<T extends pg.QueryResultRow>(hub: RunningHub, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: hub.urls.owner });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function temporalAnswers(hub: RunningHub): Promise<void> {
  const connection = await Connection.connect({ address: hub.urls.temporal });
  try {
    const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace: 'default' });
    assert.equal(namespaceInfo?.name, 'default');
  } finally {
    await connection.close();
  }
}

async function endOfChildren(): Promise<void> {
  const { endSurvivors } = (await import(pathToFileURL(path.join(projectRoot, 'scripts', 'lib', 'survivors.mjs')).href)) as {
    endSurvivors: (dir: string, onProgress: (line: string) => void) => Promise<void>;
  };
  await endSurvivors(testHubDir(name), () => undefined);
}

describe(`a start that is killed (seed ${seed}, ${rounds} rounds)`, () => {
  before(() => rmSync(testHubDir(name), { recursive: true, force: true }));
  after(async () => {
    await endOfChildren();
    rmSync(testHubDir(name), { recursive: true, force: true });
  });

  const random = seededRandom(seed);
  let ports: string | undefined;
  const firstStarts = Array.from({ length: rounds }, () => 100 + Math.floor(random() * 2_000));
  test(`while making cluster and store, killed after ${firstStarts.join(', ')} ms, leaves nothing half-made`, { timeout: 240_000 }, async () => {
    for (const [index, afterMs] of firstStarts.entries()) {
      for (const made of ['postgres', 'temporal']) rmSync(path.join(testHubDir(name), made), { recursive: true, force: true });
      await startAndKill(index % 2 === 0 ? 'parent' : 'everything', afterMs);
      await endOfChildren();
    }
    const hub = await startTestHub(name, { children });
    await temporalAnswers(hub);
    await hub.stop();
    // SQLite's header: 2 is the log written ahead, without which "synchronous=1" may leave a broken store behind a power cut.
    assert.deepEqual([...readFileSync(path.join(testHubDir(name), 'temporal', 'temporal.db')).subarray(18, 20)], [2, 2]);
  });

  for (let round = 1; round <= rounds; round++) {
    const victim = victims[(round - 1) % victims.length] ?? 'parent';
    const afterMs = Math.floor(random() * 2_500);
    test(`round ${round}: ${victim} killed after ${afterMs} ms, the next start serves what was committed`, { timeout: 120_000 }, async () => {
      await startAndKill(victim, afterMs);
      const hub = await startTestHub(name, { children });
      try {
        assert.equal(ports ?? JSON.stringify(hub.ports), JSON.stringify(hub.ports), 'mailed links contain the ports');
        ports = JSON.stringify(hub.ports);
        await temporalAnswers(hub);
        await query(hub, 'CREATE TABLE IF NOT EXISTS round (number integer PRIMARY KEY)');
        const before = await query<{ number: number }>(hub, 'SELECT number FROM round ORDER BY number');
        assert.deepEqual(before.map((row) => row.number), Array.from({ length: round - 1 }, (_, index) => index + 1));
        await query(hub, `INSERT INTO round VALUES (${round})`);
      } finally {
        await hub.stop();
      }
    });
  }

  test('a second start beside a running one is refused and disturbs nothing', { timeout: 60_000 }, async () => {
    const hub = await startTestHub(name, { children });
    try {
      const pids = hub.pids();
      await assert.rejects(startTestHub(name, { children }), /runs already \(process \d+\)/);
      assert.deepEqual(hub.pids(), pids);
      await temporalAnswers(hub);
    } finally {
      await hub.stop();
    }
  });

  test('a child that dies while the hub runs is started again', { timeout: 60_000 }, async () => {
    const lines: string[] = [];
    const hub = await startTestHub(name, { children, onProgress: (line) => void lines.push(line) });
    try {
      for (const child of children) {
        const pid = hub.child(child)?.pid;
        hub.child(child)?.kill('SIGKILL');
        while (!lines.some((line) => line.startsWith(`${child} ended (SIGKILL) and was started again`))) await sleep(50);
        assert.notEqual(hub.child(child)?.pid, pid);
      }
      await temporalAnswers(hub);
      assert.equal((await query(hub, 'SELECT 1 FROM round')).length, rounds);
    } finally {
      await hub.stop();
    }
  });
});
