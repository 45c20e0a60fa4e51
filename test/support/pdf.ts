import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { contextTag, Der, TAG } from '../../formats/trust/der.js';
import { skipWithout } from './tools.js';

/** Poppler's programs, the independent reader that our PDFs are held against; `pdfsig` stands for all of them. */
export const withoutPoppler = skipWithout('pdfsig');

/** Runs one of them over `pdf`; `-` as output goes to stdout where the program takes it. */
export function poppler(program: 'pdfsig' | 'pdftotext' | 'pdffonts' | 'pdfinfo', pdf: Buffer, before: string[] = [], after: string[] = []): string {
  return withFiles({ 'file.pdf': pdf }, (folder) => {
    const { stdout, stderr, error } = spawnSync(program, [...before, path.join(folder, 'file.pdf'), ...after], { encoding: 'utf8', cwd: folder });
    if (error !== undefined) throw error;
    return stdout + stderr;
  });
}

export function withFiles<T>(files: Record<string, string | Buffer>, use: (folder: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'hub-pdf-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What stands on each page, as a reader would copy it. */
export const pageTexts = (pdf: Buffer): string[] => texts(pdf, '-layout');
/** The same in the order in which it was drawn. */
export const rawPages = (pdf: Buffer): string[] => texts(pdf, '-raw');
const texts = (pdf: Buffer, mode: string): string[] => poppler('pdftotext', pdf, [mode], ['-']).split('\f').slice(0, -1).map((text) => text.normalize('NFC'));

/** The two byte ranges a PDF's signature covers, and its value. */
export function signatureParts(pdf: Buffer): { content: Buffer; cms: Buffer; range: number[] } {
  const text = pdf.toString('latin1');
  const range = /\/ByteRange \[(\d+) (\d+) (\d+) (\d+)\s*\]/.exec(text)?.slice(1).map(Number) ?? [];
  const [start = 0, length = 0, second = 0, rest = 0] = range;
  const padded = Buffer.from(text.slice(start + length + 1, second - 1), 'hex');
  // DER says its own length; the rest of the place kept for it is zeros.
  const cms = padded.subarray(0, 4 + padded.readUInt16BE(2));
  return { content: Buffer.concat([pdf.subarray(start, start + length), pdf.subarray(second, second + rest)]), cms, range };
}

/** The signature's value in a CMS, and the time-stamp token that stands beside it; null when there is none. */
export function stampIn(cms: Buffer): { value: Buffer; token: Buffer | null } {
  const signer = Der.read(cms).sequence()[1]!.children()[0]!.sequence().at(-1)!.children()[0]!.sequence();
  const value = signer.find(({ tag }) => tag === TAG.octetString)!.body;
  const attribute = signer.find(({ tag }) => tag === contextTag(1))?.children()[0]?.sequence();
  if (attribute !== undefined && attribute[0]!.oid() !== '1.2.840.113549.1.9.16.2.14') throw new Error('another attribute');
  return { value, token: attribute?.[1]!.children()[0]!.whole ?? null };
}
