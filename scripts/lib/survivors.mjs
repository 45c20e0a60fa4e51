import { childMarker } from './child.mjs';
import { readJson } from './files.mjs';
import { clusterTitles } from './postgres.mjs';
import { endProcess, findMarked, isAlive } from './processes.mjs';
import { recordsFile } from './supervisor.mjs';

/**
 * Ends what an earlier start left behind when it was killed: by the records (pid and start time), and, for a child that
 * was born but not yet written down, by its marker. Same order as a stop: writers, Temporal, PostgreSQL.
 * @param {string} hubDir @param {(line: string) => void} onProgress
 */
export async function endSurvivors(hubDir, onProgress) {
  const recorded = Object.entries(readJson(recordsFile(hubDir)) ?? {}).filter(([, identity]) => isAlive(identity));
  const marked = findMarked({ markers: [childMarker(hubDir)], titles: clusterTitles(hubDir) });
  const kinds = new Map(marked.map((identity) => [identity.pid, { identity, kind: kindOf(identity.command) }]));
  for (const [name, identity] of recorded) kinds.set(identity.pid, { identity, kind: name });
  if (kinds.size === 0) return;
  onProgress(`ending ${kinds.size} processes of an earlier start`);
  const all = [...kinds.values()];
  // Nobody waits for these any more, so they get less time than in an orderly stop; the database needs its checkpoint less
  // than the person needs the start, and recovers what it skips.
  await endAll(all.filter(({ kind }) => kind !== 'temporal' && kind !== 'postgres'), { graceMs: 3_000 });
  await endAll(all.filter(({ kind }) => kind === 'temporal'), { graceMs: 5_000 });
  await endAll(all.filter(({ kind }) => kind === 'postgres'), { politely: 'SIGINT', graceMs: 10_000 });
}

const endAll = (entries, how) => Promise.all(entries.map(({ identity }) => endProcess(identity, how)));

function kindOf(command) {
  if (/\bserver start-dev\b/.test(command)) return 'temporal';
  return /^postgres: |\/bin\/(postgres|initdb) /.test(command) ? 'postgres' : 'other';
}
