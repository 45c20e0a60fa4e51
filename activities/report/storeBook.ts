import type { Knex } from 'knex';
import { finish, noteRows, storeChunk, type ReportRun } from '../../db/reports/run.js';
import { Fenced } from '../fault.js';
import { writeBook, type BookOptions } from './writeBook.js';

const CHUNK_BYTES = 2 ** 20;
/** So often a page may see another number of rows; each note is a write. */
const NOTE_MS = 500;

/**
 * Writes a workbook into the database, a megabyte at a time, and notes how far it is. What is written counts when the last statement has:
 * an attempt that died leaves pieces that the next one deletes.
 * @throws Fenced when another attempt has taken over, or the person cancelled
 */
export async function storeBook(db: Knex, run: ReportRun, options: Pick<BookOptions, 'sandbox' | 'rowsPerSheet'>): Promise<void> {
  const go = (mine: boolean): void => { if (!mine) throw new Fenced(run.jobId); };
  let [parts, held, position, bytes, notedAt] = [[] as Buffer[], 0, 0, 0, 0];
  const store = async (): Promise<void> => {
    const piece = Buffer.concat(parts);
    [parts, held] = [[], 0];
    go(await storeChunk(db, { ...run, position, bytes: piece }));
    position += 1;
    bytes += piece.length;
  };
  const { asOf, rows } = await writeBook(db, run, async (part) => {
    for (let from = 0; from < part.length; from += CHUNK_BYTES) {
      const piece = part.subarray(from, from + CHUNK_BYTES);
      parts.push(piece);
      held += piece.length;
      if (held >= CHUNK_BYTES) await store();
    }
  }, {
    ...options,
    onRows: async ({ expected, written }) => {
      if (written !== 0 && performance.now() - notedAt < NOTE_MS) return;
      notedAt = performance.now();
      go(await noteRows(db, { ...run, expected, written }));
    },
  });
  if (held > 0) await store();
  go(await finish(db, { ...run, asOf, rows, bytes, chunks: position }));
}
