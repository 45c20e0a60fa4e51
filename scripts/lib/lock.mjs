import fs from 'node:fs';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive } from './processes.mjs';
import { readJson } from './files.mjs';

/**
 * Takes a lock file, or says who holds it. The content is complete before the name exists (link, not create), and a lock
 * whose holder died is taken over; so a kill at any moment leaves nothing that needs a hand.
 * @param {string} file @param {string} purpose what the holder does, for the sentence others read
 * @returns {{held: true, release: () => void} | {held: false, holder: {pid: number, purpose: string}}}
 */
export function tryLock(file, purpose) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const token = randomBytes(8).toString('hex');
  const mine = `${file}.${process.pid}-${token}`;
  fs.writeFileSync(mine, JSON.stringify({ ...identify(process.pid, 'lock'), purpose, token }));
  try {
    for (;;) {
      if (linkOnce(mine, file)) return { held: true, release: () => release(file, token) };
      const holder = readHolder(file);
      if (holder === undefined) continue;
      if (isAlive(holder)) return { held: false, holder };
      takeAway(file, holder);
    }
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

/** Waits for the lock; for short work that two commands may want at once, such as installing or building. */
export async function withLock(file, purpose, onWait, work) {
  let told = false;
  for (;;) {
    const lock = tryLock(file, purpose);
    if (lock.held) {
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    if (!told) onWait(`waiting for process ${lock.holder.pid}, which is ${lock.holder.purpose}`);
    told = true;
    await sleep(200);
  }
}

function linkOnce(from, to) {
  try {
    fs.linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(file) {
  try {
    return readJson(file);
  } catch {
    // Not JSON: nobody's lock, for ours are written whole. An impossible holder lets it be taken away.
    return { pid: 0, startedAt: undefined, purpose: 'unknown', token: undefined };
  }
}

/** Moves a dead holder's lock aside; if another process took it over in between, gives it back. */
function takeAway(file, dead) {
  const aside = `${file}.dead-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    fs.renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (readHolder(aside)?.token !== dead.token) linkOnce(aside, file);
  fs.rmSync(aside, { force: true });
}

function release(file, token) {
  if (readHolder(file)?.token === token) fs.rmSync(file, { force: true });
}
