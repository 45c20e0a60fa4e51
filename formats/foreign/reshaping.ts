import type { NamespacedElement } from '../xml/namespaceReader.js';
import type { Culprit } from './diagnosis.js';

/** What becomes of one piece of text; `layout` tells white space between elements from a value. */
type Change = (text: string, layout: boolean) => string;

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'" };
const unescaped = (text: string): string => text.replace(/&(?:amp|lt|gt|quot|apos);/g, (entity) => ENTITIES[entity] as string);
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const values = (change: (text: string) => string): Change => (text, layout) => (layout ? text : change(text));

const CHANGES: readonly (readonly [Culprit, Change])[] = [
  ['line-ends', (text) => text.replace(/\r?\n/g, '\r\n')],
  ['line-ends', (text) => text.replace(/\r\n?/g, '\n')],
  ['indentation', (text, layout) => (layout ? '' : text)],
  ['indentation', (text, layout) => (layout ? '' : text.trim())],
  ['indentation', (text, layout) => (layout ? '' : text.replace(/\n/g, '\r\n'))],
  ['unicode', values((text) => text.normalize('NFD'))],
  ['unicode', values((text) => text.normalize('NFC'))],
  ['escaping', values(unescaped)],
  ['escaping', values(escaped)],
  ['escaping', values((text) => escaped(text).replaceAll('"', '&quot;'))],
  ['escaping', values((text) => text.replaceAll('\\"', '"'))],
  ['escaping', values((text) => text.replaceAll('"', '\\"'))],
];

const UNITS = ['  ', '    ', '\t'];
const ENDS = ['\n', '\r\n'];
/** How deep the region may have stood when a writer indented it. */
const DEPTHS = [0, 1, 2, 3];

/** Copies of a region as it may have been when it was signed, with what was done to it since. */
export function* reshapings(element: NamespacedElement): Generator<[Culprit, NamespacedElement]> {
  for (const [culprit, change] of CHANGES) {
    const copy = changed(element, change);
    if (copy !== element) yield [culprit, copy];
  }
  for (const unit of UNITS) for (const end of ENDS) for (const depth of DEPTHS) yield ['indentation', indented(element, unit, end, depth)];
}

/** A copy with other text, or the element itself where nothing changed. Elements keep their declarations and parents. */
function changed(element: NamespacedElement, change: Change): NamespacedElement {
  const holdsElements = element.children.length > 0;
  let same = true;
  const content = element.content.map((part) => {
    const next = typeof part === 'string' ? change(part, holdsElements && /^[ \t\r\n]*$/.test(part)) : changed(part, change);
    if (next !== part) same = false;
    return next;
  });
  return same ? element : { ...element, content };
}

function indented(element: NamespacedElement, unit: string, end: string, depth: number): NamespacedElement {
  if (element.children.length === 0) return element;
  const content = element.children.flatMap((child) => [end + unit.repeat(depth + 1), indented(child, unit, end, depth + 1)]);
  return { ...element, content: [...content, end + unit.repeat(depth)] };
}
