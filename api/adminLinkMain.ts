import { z } from 'zod';
import { openDatabase } from '../db/connect.js';
import { firstAdministrator, replacePasswordLink, upsertProvince } from '../db/firstAdministrator.js';
import { newToken, tokenHash } from './auth/token.js';

/**
 * `hub admin-link`: makes the first administrator of a new hub and prints a one-time link to choose a password, as one JSON line. With an
 * administrator who can sign in it refuses (exit 1): nobody gets in by a second first link.
 */
const LINK_HOURS = 48;

const environment = z.object({
  DATABASE_URL: z.string().startsWith('postgres'), HUB_BASE_URL: z.url(), HUB_PROVINCE_CODE: z.string().regex(/^\d{2}$/),
  HUB_PROVINCE_NAME: z.string().min(2), HUB_DEPARTMENT_NAME: z.string().min(2), HUB_PLACE_OF_ISSUE: z.string().min(2),
});

async function main(): Promise<number> {
  const parsed = environment.safeParse(process.env);
  if (!parsed.success) return fail(`set these in the environment: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`);
  const settings = parsed.data;
  const db = openDatabase(settings.DATABASE_URL, 1);
  try {
    const token = newToken();
    const personId = await db.transaction(async (trx) => {
      // Two starts at once must not make two administrators.
      await trx.raw(`SELECT pg_advisory_xact_lock(hashtextextended('admin-link', 0))`);
      await upsertProvince(trx, { code: settings.HUB_PROVINCE_CODE, name: settings.HUB_PROVINCE_NAME, departmentName: settings.HUB_DEPARTMENT_NAME, placeOfIssue: settings.HUB_PLACE_OF_ISSUE });
      const id = await firstAdministrator(trx);
      if (id !== null) await replacePasswordLink(trx, { tokenHash: tokenHash(token), personId: id, hours: LINK_HOURS });
      return id;
    });
    if (personId === null) return fail('an administrator has an account already: sign in, or let an administrator make a link on the page "Người dùng cấp Sở"');
    process.stdout.write(`${JSON.stringify({ link: new URL(`/dat-mat-khau/${token}`, settings.HUB_BASE_URL).href })}\n`);
    return 0;
  } finally {
    await db.destroy();
  }
}

function fail(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = fail(`the link could not be made: ${error instanceof Error ? error.message : String(error)}`);
}
