import { isUtf8 } from 'node:buffer';
import { SaxesParser } from 'saxes';
import type { XmlAttribute, XmlElement, XmlLimits } from './element.js';

export type XmlFaultCode =
  | 'too-large' | 'not-utf8' | 'malformed' | 'doctype' | 'comment' | 'cdata' | 'processing-instruction' | 'not-nfc'
  | 'too-deep' | 'too-many-attributes' | 'too-many-elements';

export type XmlReading = { ok: true; root: XmlElement } | { ok: false; code: XmlFaultCode };

/** Fed to the parser in pieces, so that a hostile document is refused before all of it has been looked at. */
const CHUNK = 8_192;

class Refused extends Error {
  constructor(readonly code: XmlFaultCode) {
    super(code);
  }
}

/**
 * Reads any well-formed document of other software into elements, refusing whatever could make two readers see two things (spec
 * §3.1): DTD and entities, comments, CDATA sections, processing instructions, decomposed Unicode. A byte order mark and an XML
 * declaration may stand at the start.
 */
export function readStrict(bytes: Uint8Array, limits: XmlLimits): XmlReading {
  if (bytes.length > limits.maxBytes) return { ok: false, code: 'too-large' };
  if (!isUtf8(bytes)) return { ok: false, code: 'not-utf8' };
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').replace(/^\uFEFF/, '');
  try {
    return { ok: true, root: parse(source, limits) };
  } catch (fault) {
    if (fault instanceof Refused) return { ok: false, code: fault.code };
    throw fault;
  }
}

function parse(source: string, limits: XmlLimits): XmlElement {
  const refuse = (code: XmlFaultCode): never => { throw new Refused(code); };
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: XmlElement[] = [];
  let root: XmlElement | null = null;
  let attributeCount = 0;
  let elements = 0;
  parser.on('error', () => refuse('malformed'));
  parser.on('doctype', () => refuse('doctype'));
  parser.on('comment', () => refuse('comment'));
  parser.on('cdata', () => refuse('cdata'));
  parser.on('processinginstruction', () => refuse('processing-instruction'));
  parser.on('xmldecl', ({ encoding }) => { if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') refuse('not-utf8'); });
  parser.on('opentagstart', () => {
    attributeCount = 0;
    if (open.length >= limits.maxDepth) refuse('too-deep');
    if (++elements > limits.maxElements) refuse('too-many-elements');
  });
  parser.on('attribute', () => { if (++attributeCount > limits.maxAttributes) refuse('too-many-attributes'); });
  parser.on('opentag', (tag) => {
    const attributes: XmlAttribute[] = Object.values(tag.attributes)
      .filter((attribute) => attribute.uri !== 'http://www.w3.org/2000/xmlns/')
      .map(({ name, value }) => ({ name, value }));
    const element: XmlElement = { name: tag.local, namespace: tag.uri, attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('text', (text) => {
    const parent = open.at(-1);
    if (parent !== undefined) parent.text += text;
  });
  parser.on('closetag', () => {
    const closed = open.pop() as XmlElement;
    // Checked on the value as read, since a character reference may carry a combining mark.
    if (closed.text.normalize('NFC') !== closed.text || closed.attributes.some(({ value }) => value.normalize('NFC') !== value)) refuse('not-nfc');
  });
  for (let start = 0; start < source.length; start += CHUNK) parser.write(source.slice(start, start + CHUNK));
  parser.close();
  return root ?? refuse('malformed');
}
