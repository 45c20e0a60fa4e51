import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { address, columnName } from './cell.js';
import { ROSTER_LIMITS } from './limits.js';
import { openPackage } from './package.js';

/** Takes bytes; the writer waits for it, so a slow reader slows the writer down and nothing piles up. */
export type Sink = (bytes: Buffer) => Promise<void>;

/** A value of a cell; null leaves it empty. A day is written as its serial number under the column's format. */
export type CellValue = string | number | null;
/**
 * Rows that a sheet of a template gets: its row `sample` carries the look of each column and gives way to the rows. Rows come in groups,
 * so that a group is encoded and packed at once.
 */
export type Growth = { sheet: number; sample: number; columns: number; groups: AsyncIterable<readonly (readonly CellValue[])[]> };

/**
 * Writes a workbook again with rows added to some of its sheets, in constant memory: head, widths, styles and all other sheets come from
 * the template as exceljs wrote it, only the rows are encoded here. Strings are written into their cells, so no table of them grows.
 * @param template a small workbook whose sheets to grow end with their sample row
 * @param sink gets the new workbook piece by piece
 */
export async function growSheets(template: Buffer, growths: readonly Growth[], sink: Sink): Promise<void> {
  const pack = await openPackage(template, ROSTER_LIMITS);
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  const rows: Readable[] = [];
  // yazl tells here of what breaks in the packing; a stream that was opened late tells it by itself, below. The output ends with the same fault.
  zip.on('error', (fault: Error) => output.destroy(fault));
  // Who waits hears of it by the pipeline below; to a stream that nobody listened to it would be the end of the process.
  output.on('error', () => undefined);
  for (const name of pack.names) {
    if (name.endsWith('/')) continue;
    const bytes = await buffer((await pack.open(name))!);
    const growth = growths.find(({ sheet }) => name === `xl/worksheets/sheet${sheet}.xml`);
    if (growth === undefined) zip.addBuffer(bytes, name, PACKED);
    else {
      // Opened when its turn comes: one sheet goes on where the one before stopped.
      zip.addReadStreamLazy(name, PACKED, (opened) => {
        const stream = Readable.from(grown(bytes.toString('utf8'), growth), { objectMode: false });
        stream.on('error', (fault: Error) => output.destroy(fault));
        rows.push(stream);
        opened(null, stream);
      });
    }
  }
  zip.end();
  try {
    await pipeline(output, async (parts: AsyncIterable<Buffer>) => {
      for await (const part of parts) await sink(part);
    });
  } finally {
    for (const one of rows) one.destroy();
  }
}

/** Workbooks of repeated text gain little beyond level 1 and cost much; a fixed day, so that the same content gives the same bytes. */
const PACKED = { compressionLevel: 1, mtime: new Date(1980, 0, 1), forceDosTimestamp: true } as const;

async function* grown(xml: string, { sample, columns, groups }: Growth): AsyncGenerator<Buffer> {
  const row = new RegExp(`<row r="${sample}"[^>]*>(.*?)</row>(?=</sheetData>)`, 's').exec(xml);
  if (row === null) throw new Error(`the template's sheet does not end with its sample row ${sample}`);
  const encode = rowEncoder(Array.from({ length: columns }, (_, index) => new RegExp(`<c r="${address(sample, index)}" s="(\\d+)"`).exec(row[1]!)?.[1] ?? '0'));
  yield Buffer.from(xml.slice(0, row.index));
  let number = sample;
  for await (const group of groups) {
    if (group.length === 0) continue;
    let text = '';
    for (const values of group) { text += encode(number, values); number += 1; }
    yield Buffer.from(text);
  }
  yield Buffer.from(xml.slice(row.index + row[0].length));
}

const SPECIAL = /[&<>]/;
/** Blanks that Excel drops without being told to keep them. */
const EDGED = /^\s|\s$|\n/;
const escaped = (text: string): string => (SPECIAL.test(text) ? text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') : text);

/** @param styles index of each column's style in the template */
function rowEncoder(styles: readonly string[]): (number: number, values: readonly CellValue[]) => string {
  const letters = styles.map((_, index) => columnName(index));
  const [text, plain] = [styles.map((style) => `" s="${style}" t="inlineStr"><is><t`), styles.map((style) => `" s="${style}"><v>`)];
  return (number, values) => {
    let row = `<row r="${number}">`;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index]!;
      if (value === null || value === '') continue;
      row += typeof value === 'string' ? `<c r="${letters[index]!}${number}${text[index]!}${EDGED.test(value) ? ' xml:space="preserve">' : '>'}${escaped(value)}</t></is></c>` : `<c r="${letters[index]!}${number}${plain[index]!}${value}</v></c>`;
    }
    return `${row}</row>`;
  };
}
