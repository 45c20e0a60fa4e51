import { constants, generateKeyPairSync, privateEncrypt } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import ExcelJS from 'exceljs';
import { hashPassword } from '../../api/auth/password.js';
import { openDatabase, row, rows } from '../../db/connect.js';

/** What a campaign of this size cannot be had for less: the bare work, without a hub around it. CPU seconds. */
export type CampaignFloors = {
  rsa: number; copy: number; workbooksRead: number; workbooksWritten: number;
  /** No floor, but nobody's to save either: the guesses that a stolen password table must cost, once for each password set or asked. */
  passwords: number; passwordsCount: number;
  signatures: number; copiedMb: number; workbooksReadCount: number; cellsWritten: number;
};

const MB = 1_048_576;
const round = (value: number): number => Math.round(value * 100) / 100;

async function ownCpu(job: () => Promise<void> | void): Promise<number> {
  const before = process.cpuUsage();
  await job();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** What so many passwords cost to set or to check. */
async function passwordCost(count: number): Promise<number> {
  const sample = Math.min(count, 20);
  return sample === 0 ? 0 : await ownCpu(async () => { for (let done = 0; done < sample; done += 1) await hashPassword(`mật khẩu thử ${done}`); }) / sample * count;
}

/** As many raw RSA-2048 operations as the campaign made signatures, of a digest that is there already. */
export function rsaFloor(signatures: number): Promise<number> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const digest = Buffer.alloc(51, 7);
  return ownCpu(() => {
    for (let done = 0; done < signatures; done += 1) privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, digest);
  });
}

/**
 * PostgreSQL's own COPY of every row that the campaign left, into tables without an index or a constraint.
 * @param cpuOfPostgres CPU seconds of the server with all its processes, up to now
 */
async function copyFloor(ownerUrl: string, cpuOfPostgres: () => number): Promise<{ seconds: number; mb: number }> {
  const db = openDatabase(ownerUrl, 1);
  try {
    const tables = await rows<{ name: string; columns: string }>(db, `
      SELECT relname AS name, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'knex_%' GROUP BY 1 ORDER BY 1`);
    await db.raw('DROP SCHEMA IF EXISTS floor CASCADE');
    await db.raw('CREATE SCHEMA floor');
    // The server writes into its own folder, the only one that is surely its own; the next --fresh takes the files away.
    const { folder } = (await row<{ folder: string }>(db, `SELECT current_setting('data_directory') AS folder`))!;
    const file = (name: string): string => `'${folder.replaceAll("'", "''")}/floor-${name}.bin'`;
    for (const { name, columns } of tables) await db.raw(`COPY public."${name}" (${columns}) TO ${file(name)} (FORMAT binary)`);
    const size = await row<{ bytes: number }>(db, `SELECT sum(size)::bigint AS bytes FROM pg_ls_dir('.') AS f, pg_stat_file(f) WHERE f LIKE 'floor-%.bin'`);
    const before = cpuOfPostgres();
    for (const { name, columns } of tables) {
      // With our own storage: PostgreSQL would compress documents that we keep as they are.
      await db.raw(`CREATE TABLE floor."${name}" (LIKE public."${name}" INCLUDING STORAGE)`);
      await db.raw(`COPY floor."${name}" (${columns}) FROM ${file(name)} (FORMAT binary)`);
    }
    const seconds = cpuOfPostgres() - before;
    await db.raw('DROP SCHEMA floor CASCADE');
    return { seconds, mb: (size?.bytes ?? 0) / MB };
  } finally {
    await db.destroy();
  }
}

async function readBare(bytes: Buffer): Promise<void> {
  const reader = new ExcelJS.stream.xlsx.WorkbookReader(Readable.from(bytes), { entries: 'emit', sharedStrings: 'cache', styles: 'ignore', hyperlinks: 'ignore', worksheets: 'emit' });
  let cells = 0;
  for await (const sheet of reader) for await (const one of sheet) cells += Array.isArray(one.values) ? one.values.length : 0;
  if (cells === 0) throw new Error('a workbook of the campaign reads as empty');
}

/** The same cells as in a workbook, without a style, by exceljs's own stream. @returns how many */
async function writeBare(workbook: ExcelJS.Workbook): Promise<number> {
  const sink = new PassThrough();
  sink.resume();
  const writer = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: sink });
  let cells = 0;
  for (const sheet of workbook.worksheets) {
    const copy = writer.addWorksheet(sheet.name);
    sheet.eachRow((line) => {
      const values = (line.values as ExcelJS.CellValue[]).slice(1);
      cells += values.length;
      copy.addRow(values).commit();
    });
    copy.commit();
  }
  await writer.commit();
  return cells;
}

/**
 * The floors of a campaign that was played: as many signatures, the same rows, the same workbooks.
 * @param report the workbook that the campaign ended with
 */
export async function campaignFloors({ ownerUrl, cpuOfPostgres, report, onProgress }: {
  ownerUrl: string; cpuOfPostgres: () => number; report: string; onProgress: (line: string) => void;
}): Promise<CampaignFloors> {
  const db = openDatabase(ownerUrl, 1);
  try {
    const { signatures } = (await row<{ signatures: number }>(db, `SELECT count(*)::bigint AS signatures FROM signature_item WHERE signature IS NOT NULL`))!;
    onProgress(`floor: ${signatures} raw RSA signatures`);
    const rsa = await rsaFloor(signatures);
    const uploads = await rows<{ id: string }>(db, `SELECT id FROM upload WHERE format = 'xlsx' ORDER BY created_at`);
    onProgress(`floor: reading ${uploads.length} workbooks, writing one`);
    let workbooksRead = 0;
    for (const { id } of uploads) {
      const { bytes } = (await row<{ bytes: Buffer }>(db, 'SELECT bytes FROM upload WHERE id = :id', { id }))!;
      workbooksRead += await ownCpu(() => readBare(bytes));
    }
    const written = new ExcelJS.Workbook();
    await written.xlsx.readFile(report);
    let cellsWritten = 0;
    const workbooksWritten = await ownCpu(async () => { cellsWritten = await writeBare(written); });
    // Each session began with a password, set or asked.
    const { sessions } = (await row<{ sessions: number }>(db, 'SELECT count(*)::bigint AS sessions FROM session'))!;
    const passwords = await passwordCost(sessions);
    onProgress('floor: COPY of all rows');
    const copy = await copyFloor(ownerUrl, cpuOfPostgres);
    return {
      rsa: round(rsa), copy: round(copy.seconds), workbooksRead: round(workbooksRead), workbooksWritten: round(workbooksWritten),
      passwords: round(passwords), passwordsCount: sessions, signatures, copiedMb: round(copy.mb), workbooksReadCount: uploads.length, cellsWritten,
    };
  } finally {
    await db.destroy();
  }
}
