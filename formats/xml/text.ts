/**
 * Text as Canonical XML writes it, so that a document made of these pieces is its own canonical form
 * (Exclusive XML Canonicalization 1.0, section 2; the escapes are those of Canonical XML 1.0, section 2.3).
 */
const TEXT_ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const ATTRIBUTE_ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '"': '&quot;', '\t': '&#x9;', '\n': '&#xA;', '\r': '&#xD;' };

/** Characters that XML 1.0 cannot carry at all; Excel cells bring some of them (`\v`, `\u0000`). */
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Precomposed Unicode and plain line feeds: the form in which every own value is written (spec §2, TCVN 6909:2001). */
export const normalText = (value: string): string => value.replace(/\r\n?/g, '\n').normalize('NFC');

/** Of text that was decoded from valid UTF-8: no half of a surrogate pair can stand in it. */
export const hasForbiddenDecoded = (value: string): boolean => FORBIDDEN.test(value);

export const hasForbiddenCharacter = (value: string): boolean => FORBIDDEN.test(value) || LONE_SURROGATE.test(value);

export const escapeText = (value: string): string => value.replace(/[&<>]/g, (character) => TEXT_ESCAPES[character] as string);

export const escapeAttribute = (value: string): string =>
  value.replace(/[&<"\t\n\r]/g, (character) => ATTRIBUTE_ESCAPES[character] as string);

/** `<NAME>text</NAME>`; an empty value gives the expanded form, as canonical XML has no other. */
export const textElement = (name: string, value: string): string => `<${name}>${escapeText(value)}</${name}>`;
