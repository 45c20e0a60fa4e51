import type { XmlElement } from '../xml/element.js';
import type { FieldRule } from './tags.js';

/** Why a card could not be read; `tag` says where, never what stood there. */
export type FormatFaultCode =
  | 'unknown-root' | 'unknown-block' | 'unknown-field' | 'unexpected-text' | 'unexpected-attribute' | 'duplicate' | 'missing-block'
  | 'missing-field' | 'bad-value' | 'profile-unsupported' | 'role-order';

export class CardFormatFault extends Error {
  constructor(readonly code: FormatFaultCode, readonly tag: string) {
    super(`${code} ${tag}`);
    this.name = 'CardFormatFault';
  }
}

/**
 * The fields of one block by tag. A tag that stands twice, is unknown, has children or attributes is a fault: every value of a legal
 * document has exactly one place (spec §2).
 */
export function readFields<Tag extends string>(block: XmlElement, rules: readonly (FieldRule & { tag: Tag })[]): Map<Tag, string> {
  const known = tagsOf(rules);
  const values = new Map<Tag, string>();
  assertContainer(block);
  for (const field of block.children) {
    if (!known.has(field.name) || field.namespace !== '') throw new CardFormatFault('unknown-field', field.name);
    if (field.children.length > 0) throw new CardFormatFault('unknown-field', (field.children[0] as XmlElement).name);
    if (field.attributes.length > 0) throw new CardFormatFault('unexpected-attribute', field.name);
    if (values.has(field.name as Tag)) throw new CardFormatFault('duplicate', field.name);
    values.set(field.name as Tag, field.text);
  }
  for (const { tag, mandatory } of rules) {
    if (mandatory && (values.get(tag) ?? '').trim() === '') throw new CardFormatFault('missing-field', tag);
  }
  return values;
}

/** The lists of rules are constants: each is made a set once. */
const tagSets = new WeakMap<readonly FieldRule[], ReadonlySet<string>>();

function tagsOf(rules: readonly FieldRule[]): ReadonlySet<string> {
  const known = tagSets.get(rules) ?? new Set(rules.map(({ tag }) => tag));
  tagSets.set(rules, known);
  return known;
}

/** How vendors spell an id on the Ministry's elements (spec §3.1). */
export const ID_ATTRIBUTES: readonly string[] = ['id', 'Id', 'ID'];

/** An element that holds elements: no text of its own, and no attribute but one id. */
export function assertContainer(element: XmlElement): void {
  if (element.namespace !== '') throw new CardFormatFault('unknown-block', element.name);
  if (element.text !== '' && /[^ \t\r\n]/.test(element.text)) throw new CardFormatFault('unexpected-text', element.name);
  if (element.attributes.length > 0 && (element.attributes.length > 1 || element.attributes.some(({ name }) => !ID_ATTRIBUTES.includes(name)))) throw new CardFormatFault('unexpected-attribute', element.name);
}

/** The children of a container sorted by name; a name outside `allowed` is a fault. */
export function sortChildren<Name extends string>(element: XmlElement, allowed: readonly Name[]): Record<Name, XmlElement[]> {
  const sorted = Object.fromEntries(allowed.map((name) => [name, [] as XmlElement[]])) as Record<Name, XmlElement[]>;
  for (const child of element.children) {
    if (child.namespace !== '' || !allowed.includes(child.name as Name)) throw new CardFormatFault('unknown-block', child.name);
    sorted[child.name as Name].push(child);
  }
  return sorted;
}

export function exactlyOne(elements: readonly XmlElement[], name: string): XmlElement {
  const [element] = elements;
  if (element === undefined) throw new CardFormatFault('missing-block', name);
  if (elements.length > 1) throw new CardFormatFault('duplicate', name);
  return element;
}
