import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot, readJson } from './files.mjs';
import { endSurvivors } from './survivors.mjs';
import { recordsFile } from './supervisor.mjs';

/** Who can be killed: one child (its supervisor starts it again), the supervisor with the autopilot, everything, or everything and Temporal's store. */
export const victims = ['parent', 'everything', 'temporal-store', 'api', 'worker-core', 'worker-batch', 'worker-outbound', 'temporal', 'postgres', 'kho', 'trust', 'signing', 'mailbox'];
const ofAll = new Set(['parent', 'everything', 'temporal-store']);
/** A campaign that moves says so every few seconds, and the autopilot gives up by itself before this. */
const SILENCE_MS = 300_000;

/**
 * Plays the demo's campaign to its end, and kills as ordered; after a kill of the parent it starts again without --fresh. One that
 * says nothing for five minutes is ended with the code `silent`, and its output ends with the last words of every process.
 * @param {{dir: string, seed: number, province?: string, pupils?: string, kills?: Kill[], onProgress: (line: string) => void}} input
 * @typedef {{victim: string, afterMs: number}} Kill afterMs: from the moment when all serve, or from the kill before
 * @returns {Promise<{code: number | string, summary: object | undefined, killed: Kill[], output: string}>} of the last start
 */
export async function playWithKills({ dir, seed, province = 'tiny', pupils, kills = [], onProgress }) {
  const left = [...kills];
  const killed = [];
  for (let fresh = true; ; fresh = false) {
    const run = startDemo({ dir, seed, province, pupils, fresh });
    await Promise.race([run.serving, run.ended]);
    while (left.length > 0 && run.alive()) {
      const kill = left.shift();
      await Promise.race([sleep(kill.afterMs), run.ended]);
      if (!run.alive()) break;
      onProgress(`killing ${kill.victim}`);
      strike(dir, kill.victim, run.pid);
      killed.push(kill);
      if (ofAll.has(kill.victim)) break;
    }
    const code = await run.ended;
    if (run.wasSilent()) {
      await endSurvivors(dir, onProgress);
      return { code: 'silent', summary: undefined, killed, output: `${run.output()}\n${lastWords(dir)}` };
    }
    if (code !== 'SIGKILL') return { code, summary: run.summary(), killed, output: run.output() };
    if (killed.at(-1)?.victim === 'temporal-store') {
      await endSurvivors(dir, onProgress);
      fs.rmSync(path.join(dir, 'temporal'), { recursive: true });
    }
  }
}

function startDemo({ dir, seed, province, pupils, fresh }) {
  const args = [path.join(projectRoot, 'scripts', 'demo.mjs'), '--exit', '--json', '--seed', String(seed), '--province', province, ...(pupils === undefined ? [] : ['--pupils', pupils]), '--dir', dir, ...(fresh ? ['--fresh'] : [])];
  const child = spawn(process.execPath, args, { cwd: projectRoot, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HUB_PREPARED: '1' } });
  const lines = [];
  let silent = false;
  const listener = setTimeout(() => {
    silent = true;
    child.kill('SIGKILL');
  }, SILENCE_MS);
  let announce;
  let code;
  const serving = new Promise((resolve) => (announce = resolve));
  const waitedFor = new Set(['api', 'worker-core', 'worker-batch', 'worker-outbound']);
  const take = (line) => {
    listener.refresh();
    lines.push(line);
    waitedFor.delete(/ (\S+) serves$/.exec(line)?.[1]);
    if (waitedFor.size === 0) announce();
  };
  for (const stream of [child.stdout, child.stderr]) readline.createInterface({ input: stream }).on('line', take);
  const ended = new Promise((resolve) => child.once('close', (status, signal) => resolve((code = signal ?? status))));
  void ended.then(() => clearTimeout(listener));
  return {
    pid: child.pid, serving, ended, alive: () => code === undefined, wasSilent: () => silent,
    output: () => lines.join('\n'),
    summary: () => {
      const line = lines.findLast((one) => one.startsWith('{"ok"'));
      return line === undefined ? undefined : JSON.parse(line);
    },
  };
}

/** The ends of all logs: who waits for what when nothing moves any more. */
function lastWords(dir) {
  const logs = path.join(dir, 'logs');
  return fs.readdirSync(logs).map((name) => `--- ${name}\n${fs.readFileSync(path.join(logs, name), 'utf8').slice(-1_500)}`).join('\n');
}

/** SIGKILL, all at once. */
function strike(dir, victim, parent) {
  const children = readJson(recordsFile(dir)) ?? {};
  const pids = ofAll.has(victim) ? [parent] : [];
  if (victim === 'everything' || victim === 'temporal-store') pids.push(...Object.values(children).map(({ pid }) => -pid));
  // A child that is just being started again has no record: there is nothing to kill.
  if (!ofAll.has(victim) && children[victim] !== undefined) pids.push(children[victim].pid);
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
}

/**
 * A seeded schedule: every victim's turn comes once before any comes twice.
 * @param {() => number} random in [0, 1)
 * @param {number} everyMs the longest time between two kills
 */
export function schedule(random, count, everyMs = 6_700) {
  const order = [];
  while (order.length < count) order.push(...shuffled(victims, random));
  return order.slice(0, count).map((victim) => ({ victim, afterMs: 200 + Math.floor(random() * (everyMs - 200)) }));
}

function shuffled(list, random) {
  const rest = [...list];
  return list.map(() => rest.splice(Math.floor(random() * rest.length), 1)[0]);
}

/** mulberry32: the same seed, the same kills, on every machine. */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What a finished campaign left on the disks of the outside: the Kho's ledger, the mailbox, and what the hub said it holds. */
export async function outcomeOf(dir) {
  const ledger = jsonLines(path.join(dir, 'kho', 'ledger.jsonl'));
  return { ledger, mails: await mailsOf(dir), ours: readJson(path.join(dir, 'demo', 'hoc-ba-kho-da-nhan.json')) ?? {} };
}

/** One entry per Message-ID: a second delivery of the same is lawful after a kill, the same words under another Message-ID are not. */
async function mailsOf(dir) {
  const { default: PostalMime } = await import('postal-mime');
  const once = new Map(jsonLines(path.join(dir, 'mailbox', 'index.jsonl')).map((mail) => [mail.messageId, mail]));
  return Promise.all([...once.values()].map(async ({ id, to, subject }) => {
    const { text = '' } = await PostalMime.parse(fs.readFileSync(path.join(dir, 'mailbox', 'mails', `${id}.eml`)));
    // Each mail's personal link differs.
    return { to: to[0], subject, words: text.replace(/https?:\/\/\S+/g, '') };
  }));
}

const jsonLines = (file) => fs.readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));

/**
 * Holds a disturbed campaign against an undisturbed one of the same seed; without one, the demo itself has held it against its script.
 * @returns {string[]} what was lost, doubled or is otherwise; empty when all is well
 */
export function faultsOf({ summary, code }, outcome, undisturbed) {
  const faults = [];
  if (code !== 0 || !summary?.ok) faults.push(`the campaign did not end well: exit ${code}, ${JSON.stringify(summary ?? null)}`);
  const accepted = outcome.ledger.filter((line) => line.trang_thai === 1);
  const twice = repeated(accepted.map((line) => line.ma_hoc_sinh));
  if (twice.length > 0) faults.push(`${twice.length} pupils accepted twice`);
  const theirs = new Set(accepted.map((line) => line.uuid));
  const ours = new Set(Object.keys(outcome.ours));
  const apart = [...theirs].filter((uuid) => !ours.has(uuid)).length + [...ours].filter((uuid) => !theirs.has(uuid)).length;
  if (apart > 0) faults.push(`${apart} UUIDs differ between the Kho's ledger and ours`);
  if (undisturbed !== undefined && verdicts(outcome) !== verdicts(undisturbed)) faults.push('pupils and verdicts differ from the undisturbed campaign');
  const invited = repeated(outcome.mails.filter(isInvitation).map(({ to }) => to));
  if (invited.length > 0) faults.push(`${invited.length} people invited twice`);
  const told = repeated(outcome.mails.map(({ to, subject, words }) => JSON.stringify([to, subject, words])));
  if (told.length > 0) faults.push(`${told.length} mails written twice, e.g. ${JSON.parse(told[0]).slice(0, 2).join(': ')}`);
  return faults;
}

const isInvitation = (mail) => mail.subject.startsWith('Đặt mật khẩu');
const repeated = (list) => [...new Set(list.filter((one, index) => list.indexOf(one) !== index))];

/** Pupil by pupil, how often the Kho refused and accepted. */
function verdicts({ ledger }) {
  const counted = new Map();
  for (const { ma_hoc_sinh: pupil, trang_thai: verdict } of ledger) {
    const [refused, taken] = counted.get(pupil) ?? [0, 0];
    counted.set(pupil, verdict === 1 ? [refused, taken + 1] : [refused + 1, taken]);
  }
  return JSON.stringify([...counted].sort());
}
