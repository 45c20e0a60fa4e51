import { Der, TAG } from './der.js';

const TEXT_KINDS: Readonly<Record<number, BufferEncoding | 'utf16be'>> = { 0x0c: 'utf8', 0x13: 'latin1', 0x14: 'latin1', 0x16: 'latin1', 0x1a: 'latin1', 0x1e: 'utf16be' };

/**
 * A form in which two names are the same text exactly when they are the same name: text in any encoding, without regard to ASCII case
 * and to white space at the ends or repeated (RFC 5280 §7.1, to the measure OpenSSL applies).
 * @param name a Name
 */
export function comparableName(name: Der): string {
  return JSON.stringify(name.sequence().map(comparableRelative));
}

/** The same of a name said relative to another one: the other's with one part more (RFC 5280 §4.2.1.13). */
export function comparableBelow(name: Der, relative: readonly Der[]): string {
  return JSON.stringify([...name.sequence().map(comparableRelative), relative.map(comparableAttribute).sort()]);
}

const comparableRelative = (relative: Der): string[] => relative.expect(TAG.set).children().map(comparableAttribute).sort();

function comparableAttribute(attribute: Der): string {
  const [type, value, ...more] = attribute.sequence();
  if (type === undefined || value === undefined || more.length > 0) return `#${attribute.whole.toString('hex')}`;
  const kind = TEXT_KINDS[value.tag];
  const text = kind === undefined ? null : kind === 'utf16be' ? utf16be(value.body) : value.body.toString(kind);
  return `${type.expect(TAG.oid).oid()}=${text === null ? `#${value.whole.toString('hex')}` : comparableText(text)}`;
}

const comparableText = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()).replace(/[ \t\n\v\f\r]+/g, ' ').trim();

const utf16be = (body: Buffer): string | null => (body.length % 2 === 0 ? Buffer.from(body).swap16().toString('utf16le') : null);
