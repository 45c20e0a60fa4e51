import fs from 'node:fs';
import path from 'node:path';
import { defaultHubDir } from '../lib/files.mjs';
import { runningEnvironment } from '../lib/running.mjs';

/**
 * What to check: the embedded hub of this checkout, or, in production, what the environment names.
 * @returns {Record<string, string> & {hubDir?: string}} settings of a worker, with the owner's DATABASE_URL where known
 */
export function environmentToCheck() {
  const embedded = fs.existsSync(path.join(defaultHubDir, 'run', 'ports.json')) ? runningEnvironment(defaultHubDir).migrate : undefined;
  return { ...embedded, ...definedOnly(process.env) };
}

const definedOnly = (environment) => Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
