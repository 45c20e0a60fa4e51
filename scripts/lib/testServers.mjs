import fs from 'node:fs';
import path from 'node:path';
import { projectRoot } from './files.mjs';
import { startHub } from './hub.mjs';
import { tryLock } from './lock.mjs';
import { endSurvivors } from './survivors.mjs';
import { wipe } from './wipe.mjs';

const home = path.join(projectRoot, '.hub', 'test');

/**
 * PostgreSQL and Temporal for one test run, in a folder of its own, so that two runs and a running hub do not meet.
 * @param {{onProgress: (line: string) => void, signal: AbortSignal}} options
 * @returns {Promise<{databaseUrl: string, temporalAddress: string, stop: () => Promise<void>}>}
 */
export async function startTestServers({ onProgress, signal }) {
  await removeRemains(onProgress);
  const dir = path.join(home, `run-${process.pid}`);
  const hub = await startHub({ dir, children: ['postgres', 'temporal'], throwaway: true, prepared: true, onProgress, signal });
  return {
    databaseUrl: hub.urls.owner,
    temporalAddress: hub.urls.temporal,
    stop: async () => {
      await hub.stop();
      remove(dir);
    },
  };
}

/** A test run that was killed leaves servers and data; the next one clears them away. */
async function removeRemains(onProgress) {
  if (!fs.existsSync(home)) return;
  for (const name of fs.readdirSync(home).filter((entry) => entry.startsWith('run-'))) {
    const dir = path.join(home, name);
    const lock = tryLock(path.join(dir, 'run', 'lock'), 'clearing away an old test run');
    if (!lock.held) continue;
    await endSurvivors(dir, onProgress);
    lock.release();
    remove(dir);
  }
}

function remove(dir) {
  wipe(dir);
  fs.rmSync(dir, { recursive: true, force: true });
}
