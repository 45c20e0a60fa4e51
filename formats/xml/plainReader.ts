import type { XmlLimits } from './element.js';
import type { NamespacedAttribute, NamespacedElement } from './namespaceReader.js';
import { hasForbiddenDecoded } from './text.js';

/**
 * The fast path of `readNamespaced`: reads the plain part of XML that cards consist of and otherwise says "unknown" (null), which says
 * nothing about whether it is XML. The parser then decides, so a fault is always the parser's word. The grammar is smaller than
 * XML: ASCII names, no comment, CDATA section, processing instruction, DTD or xml: attribute, only predefined and numeric references,
 * precomposed text; nothing of it can be read in two ways.
 */
export function readPlain(source: string, limits: XmlLimits, context: ReadonlyMap<string, string>): NamespacedElement | null {
  if (hasForbiddenDecoded(source) || !isNfc(source)) return null;
  const start = DECLARATION.exec(source)?.[0].length ?? 0;
  return new PlainReading(source, limits, context).read(start);
}

const DECLARATION = /^<\?xml version="1\.0"(?: encoding="[Uu][Tt][Ff]-8")?(?: standalone="(?:yes|no)")? ?\?>/;
const SPACE = /[ \t\r\n]*/y;
const NAME = /([A-Za-z_][A-Za-z0-9_.-]*)(?::([A-Za-z_][A-Za-z0-9_.-]*))?/y;
const ATTRIBUTE = /[ \t\r\n]+([A-Za-z_][A-Za-z0-9_.-]*)(?::([A-Za-z_][A-Za-z0-9_.-]*))?=(?:"([^"<]*)"|'([^'<]*)')/y;
const TAG_END = /[ \t\r\n]*(\/?)>/y;
const REFERENCE = /&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));/g;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const RESERVED = new Set(['xml', 'xmlns']);
const RESERVED_ADDRESSES = new Set(['http://www.w3.org/XML/1998/namespace', 'http://www.w3.org/2000/xmlns/']);

/** A part of precomposed text is precomposed: the whole source needs one look only. Below U+0300 nothing combines. */
const isNfc = (text: string): boolean => !/[^\u0000-\u02ff]/.test(text) || text.normalize('NFC') === text;

class Unknown extends Error {}

type Scope = ReadonlyMap<string, string>;
const NONE: readonly never[] = [];

class PlainReading {
  private elements = 0;
  private depth = 0;

  constructor(private readonly source: string, private readonly limits: XmlLimits, private readonly context: Scope) {}

  read(start: number): NamespacedElement | null {
    try {
      return this.document(start);
    } catch (fault) {
      if (fault instanceof Unknown) return null;
      throw fault;
    }
  }

  private document(start: number): NamespacedElement {
    const { source } = this;
    const scopes: Scope[] = [this.context];
    let position = this.match(SPACE, start).end;
    let current: NamespacedElement | null = null;
    for (;;) {
      const tag = source.indexOf('<', position);
      if (tag < 0 || (current === null && tag !== position)) throw new Unknown();
      if (current !== null && tag > position) addText(current, source.slice(position, tag));
      if (current !== null && source.charCodeAt(tag + 1) === 0x2f) {
        position = this.endTag(current, tag);
        scopes.pop();
        this.depth -= 1;
        if (current.parent === null) return this.match(SPACE, position).end === source.length ? current : unknown();
        current = current.parent;
        continue;
      }
      const { element, scope, closed } = this.startTag(tag, current, scopes.at(-1) as Scope);
      current?.children.push(element);
      current?.content.push(element);
      position = element.innerStart;
      if (!closed) {
        current = element;
        scopes.push(scope);
        continue;
      }
      this.depth -= 1;
      if (current === null) return this.match(SPACE, position).end === source.length ? element : unknown();
    }
  }

  private startTag(tag: number, parent: NamespacedElement | null, outer: Scope): { element: NamespacedElement; scope: Scope; closed: boolean } {
    if (++this.elements > this.limits.maxElements || ++this.depth > this.limits.maxDepth) throw new Unknown();
    const { found: [, first, second], end } = this.match(NAME, tag + 1);
    const { attributes, declared, after } = this.attributes(end);
    const scope = declared.length === 0 ? outer : new Map([...outer, ...declared]);
    const { found: [, slash], end: innerStart } = this.match(TAG_END, after);
    const prefix = second === undefined ? '' : first as string;
    const closed = slash === '/';
    const element: NamespacedElement = {
      name: second ?? first as string, prefix, namespace: addressOf(prefix, scope), attributes: expanded(attributes, scope), declared,
      children: [], content: [], text: '', parent, start: tag, innerStart, innerEnd: closed ? innerStart : -1, end: closed ? innerStart : -1,
    };
    return { element, scope, closed };
  }

  private attributes(start: number): { attributes: readonly NamespacedAttribute[]; declared: NamespacedElement['declared']; after: number } {
    let after = start;
    let attributes: NamespacedAttribute[] | null = null;
    let declared: [string, string][] | null = null;
    for (let count = 1; ; count += 1) {
      ATTRIBUTE.lastIndex = after;
      const found = ATTRIBUTE.exec(this.source);
      if (found === null) return { attributes: attributes ?? NONE, declared: declared ?? NONE, after };
      if (count > this.limits.maxAttributes) throw new Unknown();
      after = ATTRIBUTE.lastIndex;
      const [, first = '', second, double, single] = found;
      const value = decoded((double ?? single ?? '').replace(/\r\n|[\r\n\t]/g, ' '));
      if (first === 'xmlns') {
        declared ??= [];
        const prefix = second ?? '';
        if (declared.some(([known]) => known === prefix) || !declarable(prefix, value)) throw new Unknown();
        declared.push([prefix, value]);
        continue;
      }
      attributes ??= [];
      attributes.push(second === undefined
        ? { name: first, prefix: '', local: first, uri: '', value }
        : { name: `${first}:${second}`, prefix: first, local: second, uri: '', value });
    }
  }

  private endTag(element: NamespacedElement, tag: number): number {
    const name = element.prefix === '' ? element.name : `${element.prefix}:${element.name}`;
    if (!this.source.startsWith(name, tag + 2)) throw new Unknown();
    const { found: [, slash], end } = this.match(TAG_END, tag + 2 + name.length);
    if (slash !== '') throw new Unknown();
    element.innerEnd = tag;
    element.end = end;
    return end;
  }

  private match(pattern: RegExp, position: number): { found: RegExpExecArray; end: number } {
    pattern.lastIndex = position;
    return { found: pattern.exec(this.source) ?? unknown(), end: pattern.lastIndex };
  }
}

function unknown(): never {
  throw new Unknown();
}

function declarable(prefix: string, address: string): boolean {
  if (RESERVED.has(prefix) || RESERVED_ADDRESSES.has(address) || address.trim() !== address) return false;
  return prefix === '' || address !== '';
}

function addressOf(prefix: string, scope: Scope): string {
  if (RESERVED.has(prefix)) throw new Unknown();
  return scope.get(prefix) ?? (prefix === '' ? '' : unknown());
}

/** Attributes with their addresses; no two may have one expanded name. */
function expanded(attributes: readonly NamespacedAttribute[], scope: Scope): readonly NamespacedAttribute[] {
  for (const [place, one] of attributes.entries()) {
    if (one.prefix !== '') one.uri = addressOf(one.prefix, scope);
    for (let before = 0; before < place; before += 1) {
      const other = attributes[before] as NamespacedAttribute;
      if (other.local === one.local && other.uri === one.uri) throw new Unknown();
    }
  }
  return attributes;
}

function addText(element: NamespacedElement, raw: string): void {
  if (raw.includes(']]>')) throw new Unknown();
  const value = decoded(raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw);
  element.content.push(value);
  element.text += value;
}

/** References undone. What they stand for may combine with what stands beside: such a value is looked at once more. */
function decoded(raw: string): string {
  if (!raw.includes('&')) return raw;
  if (raw.replace(REFERENCE, '').includes('&')) throw new Unknown();
  const value = raw.replace(REFERENCE, (_, hex: string | undefined, decimal: string | undefined, name: string | undefined) =>
    (name === undefined ? character(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)) : NAMED[name] as string));
  return isNfc(value) ? value : unknown();
}

function character(code: number): string {
  const allowed = code === 9 || code === 10 || code === 13 || (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
  return allowed ? String.fromCodePoint(code) : unknown();
}
