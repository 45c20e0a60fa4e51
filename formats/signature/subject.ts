import { normalText } from '../xml/text.js';

/** One attribute of a certificate's subject; `value` is null when it is of a kind that is not text. */
export type SubjectAttribute = { oid: string; value: string | null; der: Buffer };

/** RFC 4514, section 3: the only names every reader knows; all others are written by number. */
const KEYWORDS: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN', '2.5.4.6': 'C', '2.5.4.7': 'L', '2.5.4.8': 'ST', '2.5.4.9': 'STREET', '2.5.4.10': 'O', '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.1': 'UID', '0.9.2342.19200300.100.1.25': 'DC',
};

/**
 * The subject of a certificate, one array per relative name, in the order of the certificate.
 * @param der bytes that OpenSSL has already read as one certificate, so their outer form is known to be sound
 */
export function subjectOf(der: Buffer): SubjectAttribute[][] {
  const [content] = children(children(der)[0] as Tlv);
  const fields = children(content as Tlv);
  // version [0] is left out by version 1 certificates; then serial, algorithm, issuer, validity, subject (RFC 5280 §4.1).
  const subject = fields[(fields[0] as Tlv).tag === 0xa0 ? 5 : 4] as Tlv;
  return children(subject).map((relative) => children(relative).map((attribute) => {
    const [type, value] = children(attribute) as [Tlv, Tlv];
    return { oid: dotted(type.body), value: textOf(value), der: value.whole };
  }));
}

/**
 * RFC 4514 form of a subject. It is written into X509SubjectName and compared with it ever after: changing what comes out here would
 * make stored cards differ from what they should be.
 */
export const subjectName = (subject: readonly SubjectAttribute[][]): string =>
  normalText([...subject].reverse().map((relative) => relative.map(attributeText).join('+')).join(','));

function attributeText({ oid, value, der }: SubjectAttribute): string {
  const keyword = KEYWORDS[oid];
  return keyword === undefined || value === null ? `${oid}=#${der.toString('hex')}` : `${keyword}=${escapeValue(value)}`;
}

const escapeValue = (value: string): string => value
  .replace(/[,+"\\<>;]/g, '\\$&')
  .replace(/^[ #]/, '\\$&')
  .replace(/ $/, '\\ ')
  // Control characters as hex pairs; XML could not carry most of them.
  .replace(/[\u0000-\u001f\u007f]/g, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`);

type Tlv = { tag: number; body: Buffer; whole: Buffer };

function children(parent: Buffer | Tlv): Tlv[] {
  const bytes = Buffer.isBuffer(parent) ? parent : parent.body;
  const found: Tlv[] = [];
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at + 1] ?? 0;
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    const start = at + 2 + lengthBytes;
    const end = start + (lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes));
    found.push({ tag: bytes[at] ?? 0, body: bytes.subarray(start, end), whole: bytes.subarray(at, end) });
    at = end;
  }
  return found;
}

function dotted(body: Buffer): string {
  const parts: number[] = [];
  let value = 0;
  for (const byte of body) {
    value = value * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    parts.push(value);
    value = 0;
  }
  const [first = 0, ...rest] = parts;
  const root = Math.min(Math.floor(first / 40), 2);
  return [root, first - root * 40, ...rest].join('.');
}

function textOf({ tag, body }: Tlv): string | null {
  switch (tag) {
    case 0x0c: return body.toString('utf8');
    case 0x12: case 0x13: case 0x16: return body.toString('latin1');
    case 0x1e: return body.length % 2 === 0 ? Buffer.from(body).swap16().toString('utf16le') : null;
    default: return null;
  }
}
