import { posix } from 'node:path';
import { areaCells, parseArea, type NumberFormat } from './cell.js';
import type { WorkbookPackage } from './package.js';
import { readXmlPart, unescapeText, type PartHandler } from './xmlPart.js';
import { RefusedWorkbook, refusal } from './refusal.js';

/** Excel lets 31 letters be; a sheet's name stands in every fault about it. */
const LONGEST_NAME = 100;

export type SheetEntry = { name: string; hidden: boolean; part: string };
export type BookParts = { sheets: SheetEntry[]; date1904: boolean; definedCells: number; sharedStrings: string | null; styles: string | null };

/** xlsx in the wild: Microsoft's transitional namespace, or ISO strict; the relationship's last word is the same in both. */
const relation = (type: string): string => type.slice(type.lastIndexOf('/') + 1);

async function relationsOf(pack: WorkbookPackage, part: string): Promise<Map<string, { kind: string; target: string }>> {
  const found = new Map<string, { kind: string; target: string }>();
  const name = posix.join(posix.dirname(part), '_rels', `${posix.basename(part)}.rels`);
  await readPart(pack, name, {
    open(element, attributes) {
      if (element !== 'Relationship' || attributes['TargetMode'] === 'External') return;
      const target = attributes['Target'] ?? '';
      const path = target.startsWith('/') ? target.slice(1) : posix.join(posix.dirname(part), target);
      found.set(attributes['Id'] ?? '', { kind: relation(attributes['Type'] ?? ''), target: path });
    },
  });
  return found;
}

async function readPart(pack: WorkbookPackage, name: string, handler: PartHandler): Promise<void> {
  const stream = await pack.open(name);
  if (stream !== null) await readXmlPart(stream, handler);
}

/** Finds the workbook's main part and what hangs on it. External relationships are skipped, never followed. */
export async function readBookParts(pack: WorkbookPackage): Promise<BookParts> {
  const main = [...(await relationsOf(pack, '')).values()].find((one) => one.kind === 'officeDocument')?.target;
  if (main === undefined || !pack.names.includes(main)) throw new RefusedWorkbook(refusal('not-workbook'));
  const relations = await relationsOf(pack, main);
  const book: BookParts = { sheets: [], date1904: false, definedCells: 0, sharedStrings: null, styles: null };
  for (const { kind, target } of relations.values()) {
    if (kind === 'sharedStrings') book.sharedStrings = target;
    if (kind === 'styles') book.styles = target;
  }
  let definition: string | null = null;
  await readPart(pack, main, {
    open(element, attributes) {
      if (element === 'workbookPr') book.date1904 = ['1', 'true'].includes(attributes['date1904'] ?? '');
      if (element === 'definedName') definition = '';
      if (element !== 'sheet') return;
      const to = relations.get(attributes['r:id'] ?? Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? '');
      // Chart and dialog sheets hold no cells.
      if ((attributes['name'] ?? '').length > LONGEST_NAME) throw new RefusedWorkbook(refusal('damaged'));
      if (to?.kind === 'worksheet') book.sheets.push({ name: attributes['name'] ?? '', hidden: (attributes['state'] ?? 'visible') !== 'visible', part: to.target });
    },
    text(text) { if (definition !== null) definition += text; },
    close(element) {
      if (element !== 'definedName' || definition === null) return;
      for (const piece of definition.split(',')) {
        const area = parseArea(piece.slice(piece.lastIndexOf('!') + 1));
        if (area !== null) book.definedCells += areaCells(area);
      }
      definition = null;
    },
  });
  if (book.sheets.length === 0) throw new RefusedWorkbook(refusal('no-sheet'));
  return book;
}

/** Shared strings in order; rich text joined, phonetic readings (`rPh`) left out. */
export async function readSharedStrings(pack: WorkbookPackage, part: string | null): Promise<string[]> {
  const strings: string[] = [];
  let current = '';
  let inText = false;
  let phonetic = 0;
  if (part !== null) await readPart(pack, part, {
    open(element) {
      if (element === 'si') current = '';
      else if (element === 'rPh') phonetic++;
      else if (element === 't') inText = phonetic === 0;
    },
    text(text) { if (inText) current += text; },
    close(element) {
      if (element === 't') inText = false;
      else if (element === 'rPh') phonetic--;
      else if (element === 'si') strings.push(unescapeText(current));
    },
  });
  return strings;
}

/** Built-in date formats of SpreadsheetML (14–22, 45–47 and the East Asian ones); 22 and others show a time as well. */
const builtInDate = (id: number): boolean => (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

/** A format code that shows a day, month or year outside quotes, brackets and escapes. */
export function formatOf(code: string): NumberFormat {
  const bare = code.replace(/"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.|\*./gi, '');
  const zeros = /^0+$/.exec(bare.split(';')[0] ?? '')?.[0].length ?? 0;
  return { date: /[dmyh]/i.test(bare) && !/general/i.test(bare), zeros: zeros > 1 ? zeros : 0 };
}

/** Number format of each cell style, by the index that a cell's `s` names. */
export async function readStyles(pack: WorkbookPackage, part: string | null): Promise<NumberFormat[]> {
  const codes = new Map<number, NumberFormat>();
  const styles: NumberFormat[] = [];
  let inCells = false;
  if (part !== null) await readPart(pack, part, {
    open(element, attributes) {
      if (element === 'numFmt') codes.set(Number(attributes['numFmtId']), formatOf(attributes['formatCode'] ?? ''));
      else if (element === 'cellXfs') inCells = true;
      else if (element === 'xf' && inCells) {
        const id = Number(attributes['numFmtId'] ?? 0);
        styles.push(codes.get(id) ?? { date: builtInDate(id), zeros: 0 });
      }
    },
    close(element) { if (element === 'cellXfs') inCells = false; },
  });
  return styles;
}
