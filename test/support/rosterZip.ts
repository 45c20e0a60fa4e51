import { deflateRawSync } from 'node:zlib';
import { crc32Of } from '../../formats/workbook/crc.js';

export type ZipPart = { name: string; data: string | Buffer; /** Lies in the directory about the size. */ declaredSize?: number; flags?: number };

/** A ZIP written by hand, so that tests can make what no library would write. */
export function zip(parts: readonly ZipPart[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, declaredSize, flags = 0x800 } of parts) {
    const raw = Buffer.from(data);
    const packed = deflateRawSync(raw);
    const fileName = Buffer.from(name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32Of(raw, 0), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(declaredSize ?? raw.length, 18);
    fields.writeUInt16LE(fileName.length, 22);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), fields, fileName, packed]);
    const central = Buffer.alloc(46 - 4 - 2 - 26);
    central.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('504b0102', 'hex'), Buffer.from([20, 0]), fields, central, fileName]));
    bodies.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, index, end]);
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';

/** A minimal workbook around hand-written sheet XML (`<sheetData>…` and what follows it). */
export function rawWorkbook(sheets: Readonly<Record<string, string>>, options: { workbookPr?: string; afterSheets?: string; prefix?: string; extra?: readonly ZipPart[]; moreRelations?: string } = {}): Buffer {
  const names = Object.keys(sheets);
  const p = options.prefix === undefined ? '' : `${options.prefix}:`;
  const ns = options.prefix === undefined ? `xmlns="${MAIN}"` : `xmlns:${options.prefix}="${MAIN}"`;
  return zip([
    { name: '[Content_Types].xml', data: '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>' },
    { name: '_rels/.rels', data: `<Relationships xmlns="${PACKAGE}"><Relationship Id="rId1" Type="${REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>` },
    { name: 'xl/_rels/workbook.xml.rels', data: `<Relationships xmlns="${PACKAGE}">${names.map((_, at) => `<Relationship Id="rId${at + 1}" Type="${REL}/worksheet" Target="worksheets/sheet${at + 1}.xml"/>`).join('')}${options.moreRelations ?? ''}</Relationships>` },
    { name: 'xl/workbook.xml', data: `<${p}workbook ${ns} xmlns:r="${REL}">${options.workbookPr ?? ''}<${p}sheets>${names.map((name, at) => `<${p}sheet name="${name}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`).join('')}</${p}sheets>${options.afterSheets ?? ''}</${p}workbook>` },
    ...names.map((name, at) => ({ name: `xl/worksheets/sheet${at + 1}.xml`, data: `<${p}worksheet ${ns}>${sheets[name]}</${p}worksheet>` })),
    ...(options.extra ?? []),
  ]);
}
