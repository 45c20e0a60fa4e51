import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { firstAdministratorLink } from './adminLink.mjs';
import { demoReport } from './demoReport.mjs';
import { cpuSeconds } from './cpu.mjs';
import { distDir, readJson } from './files.mjs';
import { startHub } from './hub.mjs';
import { keptPeople } from './kept.mjs';
import { peakMemoryMb } from './memory.mjs';
import { writeStatements } from './profile.mjs';
import { SetupError } from './report.mjs';
import { failedWorkflows } from './temporalCount.mjs';

/**
 * Starts a hub and lets the autopilot play a campaign in it.
 * @param {{exit?: boolean, seed?: number, province?: string, pupils?: number, fresh?: boolean, dir?: string, throwaway?: boolean,
 *   stallMs?: number, onProgress: (line: string) => void, signal: AbortSignal, stopped: Promise<void>}} asked stopped: resolves when the person
 *   wants to end; without `exit` the hub stays up until then
 * @returns {Promise<object>} the summary; `ok` when all is as it must be
 */
export async function playDemo({ exit = false, seed, province = 'small', pupils, fresh, dir, throwaway, stallMs, onProgress, signal, stopped }) {
  const begun = performance.now();
  const people = { kept: undefined, seconds: 0 };
  const furnish = async (hubDir) => {
    if (!province.startsWith('tiny') && province !== 'small') people.kept = await keptFor(hubDir, { province, pupils, seed, onProgress });
  };
  const hub = await startHub({ fresh, ...(dir ? { dir } : {}), throwaway, furnish, onProgress, signal });
  try {
    const { play, playOn, openWorld, figuresOf } = await autopilot();
    // Somebody else's administrator invites nobody for us, and the play would wait in vain for its own.
    if (!fs.existsSync(path.join(hub.dir, 'demo', 'passwords.json')) && (await firstAdministratorLink(hub.env.migrate)) === undefined) {
      throw new SetupError('this hub has an administrator whom the demo did not make; add --fresh to forget what it holds, or --dir FOLDER to play elsewhere', { exitCode: 3 });
    }
    const making = performance.now();
    const world = await openWorld({
      seed, size: province, pupils, directory: path.join(hub.dir, 'demo'), addresses: addressesOf(hub), today: localToday(),
      khoAccount: { userName: hub.env.common.KHO_USER, password: hub.env.common.KHO_PASSWORD },
    });
    people.kept?.save();
    people.seconds = seconds(performance.now() - making);
    onProgress(`${world.province.staff.length} people of ${world.province.schools.length} schools have their keys after ${people.seconds} s (not counted as the campaign's)`);
    const campaignBegun = { at: performance.now(), cpu: cpuSeconds(hub.pids()) };
    // PostgreSQL may be starting again at this moment: whoever waits for the link asks once more.
    const firstLink = async () => (await firstAdministratorLink(hub.env.migrate).catch((error) => onProgress(error.message)))?.split('/').at(-1) ?? null;
    const interrupted = stopped.then(() => { throw new SetupError('stopped; the same command goes on from here', { exitCode: 130 }); });
    interrupted.catch(() => undefined);
    const played = await Promise.race([play({ world, toTheEnd: exit, firstLink, say: onProgress, stallMs, signal }), interrupted]);
    if (process.env.HUB_PROFILE) await writeStatements(hub.urls.owner, process.env.HUB_PROFILE);
    const summary = await summaryOf(hub, played, { begun, exit, figuresOf, campaignBegun, peopleSeconds: people.seconds });
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

/** What each process has used since; one that was started again in between counts from its start. */
const sinceThen = (before, now) => now && Object.fromEntries(Object.entries(now).map(([name, used]) => [name, Math.round((used >= (before[name] ?? 0) ? used - (before[name] ?? 0) : used) * 10) / 10]));

const seconds = (milliseconds) => Math.round(milliseconds / 100) / 10;

/**
 * People, keys and certificates that an earlier run made for this province are put into a hub that has none.
 * @returns where those that are made now are to be kept; undefined when there are some
 */
async function keptFor(hubDir, { province, pupils, seed, onProgress }) {
  const { peopleSum, USUAL_SEED } = await import(pathToFileURL(path.join(distDir, 'sandbox', 'autopilot', 'people.js')).href);
  const played = readJson(path.join(hubDir, 'demo', 'campaign.json')) ?? { size: province, pupils, seed: seed ?? USUAL_SEED };
  const name = [played.size, played.pupils, played.seed].filter((part) => part !== undefined).join('-');
  const kept = keptPeople(hubDir, { name, people: peopleSum(played) });
  if (fs.existsSync(path.join(hubDir, 'demo', 'signing.json'))) return undefined;
  if (!kept.furnish()) return kept;
  onProgress(`people, keys and certificates of ${name} are those of an earlier run`);
  return undefined;
}

async function autopilot() {
  const load = (name) => import(pathToFileURL(path.join(distDir, 'sandbox', 'autopilot', `${name}.js`)).href);
  const [{ play, playOn }, { openWorld }, { DemoFault }, { figuresOf }] = await Promise.all([load('play'), load('world'), load('patience'), load('figures')]);
  // A fault of the story is one sentence; every other error keeps its stack.
  const inWords = (job) => (...input) => job(...input).catch((error) => {
    throw error instanceof DemoFault ? new SetupError(error.message, { cause: error }) : error;
  });
  return { play: inWords(play), playOn: inWords(playOn), openWorld: inWords(openWorld), figuresOf };
}

const local = (port) => `http://127.0.0.1:${port}`;
const addressesOf = ({ env, ports }) => ({ hub: env.common.HUB_BASE_URL, mailbox: local(ports.mailboxHttp), trust: local(ports.trust), signing: local(ports.signing), kho: local(ports.kho) });

/** Today in Viet Nam, as the synthetic province dates its instruments. */
const localToday = () => new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);

async function summaryOf(hub, { campaignId, standing, asScripted, ledger, report, card, stalled, stages }, { begun, exit, figuresOf, campaignBegun, peopleSeconds }) {
  const apart = { people: peopleSeconds, campaign: seconds(performance.now() - campaignBegun.at) };
  const cpu = cpuSeconds(hub.pids());
  const { expected, signed, accepted, open, waiting, unexplained } = standing.counts;
  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = hub.env.common;
  const workflowsFailed = await failedWorkflows({ address, namespace });
  return {
    ok: (!exit || asScripted) && stalled === null && ledger.equal && workflowsFailed === 0,
    expected, signed, accepted, ...figuresOf(standing.counts), held: standing.heldBy, open, waiting, waitingBy: standing.waitingBy, unexplained, ledgerEqual: ledger.equal, ledger: { ours: ledger.ours, kho: ledger.theirs }, workflowsFailed,
    campaignId, report, card, seconds: seconds(performance.now() - begun), secondsApart: apart, stages, peakMemoryMb: peakMemoryMb({ demo: process.pid, ...hub.pids() }),
    cpuSeconds: cpu, campaignCpuSeconds: sinceThen(campaignBegun.cpu, cpu),
  };
}
