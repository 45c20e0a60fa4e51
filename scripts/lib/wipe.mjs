import fs from 'node:fs';
import path from 'node:path';
import { placeElsewhere } from './accounts.mjs';

/** Kept by a fresh start: programs that were fetched, synthetic people with their keys (kept.mjs), locks and ports (bookmarks stay good), logs, the tests' own hub. */
const kept = new Set(['bin', 'locks', 'run', 'logs', 'test', 'kept']);

/** Forgets what a hub holds. Call only when none of its processes runs. */
export function wipe(hubDir) {
  fs.rmSync(placeElsewhere(hubDir), { recursive: true, force: true });
  for (const name of fs.readdirSync(hubDir)) {
    if (!kept.has(name)) fs.rmSync(path.join(hubDir, name), { recursive: true, force: true });
  }
}
