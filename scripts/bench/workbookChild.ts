import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import ExcelJS from 'exceljs';
import { storeBook } from '../../activities/report/storeBook.js';
import { listColumns } from '../../dashboards/workbooks/listColumns.js';
import { openDatabase } from '../../db/connect.js';
import { inSnapshot } from '../../db/progress.js';
import { reportLines } from '../../db/reports/lines.js';
import { takeRun } from '../../db/reports/run.js';

/**
 * One workbook in a process of its own, so that its peak is its own: `workbookChild URL CAMPAIGN PERSON KIND` writes it as the hub does, from the
 * snapshot into the database; KIND `bare` gives exceljs's streaming writer the cells of the list of cards, read beforehand and without a style.
 * Says one line of JSON.
 */
const [url = '', campaignId = '', personId = '', kind = ''] = process.argv.slice(2);

type Cost = { seconds: number; cpuSeconds: number; peakMb: number; rows: number };
async function costOf(job: () => Promise<number>): Promise<Cost> {
  const [from, before] = [performance.now(), process.cpuUsage()];
  const rows = await job();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - from) / 1_000, cpuSeconds: (user + system) / 1e6, peakMb: process.resourceUsage().maxRSS / 1_024, rows };
}

async function asTheHub(): Promise<Cost> {
  const db = openDatabase(url, 2);
  try {
    const id = randomUUID();
    await db('report_job').insert({ id, kind, campaign_id: campaignId, with_names: kind !== 'progress', asked_by: personId });
    const cost = await costOf(async () => {
      const run = await takeRun(db, id);
      await storeBook(db, run!, { sandbox: true });
      return (await db('report_run').where({ job_id: id }).first<{ rows_written: number }>('rows_written')).rows_written;
    });
    await db('report_job').where({ id }).delete();
    return cost;
  } finally {
    await db.destroy();
  }
}

async function bare(): Promise<Cost> {
  const db = openDatabase(url, 1);
  const known = new Map<string, string>();
  const columns = listColumns('cards', true);
  const cells: (string | number | null)[][] = [];
  try {
    await inSnapshot(db, async (snapshot) => {
      for await (const school of reportLines(snapshot, { campaignId }, { list: 'cards', withNames: true })) {
        for (const line of school) cells.push(columns.map((column) => {
          const value = column.value(line, cells.length + 1);
          if (typeof value !== 'string') return value;
          const kept = known.get(value) ?? value;
          known.set(kept, kept);
          return kept;
        }));
      }
    });
  } finally {
    await db.destroy();
  }
  return costOf(async () => {
    const writer = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: new Writable({ write: (_chunk, _encoding, done) => { done(); } }) });
    const sheet = writer.addWorksheet('Học bạ');
    for (const line of cells) sheet.addRow(line).commit();
    await writer.commit();
    return cells.length;
  });
}

process.stdout.write(`${JSON.stringify(kind === 'bare' ? await bare() : await asTheHub())}\n`);
export type { Cost };
