import type { Knex } from 'knex';
import { listBook } from '../../dashboards/workbooks/listBook.js';
import { writeProgressReport } from '../../dashboards/workbooks/progressReport.js';
import { heldTotals, inSnapshot, readProgressReport, reportHead, stageCounts } from '../../db/progress.js';
import { lengthOf, reportLines } from '../../db/reports/lines.js';
import type { ReportRun } from '../../db/reports/run.js';
import type { Instant } from '../../domain/brand.js';
import type { ProgressScope, ProgressReport } from '../../domain/progress.js';
import type { ProgressCounts } from '../../domain/rates.js';
import { LISTED_MEASURES, type ReportHead } from '../../domain/reports.js';
import { growSheets, type CellValue, type Sink } from '../../formats/workbook/growSheets.js';

/** The list does not add up to the counts of the same moment: no file may leave the hub then. */
export class ReportDiffers extends Error {
  constructor(what: string) {
    super(`a report does not add up: ${what}`);
    this.name = 'ReportDiffers';
  }
}

export type BookOptions = {
  sandbox: boolean;
  /** Told of the rows expected and written so far, school by school; may throw to stop. */
  onRows: (rows: { expected: number; written: number }) => Promise<void>;
  /** Excel's limit unless a test wants smaller sheets. */
  rowsPerSheet?: number;
};
export type WrittenBook = { asOf: Instant; rows: number };
type Asked = Omit<ReportRun, 'jobId' | 'attempt'>;

const scopeOf = ({ campaignId, officeCode, schoolCode }: Asked): ProgressScope => ({ campaignId, ...(officeCode === null ? {} : { officeCode }), ...(schoolCode === null ? {} : { schoolCode }) });

/**
 * Writes the workbook somebody asked for, from one snapshot of the database, into `sink`. A list is read, encoded and packed school by
 * school; the progress report is one row a class and is made whole.
 * @throws ReportDiffers
 */
export async function writeBook(db: Knex, asked: Asked, sink: Sink, options: BookOptions): Promise<WrittenBook> {
  return asked.kind === 'progress' ? writeProgress(db, asked, sink, options) : writeList(db, { ...asked, kind: asked.kind }, sink, options);
}

const linesOf = ({ tree }: ProgressReport): number => tree.offices.reduce((all, office) => all + 1 + office.schools.reduce((sum, school) => sum + 1 + school.classes.length, 0), 0);

async function writeProgress(db: Knex, asked: Asked, sink: Sink, { sandbox, onRows }: BookOptions): Promise<WrittenBook> {
  const report = await readProgressReport(db, scopeOf(asked));
  const rows = linesOf(report);
  await onRows({ expected: rows, written: 0 });
  const bytes = await writeProgressReport(report, { sandbox, by: asked.by });
  await sink(bytes);
  await onRows({ expected: rows, written: rows });
  return { asOf: report.asOf, rows };
}

type AskedList = Asked & { kind: 'cards' | 'held' };

const writeList = (db: Knex, asked: AskedList, sink: Sink, { sandbox, onRows, rowsPerSheet }: BookOptions): Promise<WrittenBook> => inSnapshot(db, async (snapshot) => {
  const scope = scopeOf(asked);
  const found = await reportHead(snapshot, scope);
  if (found === undefined) throw new Error('there is no such campaign');
  const head: ReportHead = { ...found, by: asked.by };
  const counts = await stageCounts(snapshot, scope);
  const lines = lengthOf(asked.kind, counts);
  await onRows({ expected: lines, written: 0 });
  const book = await listBook({
    kind: asked.kind, head, withNames: asked.withNames, sandbox, lines, counts, held: await heldTotals(snapshot, scope), ...(rowsPerSheet === undefined ? {} : { rowsPerSheet }),
  });
  const tally = new Tally();
  let written = 0;
  const groups = (async function* (): AsyncGenerator<CellValue[][]> {
    for await (const school of reportLines(snapshot, scope, { list: asked.kind, withNames: asked.withNames })) {
      const from = written;
      yield school.map((line, index) => { tally.add(line.measures); return book.columns.map((column) => column.value(line, from + index + 1)); });
      written += school.length;
      await onRows({ expected: lines, written });
    }
  })();
  const dealt = new Dealer(groups);
  await growSheets(book.template, book.sheets.map(({ sheet, sample, lines: share }) => ({ sheet, sample, columns: book.columns.length, groups: dealt.take(share) })), sink);
  // What is left over was not counted; what is missing was counted and is not there.
  if (await dealt.more() || written !== lines) throw new ReportDiffers(`${written} lines of ${lines}`);
  tally.hold(counts, book.columns.flatMap(({ measure }) => (measure === null ? [] : [measure])));
  return { asOf: head.asOf, rows: lines };
});

/** Adds the columns up while they pass. */
class Tally {
  readonly #sums = LISTED_MEASURES.map(() => 0);

  add(measures: number): void {
    for (let bit = 0; bit < LISTED_MEASURES.length; bit += 1) if ((measures & (1 << bit)) !== 0) this.#sums[bit]! += 1;
  }

  hold(counts: ProgressCounts, listed: readonly (keyof ProgressCounts)[]): void {
    LISTED_MEASURES.forEach((measure, bit) => {
      if (listed.includes(measure) && this.#sums[bit] !== counts[measure]) throw new ReportDiffers(`${measure}: ${this.#sums[bit]!} lines, counted ${counts[measure]}`);
    });
  }
}

/** Deals one flow of groups out to several sheets, cutting a group where a sheet is full. */
class Dealer<R> {
  #rest: readonly R[] = [];
  readonly #source: AsyncIterator<readonly R[]>;

  constructor(groups: AsyncIterable<readonly R[]>) { this.#source = groups[Symbol.asyncIterator](); }

  async* take(share: number): AsyncGenerator<readonly R[]> {
    for (let left = share; left > 0 && await this.more();) {
      const part = this.#rest.slice(0, left);
      this.#rest = this.#rest.slice(part.length);
      left -= part.length;
      yield part;
    }
  }

  /** Whether there is another row. */
  async more(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#source.next();
      if (next.done === true) return false;
      this.#rest = next.value;
    }
    return true;
  }
}
