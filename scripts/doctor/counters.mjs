import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { distDir } from '../lib/files.mjs';
import { SetupError } from '../lib/report.mjs';
import { fault, good, skipped } from './finding.mjs';

/** Whether the counters that pages show say what stands. Counts every pupil: seconds for a province. */
export const counterChecks = (env) => [{ name: 'counters', run: () => counters(env) }];

const remedy = 'npm run doctor -- --repair-counters counts anew; tell us, since nothing should ever bring them apart';

async function counters(env) {
  if (!env.DATABASE_URL) return skipped('no database to ask');
  return withDatabase(env, async ({ counterFaults, countedCards }, db) => {
    try {
      const [first, ...more] = await counterFaults(db);
      if (first === undefined) return good(`${await countedCards(db)} pupils counted, all counters agree`);
      return fault(`${first.counter} of ${first.place} says ${first.kept}, ${first.counted} stand${more.length > 0 ? `; ${more.length} more` : ''}`, remedy);
    } catch (error) {
      // Before the first start, or while an older version's tables stand; the check of migrations says so.
      if (error.code === '42P01') return skipped('the tables are not there yet');
      if (error.code === 'ECONNREFUSED' || error.code === '28P01') return skipped(`the database cannot be asked: ${error.message}`);
      throw error;
    }
  });
}

/** Counts anew and writes the counters so; the owner's act. */
export async function repairCounters(env) {
  if (!env.DATABASE_URL) throw new SetupError('no database: start the hub (npm start), or set DATABASE_URL to the owner\'s address');
  return withDatabase(env, async ({ repairCounters: repair }, db) => {
    const faults = await repair(db);
    process.stdout.write(`${faults.length === 0 ? 'all counters agreed' : `${faults.length} counters differed`}; written anew\n`);
  });
}

async function withDatabase(env, work) {
  const load = (...names) => import(pathToFileURL(path.join(distDir, ...names)).href);
  if (!fs.existsSync(path.join(distDir, 'db', 'counters.js'))) throw new SetupError('dist/db/counters.js is missing; run: npm run build');
  const [module, { openDatabase }] = await Promise.all([load('db', 'counters.js'), load('db', 'connect.js')]);
  const db = openDatabase(env.DATABASE_URL, 1);
  try {
    return await work(module, db);
  } finally {
    await db.destroy();
  }
}
