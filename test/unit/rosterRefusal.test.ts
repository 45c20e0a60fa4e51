import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readRoster } from '../../formats/roster/read.js';
import type { RosterOptions } from '../../formats/roster/reading.js';
import { writeRosterTemplate } from '../../formats/roster/template.js';
import { draws, sample, YEAR } from '../support/rosterWorkbook.js';
import { rawWorkbook, zip } from '../support/rosterZip.js';

async function refusedAs(bytes: Buffer, options: RosterOptions = {}): Promise<string> {
  const reading = await readRoster(bytes, { schoolYear: YEAR, ...options });
  assert.ok(!reading.ok, 'the file was read');
  assert.match(reading.refusal.message, /[.)]$/);
  assert.ok(reading.refusal.message.length > 20);
  return reading.refusal.code;
}

const ole = (...streams: string[]): Buffer =>
  Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(504), ...streams.map((name) => Buffer.from(name, 'utf16le'))]);
const cell = (text: string): string => `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>${text}</t></is></c></row></sheetData>`;

describe('a file that is no acceptable workbook is refused with its reason', () => {
  const files: Record<string, [Buffer, string]> = {
    'no bytes at all': [Buffer.alloc(0), 'empty'],
    'Excel 97–2003': [ole('Workbook'), 'old-xls'],
    'a workbook with a password': [ole('EncryptionInfo', 'EncryptedPackage'), 'encrypted'],
    'an old Word document': [ole('WordDocument'), 'other-office'],
    'a new Word document': [zip([{ name: '[Content_Types].xml', data: '<a/>' }, { name: 'word/document.xml', data: '<a/>' }]), 'other-office'],
    'an OpenDocument sheet': [zip([{ name: 'mimetype', data: 'application/vnd.oasis.opendocument.spreadsheet' }, { name: 'content.xml', data: '<a/>' }]), 'other-office'],
    'a binary workbook': [zip([{ name: '[Content_Types].xml', data: '<a/>' }, { name: 'xl/workbook.bin', data: 'x' }]), 'binary-xlsb'],
    'a workbook with macros': [rawWorkbook({ '1A': cell('x') }, { extra: [{ name: 'xl/vbaProject.bin', data: 'x' }] }), 'macro'],
    'a ZIP of photographs': [zip([{ name: 'a.jpg', data: 'x' }]), 'not-workbook'],
    'a ZIP entry with a password': [zip([{ name: '[Content_Types].xml', data: '<a/>', flags: 0x801 }]), 'encrypted'],
    'a web page named .xlsx': [Buffer.from('\uFEFF<html><table><tr><td>Họ và tên</td></tr></table></html>'), 'web-page'],
    'a CSV file': [Buffer.from('STT,Họ và tên,Lớp\n1,An,1A\n'), 'text-table'],
    'a CSV file in UTF-16': [Buffer.from('\uFEFFSTT\tHọ và tên\n', 'utf16le'), 'text-table'],
    'a long CSV file': [Buffer.from(`Họ và tên;Lớp\n${'Nguyễn Thị Ngọc Ánh;1A\n'.repeat(900)}`), 'text-table'],
    'a CSV file in the old Windows code page': [Buffer.from('STT,Ho va ten\n1,Nguy\xean\n', 'latin1'), 'text-table'],
    'a PDF': [Buffer.from('%PDF-1.7 ...'), 'not-workbook'],
    'random bytes': [Buffer.from(Array.from({ length: 300 }, (_, at) => (at * 7919) % 251)), 'not-workbook'],
    'a workbook without a roster': [rawWorkbook({ Sheet1: cell('Kính gửi') }), 'no-data-sheet'],
  };
  for (const [name, [bytes, code]] of Object.entries(files)) {
    test(name, async () => assert.equal(await refusedAs(bytes), code));
  }

  test('an XML bomb in a document type', async () => {
    const parts = rawWorkbook({ '1A': '<sheetData/>' });
    assert.equal(await refusedAs(parts), 'no-data-sheet', 'without it the file is merely empty');
    const bomb = zip([
      { name: '[Content_Types].xml', data: '<Types/>' },
      { name: '_rels/.rels', data: '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Relationships>&b;</Relationships>' },
    ]);
    assert.equal(await refusedAs(bomb), 'damaged');
  });
});

describe('a workbook cut or changed on its way', () => {
  test('is refused wherever it was cut', async () => {
    const whole = await writeRosterTemplate(sample(5, 1));
    for (const share of [0.01, 0.2, 0.5, 0.9, 0.999]) {
      assert.equal(await refusedAs(whole.subarray(0, Math.floor(whole.length * share))), 'truncated', `cut at ${share}`);
    }
  });

  test('is refused when a byte of its content flipped', async () => {
    const parts = [{ name: '[Content_Types].xml', data: '<a/>' }, { name: '_rels/.rels', data: '<Relationships>'.padEnd(4000, ' ') }];
    const bytes = zip(parts);
    const at = bytes.indexOf('_rels/.rels') + '_rels/.rels'.length + 4;
    bytes[at] = (bytes[at] as number) ^ 0x10;
    assert.equal(await refusedAs(bytes), 'damaged');
  });
});

describe('a workbook beyond the limits', () => {
  test('in bytes', async () => {
    assert.equal(await refusedAs(await writeRosterTemplate(sample(5, 1)), { limits: { maxBytes: 5000 } }), 'too-large');
  });

  test('in entries', async () => {
    const many = Array.from({ length: 1100 }, (_, at) => ({ name: `xl/media/${at}.png`, data: 'x' }));
    assert.equal(await refusedAs(rawWorkbook({ '1A': cell('x') }, { extra: many })), 'too-many-entries');
  });

  test('in uncompressed size, as declared', async () => {
    assert.equal(await refusedAs(await writeRosterTemplate(sample(30, 1)), { limits: { maxUncompressedBytes: 50_000 } }), 'inflates-too-much');
  });

  test('in ratio: 40 MB of one letter', async () => {
    assert.equal(await refusedAs(rawWorkbook({ '1A': cell('a'.repeat(40 * 2 ** 20)) })), 'inflates-too-much');
  });

  test('in size, although its directory lies about it', async () => {
    const lying = zip([
      { name: '[Content_Types].xml', data: '<Types/>' },
      { name: '_rels/.rels', data: `<Relationships>${' '.repeat(3 * 2 ** 20)}</Relationships>`, declaredSize: 100 },
    ]);
    assert.equal(await refusedAs(lying), 'damaged');
  });

  test('in rows, columns and sheets', async () => {
    const bytes = await writeRosterTemplate(sample(60, 1));
    assert.equal(await refusedAs(bytes, { limits: { maxRows: 15 } }), 'too-many-rows');
    assert.equal(await refusedAs(bytes, { limits: { maxColumns: 40 } }), 'too-many-columns');
    assert.equal(await refusedAs(bytes, { limits: { maxSheets: 3 } }), 'too-many-sheets');
  });
});

describe('a workbook with bytes changed at random', () => {
  test('is read or refused, and never breaks the reader', async () => {
    const whole = await writeRosterTemplate(sample(5, 1));
    const outcomes = new Map<string, number>();
    for (let seed = 1; seed <= 60; seed++) {
      const draw = draws(seed);
      const bytes = Buffer.from(whole);
      for (let change = 0; change <= seed % 5; change++) bytes[draw(bytes.length)] = draw(256);
      const reading = await readRoster(bytes, { schoolYear: YEAR });
      const outcome = reading.ok ? 'read' : reading.refusal.code;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    assert.ok((outcomes.get('damaged') ?? 0) > 20, JSON.stringify([...outcomes]));
  });
});
