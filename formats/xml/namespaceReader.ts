import { isUtf8 } from 'node:buffer';
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { readPlain } from './plainReader.js';
import type { XmlAttribute, XmlElement, XmlLimits } from './element.js';

/** An attribute with its expanded name; namespace declarations are not among an element's attributes. */
export type NamespacedAttribute = XmlAttribute & { prefix: string; local: string; uri: string };

/**
 * An element with all that canonicalisation needs, and its place in the source. `name` is the local name; `source.slice(start, end)` is
 * what stood in the file, in UTF-16 units after a byte order mark.
 */
export type NamespacedElement = Omit<XmlElement, 'attributes' | 'children'> & {
  prefix: string;
  attributes: readonly NamespacedAttribute[];
  /** Declarations on this element as [prefix, address]; '' is the default namespace. */
  declared: readonly (readonly [string, string])[];
  children: NamespacedElement[];
  /** Text and elements in document order; comments have left no trace, CDATA sections their text. */
  content: (string | NamespacedElement)[];
  parent: NamespacedElement | null;
  start: number;
  innerStart: number;
  innerEnd: number;
  end: number;
};

/** What makes a whole document unreadable; nothing of it is handed out. */
export type DocumentFaultCode =
  | 'too-large' | 'not-utf8' | 'malformed' | 'doctype' | 'too-deep' | 'too-many-attributes' | 'too-many-elements';

/** What is no lawful part of a card but leaves the rest of the document readable: `at` says in which card it stands. */
export type PlaceFaultCode = 'comment' | 'cdata' | 'processing-instruction' | 'not-nfc' | 'xml-attribute';
export type PlaceFault = { code: PlaceFaultCode; at: number };

export type NamespacedReading =
  | { ok: true; source: string; root: NamespacedElement; faults: readonly PlaceFault[] }
  | { ok: false; code: DocumentFaultCode };

/** Fed to the parser in pieces, so that a hostile document is refused before all of it has been looked at. */
const CHUNK = 65_536;
/** More would be a flood of the same mistake; the first ones say enough. */
const MAX_FAULTS = 10_000;
const XMLNS = 'http://www.w3.org/2000/xmlns/';

class Refused extends Error {
  constructor(readonly code: DocumentFaultCode) {
    super(code);
  }
}

/**
 * Reads a document of other software, keeping prefixes, declarations, mixed content and places. Strict as `readStrict`, but faults
 * that spoil one card only are listed with their place, so that a batch has a verdict for every card.
 * @param context namespaces in scope around the root, for a card that was cut out of a batch
 */
export function readNamespaced(bytes: Uint8Array, limits: XmlLimits, context: ReadonlyMap<string, string> = new Map()): NamespacedReading {
  if (bytes.length > limits.maxBytes) return { ok: false, code: 'too-large' };
  if (!isUtf8(bytes)) return { ok: false, code: 'not-utf8' };
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const plain = readPlain(source, limits, context);
  if (plain !== null) return { ok: true, source, root: plain, faults: [] };
  try {
    return { ok: true, source, ...readParsed(source, limits, context) };
  } catch (fault) {
    if (fault instanceof Refused) return { ok: false, code: fault.code };
    throw fault;
  }
}

/** The whole of XML that may occur, by a parser; also what the fast path is compared with. */
export function readParsed(source: string, limits: XmlLimits, context: ReadonlyMap<string, string>): { root: NamespacedElement; faults: PlaceFault[] } {
  const refuse = (code: DocumentFaultCode): never => { throw new Refused(code); };
  const parser = new SaxesParser({ xmlns: true, position: false, additionalNamespaces: Object.fromEntries(context) });
  const faults: PlaceFault[] = [];
  const note = (code: PlaceFaultCode): void => { if (faults.length < MAX_FAULTS) faults.push({ code, at: parser.position - 1 }); };
  let current: NamespacedElement | null = null;
  let root: NamespacedElement | null = null;
  let depth = 0;
  let attributes = 0;
  let elements = 0;
  parser.on('error', () => refuse('malformed'));
  parser.on('doctype', () => refuse('doctype'));
  parser.on('xmldecl', ({ encoding, version }) => {
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') refuse('not-utf8');
    // XML 1.1 has other white space and other characters than those that were signed.
    if (version !== '1.0') refuse('malformed');
  });
  parser.on('comment', () => note('comment'));
  parser.on('processinginstruction', () => note('processing-instruction'));
  parser.on('cdata', (value) => {
    note('cdata');
    if (current !== null) addText(current, value);
  });
  parser.on('opentagstart', () => {
    attributes = 0;
    if (++depth > limits.maxDepth) refuse('too-deep');
    if (++elements > limits.maxElements) refuse('too-many-elements');
  });
  parser.on('attribute', () => { if (++attributes > limits.maxAttributes) refuse('too-many-attributes'); });
  parser.on('opentag', (tag) => {
    const element = elementOf(tag, current, source.lastIndexOf('<', parser.position - 1), parser.position);
    if (element.attributes.some(({ prefix }) => prefix === 'xml')) note('xml-attribute');
    if (element.attributes.some(({ value }) => !isNfc(value))) note('not-nfc');
    current?.children.push(element);
    current?.content.push(element);
    root ??= element;
    current = element;
  });
  parser.on('text', (value) => {
    if (current === null) return;
    if (!isNfc(value)) note('not-nfc');
    addText(current, value);
  });
  parser.on('closetag', (tag) => {
    depth -= 1;
    const closed = current as NamespacedElement;
    closed.end = parser.position;
    closed.innerEnd = tag.isSelfClosing ? closed.innerStart : source.lastIndexOf('<', parser.position - 1);
    current = closed.parent;
  });
  for (let start = 0; start < source.length; start += CHUNK) parser.write(source.slice(start, start + CHUNK));
  parser.close();
  return { root: root ?? refuse('malformed'), faults };
}

function addText(element: NamespacedElement, value: string): void {
  element.content.push(value);
  element.text += value;
}

/** A value that begins with a combining mark is refused too: it would compose with whatever stands before it. */
const isNfc = (value: string): boolean => !/[^\u0000-\u02ff]/.test(value) || value.normalize('NFC') === value;

const NONE: readonly never[] = [];

function elementOf(tag: SaxesTagNS, parent: NamespacedElement | null, start: number, innerStart: number): NamespacedElement {
  let attributes: readonly NamespacedAttribute[] = NONE;
  let declared: NamespacedElement['declared'] = NONE;
  const written = Object.values(tag.attributes);
  if (written.length > 0) {
    attributes = written.filter(({ uri }) => uri !== XMLNS).map(({ name, prefix, local, uri, value }) => ({ name, prefix, local, uri, value }));
    if (attributes.length < written.length) declared = Object.entries(tag.ns);
  }
  return { name: tag.local, prefix: tag.prefix, namespace: tag.uri, attributes, declared, children: [], content: [], text: '', parent, start, innerStart, innerEnd: -1, end: -1 };
}
