import type { RefusalCode } from './refusal.js';

const OLE_MAGIC = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const ZIP_LOCAL = Buffer.from('504b0304', 'hex');
const ZIP_END = Buffer.from('504b0506', 'hex');

/**
 * What bytes are before anything opens them: `'zip'`, or the reason why they are no workbook. Judged by content, never by
 * name: school software often names a web page or a CSV `.xls`, and Excel opens both without a word.
 */
export function sniff(bytes: Buffer): 'zip' | RefusalCode {
  if (bytes.length === 0) return 'empty';
  if (bytes.subarray(0, 8).equals(OLE_MAGIC)) return oleKind(bytes);
  if (bytes.subarray(0, 4).equals(ZIP_LOCAL)) return bytes.lastIndexOf(ZIP_END) === -1 ? 'truncated' : 'zip';
  if (bytes.subarray(0, 4).equals(ZIP_END)) return 'not-workbook';
  return textKind(bytes);
}

/** A password turns an .xlsx into an OLE compound file with the stream `EncryptedPackage`; otherwise OLE is Excel 97–2003. */
function oleKind(bytes: Buffer): RefusalCode {
  const holds = (stream: string) => bytes.includes(Buffer.from(stream, 'utf16le'));
  if (holds('EncryptedPackage')) return 'encrypted';
  if (holds('WordDocument') || holds('PowerPoint Document')) return 'other-office';
  return holds('Workbook') || holds('Book') ? 'old-xls' : 'not-workbook';
}

function textKind(bytes: Buffer): RefusalCode {
  const head = bytes.subarray(0, 4096);
  const encoding = head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : 'utf-8';
  // `stream` leaves out a letter that the cut at 4096 bytes split in two.
  const text = new TextDecoder(encoding).decode(head, { stream: true }).trimStart();
  if (/^(<!doctype html|<html|<table|<head|<meta|<style)/i.test(text)) return 'web-page';
  if (text.startsWith('<?xml')) return /<html/i.test(text) ? 'web-page' : 'not-workbook';
  if (text.startsWith('%PDF')) return 'not-workbook';
  return /[\u0000-\u0008\u000e-\u001f]/.test(text) || !/[,;\t]/.test(text) ? 'not-workbook' : 'text-table';
}
