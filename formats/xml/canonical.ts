import { isUtf8 } from 'node:buffer';
import type { XmlAttribute, XmlElement, XmlLimits } from './element.js';
import { hasForbiddenDecoded } from './text.js';

/** An element with its place in the source, in UTF-16 units: `source.slice(start, end)` is its canonical form in context. */
export type CanonicalElement = XmlElement & {
  children: CanonicalElement[];
  start: number;
  innerStart: number;
  innerEnd: number;
  end: number;
};

export type CanonicalScan = { canonical: true; source: string; root: CanonicalElement } | { canonical: false; reason: string };

/** Names without prefix: an own document has none, so none is canonical here. */
const NAME = /[A-Za-z_][A-Za-z0-9_.-]*/y;
const ATTRIBUTE = / ([A-Za-z_][A-Za-z0-9_.-]*)="([^"<\t\n\r]*)"/y;
const TEXT_REFERENCE = /&(?:amp|lt|gt);/g;
const ATTRIBUTE_REFERENCE = /&(?:amp|lt|quot|#x9|#xA|#xD);/g;
const REFERENCE_VALUES: Record<string, string> = {
  '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#x9;': '\t', '&#xA;': '\n', '&#xD;': '\r',
};

class NotCanonical extends Error {}

/**
 * Reads a document only if its bytes are exactly what exclusive canonicalisation would give back: UTF-8 and NFC, expanded empty
 * elements, sorted attributes, no needless declaration, the canonical escapes and nothing else. The grammar is deliberately
 * smaller than XML: no prefix, comment, CDATA section, processing instruction, DTD or other entity exists in it, so nothing can be
 * read here in two ways. All else is "not canonical", which says nothing about whether it is XML.
 */
export function scanCanonical(bytes: Uint8Array, limits: XmlLimits): CanonicalScan {
  if (bytes.length > limits.maxBytes) return { canonical: false, reason: 'too-large' };
  if (!isUtf8(bytes)) return { canonical: false, reason: 'not-utf8' };
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  if (source.includes('\r') || hasForbiddenDecoded(source)) return { canonical: false, reason: 'forbidden-character' };
  if (source.normalize('NFC') !== source) return { canonical: false, reason: 'not-nfc' };
  try {
    return { canonical: true, source, root: scanElements(source, limits) };
  } catch (fault) {
    if (fault instanceof NotCanonical) return { canonical: false, reason: fault.message };
    throw fault;
  }
}

function scanElements(source: string, limits: XmlLimits): CanonicalElement {
  const open: CanonicalElement[] = [];
  let position = 0;
  let elements = 0;
  for (;;) {
    const tag = source.indexOf('<', position);
    if (tag < 0) throw new NotCanonical('unclosed-element');
    const parent = open.at(-1);
    if (tag > position) {
      if (parent === undefined) throw new NotCanonical('text-outside');
      parent.text += unescapeText(source.slice(position, tag));
    }
    if (source.charCodeAt(tag + 1) === 0x2f) {
      if (parent === undefined) throw new NotCanonical('stray-end-tag');
      const endTag = `</${parent.name}>`;
      if (!source.startsWith(endTag, tag)) throw new NotCanonical('end-tag');
      parent.innerEnd = tag;
      parent.end = position = tag + endTag.length;
      open.pop();
      if (open.length > 0) continue;
      if (position !== source.length) throw new NotCanonical('after-root');
      return parent;
    }
    if (++elements > limits.maxElements) throw new NotCanonical('too-many-elements');
    if (open.length >= limits.maxDepth) throw new NotCanonical('too-deep');
    const element = scanStartTag(source, tag, parent?.namespace ?? '', limits.maxAttributes);
    parent?.children.push(element);
    open.push(element);
    position = element.innerStart;
  }
}

function scanStartTag(source: string, tag: number, inherited: string, maxAttributes: number): CanonicalElement {
  const name = match(NAME, source, tag + 1)?.[0];
  if (name === undefined) throw new NotCanonical('markup');
  let position = tag + 1 + name.length;
  let namespace = inherited;
  let previous = '';
  let count = 0;
  const attributes: XmlAttribute[] = [];
  while (source.charCodeAt(position) === 0x20) {
    const found = match(ATTRIBUTE, source, position);
    if (found === null) throw new NotCanonical('attribute');
    if (++count > maxAttributes) throw new NotCanonical('too-many-attributes');
    const [whole, attribute, raw] = found as unknown as [string, string, string];
    const value = unescapeAttribute(raw);
    if (attribute === 'xmlns') {
      // Canonical form declares the default namespace first, and only where it changes.
      if (count > 1 || value === inherited) throw new NotCanonical('namespace-declaration');
      namespace = value;
    } else {
      if (attribute <= previous) throw new NotCanonical('attribute-order');
      previous = attribute;
      attributes.push({ name: attribute, value });
    }
    position += whole.length;
  }
  if (source.charCodeAt(position) !== 0x3e) throw new NotCanonical('start-tag');
  return { name, namespace, attributes, children: [], text: '', start: tag, innerStart: position + 1, innerEnd: -1, end: -1 };
}

function match(pattern: RegExp, source: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position;
  return pattern.exec(source);
}

function unescapeText(raw: string): string {
  if (raw.includes('>')) throw new NotCanonical('text-escape');
  return unescape(raw, TEXT_REFERENCE);
}

const unescapeAttribute = (raw: string): string => unescape(raw, ATTRIBUTE_REFERENCE);

function unescape(raw: string, references: RegExp): string {
  if (!raw.includes('&')) return raw;
  if (raw.replace(references, '').includes('&')) throw new NotCanonical('reference');
  return raw.replace(references, (reference) => REFERENCE_VALUES[reference] as string);
}
