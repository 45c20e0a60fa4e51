import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { firstAdministratorLink } from './adminLink.mjs';
import { demoReport } from './demoReport.mjs';
import { cpuSeconds } from './cpu.mjs';
import { distDir } from './files.mjs';
import { startHub } from './hub.mjs';
import { peakMemoryMb } from './memory.mjs';
import { SetupError } from './report.mjs';
import { failedWorkflows } from './temporalCount.mjs';

/**
 * Starts a hub and lets the autopilot play a campaign in it.
 * @param {{exit?: boolean, seed?: number, size?: 'small' | 'tiny', fresh?: boolean, dir?: string, throwaway?: boolean,
 *   stallMs?: number, onProgress: (line: string) => void, signal: AbortSignal, stopped: Promise<void>}} asked stopped: resolves when the person
 *   wants to end; without `exit` the hub stays up until then
 * @returns {Promise<object>} the summary; `ok` when all is as it must be
 */
export async function playDemo({ exit = false, seed, size = 'small', fresh, dir, throwaway, stallMs, onProgress, signal, stopped }) {
  const begun = performance.now();
  const hub = await startHub({ fresh, ...(dir ? { dir } : {}), throwaway, onProgress, signal });
  try {
    const { play, playOn, openWorld } = await autopilot();
    // Somebody else's administrator invites nobody for us, and the play would wait in vain for its own.
    if (!fs.existsSync(path.join(hub.dir, 'demo', 'passwords.json')) && (await firstAdministratorLink(hub.env.migrate)) === undefined) {
      throw new SetupError('this hub has an administrator whom the demo did not make; add --fresh to forget what it holds, or --dir FOLDER to play elsewhere', { exitCode: 3 });
    }
    const world = await openWorld({
      seed, size, directory: path.join(hub.dir, 'demo'), addresses: addressesOf(hub), today: localToday(),
      khoAccount: { userName: hub.env.common.KHO_USER, password: hub.env.common.KHO_PASSWORD },
    });
    // PostgreSQL may be starting again at this moment: whoever waits for the link asks once more.
    const firstLink = async () => (await firstAdministratorLink(hub.env.migrate).catch((error) => onProgress(error.message)))?.split('/').at(-1) ?? null;
    const interrupted = stopped.then(() => { throw new SetupError('stopped; the same command goes on from here', { exitCode: 130 }); });
    interrupted.catch(() => undefined);
    const played = await Promise.race([play({ world, toTheEnd: exit, firstLink, say: onProgress, stallMs, signal }), interrupted]);
    const summary = await summaryOf(hub, played, { begun, exit });
    process.stdout.write(demoReport({ hub, played, summary }));
    if (!exit) {
      await Promise.race([stopped, playOn(played.town, played.campaignId, signal)]);
      if (!signal.aborted) onProgress('the campaign is over (đợt đã kết thúc); the hub stays up until Ctrl-C');
      await stopped;
    }
    return summary;
  } finally {
    await hub.stop();
  }
}

async function autopilot() {
  const load = (name) => import(pathToFileURL(path.join(distDir, 'sandbox', 'autopilot', `${name}.js`)).href);
  const [{ play, playOn }, { openWorld }, { DemoFault }] = await Promise.all([load('play'), load('world'), load('patience')]);
  // A fault of the story is one sentence; every other error keeps its stack.
  const inWords = (job) => (...input) => job(...input).catch((error) => {
    throw error instanceof DemoFault ? new SetupError(error.message, { cause: error }) : error;
  });
  return { play: inWords(play), playOn: inWords(playOn), openWorld: inWords(openWorld) };
}

const local = (port) => `http://127.0.0.1:${port}`;
const addressesOf = ({ env, ports }) => ({ hub: env.common.HUB_BASE_URL, mailbox: local(ports.mailboxHttp), trust: local(ports.trust), signing: local(ports.signing), kho: local(ports.kho) });

/** Today in Viet Nam, as the synthetic province dates its instruments. */
const localToday = () => new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);

async function summaryOf(hub, { campaignId, standing, ledger, report, card, stalled }, { begun, exit }) {
  const { expected, signed, accepted, open, waiting, unexplained } = standing.counts;
  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = hub.env.common;
  const workflowsFailed = await failedWorkflows({ address, namespace });
  return {
    ok: (open === 0 || !exit) && stalled === null && ledger.equal && workflowsFailed === 0,
    expected, signed, accepted, held: standing.heldBy, open, waiting, unexplained, ledgerEqual: ledger.equal, ledger: { ours: ledger.ours, kho: ledger.theirs }, workflowsFailed,
    campaignId, report, card, seconds: Math.round((performance.now() - begun) / 100) / 10, peakMemoryMb: peakMemoryMb({ demo: process.pid, ...hub.pids() }),
    cpuSeconds: cpuSeconds(hub.pids()),
  };
}
