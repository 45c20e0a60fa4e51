import fs from 'node:fs';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { defaultHubDir } from './files.mjs';
import { endProcess, findMarked } from './processes.mjs';
import { endSurvivors } from './survivors.mjs';

const run = randomUUID();

/** Stands in the environment of every test, and of what a test starts with its own environment. */
export const testRunMarker = { HUB_TEST_RUN: run };

/**
 * Ends what an interrupted run left running: the tests themselves, and the hubs that they had started, which are processes of their own
 * so that a test can kill what it likes.
 */
export async function endTestRun() {
  const hubs = path.join(defaultHubDir, 'test');
  const tests = findMarked({ markers: [`HUB_TEST_RUN=${run}`] });
  await Promise.all(tests.map((identity) => endProcess(identity, { graceMs: 2_000 })));
  for (const name of fs.existsSync(hubs) ? fs.readdirSync(hubs) : []) await endSurvivors(path.join(hubs, name), () => undefined);
}
