import { buffer } from 'node:stream/consumers';
import { address, columnName } from './cell.js';
import { ROSTER_LIMITS } from './limits.js';
import { openPackage } from './package.js';
import { ZipWriter, type Sink } from './zipWriter.js';

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
  const zip = new ZipWriter(sink);
  for (const name of pack.names) {
    if (name.endsWith('/')) continue;
    const bytes = await buffer((await pack.open(name))!);
    const growth = growths.find(({ sheet }) => name === `xl/worksheets/sheet${sheet}.xml`);
    await zip.add(name, growth === undefined ? [bytes] : grown(bytes.toString('utf8'), growth));
  }
  await zip.end();
}

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
const escaped = (text: string): string => (SPECIAL.test(text) ? text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') : text);

/** @param styles index of each column's style in the template */
function rowEncoder(styles: readonly string[]): (number: number, values: readonly CellValue[]) => string {
  const letters = styles.map((_, index) => columnName(index));
  const [text, plain] = [styles.map((style) => `" s="${style}" t="inlineStr"><is><t>`), styles.map((style) => `" s="${style}"><v>`)];
  return (number, values) => {
    let row = `<row r="${number}">`;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index]!;
      if (value === null || value === '') continue;
      row += typeof value === 'string' ? `<c r="${letters[index]!}${number}${text[index]!}${escaped(value)}</t></is></c>` : `<c r="${letters[index]!}${number}${plain[index]!}${value}</v></c>`;
    }
    return `${row}</row>`;
  };
}
