import type { NamespacedAttribute, NamespacedElement } from './namespaceReader.js';

/** Canonical XML 1.0 or Exclusive XML Canonicalization 1.0 with its PrefixList (`''` stands for `#default`), both without comments. */
export type Canonicalization = { kind: 'inclusive' } | { kind: 'exclusive'; prefixes: readonly string[] };

export type Namespaces = ReadonlyMap<string, string>;

/** Where an element stands: `outside` are the namespaces in scope around `top`, which need not be those of the file it came in. */
export type Surroundings = { top: NamespacedElement; outside: Namespaces };

const NO_NAMESPACES: Namespaces = new Map();

/** Namespaces in scope at an element, its own declarations included. */
export function namespacesAt(element: NamespacedElement, { top, outside }: Surroundings): Namespaces {
  const path: NamespacedElement[] = [];
  for (let at: NamespacedElement | null = element; at !== null; at = at === top ? null : at.parent) path.push(at);
  if (path.every(({ declared }) => declared.length === 0)) return outside;
  const found = new Map(outside);
  for (const { declared } of path.reverse()) for (const [prefix, uri] of declared) found.set(prefix, uri);
  return found;
}

/**
 * The canonical form of an element and everything in it.
 * @param omit a descendant left out with all it holds: the Signature that the enveloped-signature transform takes away
 */
export function canonicalForm(apex: NamespacedElement, method: Canonicalization, surroundings: Surroundings, omit: NamespacedElement | null = null): string {
  const scope = method.kind === 'inclusive' || method.prefixes.length > 0 ? namespacesAt(apex, surroundings) : NO_NAMESPACES;
  const named = method.kind === 'inclusive' ? [...scope.keys()] : method.prefixes;
  const atApex = named.flatMap((prefix): [string, string][] => {
    const uri = scope.get(prefix);
    return uri === undefined ? [] : [[prefix, uri]];
  });
  return new Writer(method, omit).element(apex, NO_NAMESPACES, atApex);
}

class Writer {
  constructor(private readonly method: Canonicalization, private readonly omit: NamespacedElement | null) {}

  /** @param rendered what the ancestors inside the form have declared; @param also declarations to be rendered though not used here */
  element(element: NamespacedElement, rendered: Namespaces, also: readonly (readonly [string, string])[]): string {
    let known = rendered;
    let fresh: [string, string][] | null = null;
    const render = (prefix: string, uri: string): void => {
      if (prefix === 'xml' || (known.get(prefix) ?? '') === uri) return;
      fresh ??= [];
      fresh.push([prefix, uri]);
      known = new Map(known).set(prefix, uri);
    };
    if (this.method.kind === 'exclusive') {
      render(element.prefix, element.namespace);
      for (const { prefix, uri } of element.attributes) if (prefix !== '') render(prefix, uri);
    }
    for (const [prefix, uri] of also) render(prefix, uri);
    const name = element.prefix === '' ? element.name : `${element.prefix}:${element.name}`;
    let out = `<${name}`;
    if (fresh !== null) out += declarations(fresh);
    if (element.attributes.length > 0) out += attributes(element.attributes);
    out += '>';
    for (const part of element.content) {
      if (typeof part === 'string') out += escapeText(part);
      else if (part !== this.omit) out += this.element(part, known, this.declaredAndNamed(part));
    }
    return `${out}</${name}>`;
  }

  private declaredAndNamed({ declared }: NamespacedElement): NamespacedElement['declared'] {
    if (declared.length === 0 || this.method.kind === 'inclusive') return declared;
    const { prefixes } = this.method;
    return prefixes.length === 0 ? [] : declared.filter(([prefix]) => prefixes.includes(prefix));
  }
}

const declarations = (found: [string, string][]): string => found
  .sort(([one], [other]) => byCodePoint(one, other))
  .map(([prefix, uri]) => ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapeAttribute(uri)}"`)
  .join('');

const attributes = (found: readonly NamespacedAttribute[]): string => (found.length === 1 ? found : [...found].sort(byExpandedName))
  .map(({ name, value }) => ` ${name}="${escapeAttribute(value)}"`)
  .join('');

const byExpandedName = (one: NamespacedAttribute, other: NamespacedAttribute): number => byCodePoint(one.uri, other.uri) || byCodePoint(one.local, other.local);

/** Canonical XML sorts by code point; UTF-16 units differ from that beyond the basic plane. Runs in a browser too. */
function byCodePoint(one: string, other: string): number {
  const [left, right] = [Array.from(one), Array.from(other)];
  const place = left.findIndex((character, at) => character !== right[at]);
  if (place < 0) return left.length - right.length;
  return (left[place]?.codePointAt(0) ?? 0) - (right[place]?.codePointAt(0) ?? -1);
}

const TEXT_ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' };
const ATTRIBUTE_ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '"': '&quot;', '\t': '&#x9;', '\n': '&#xA;', '\r': '&#xD;' };

const escapeText = (value: string): string => (/[&<>\r]/.test(value) ? value.replace(/[&<>\r]/g, (character) => TEXT_ESCAPES[character] as string) : value);
const escapeAttribute = (value: string): string => (/[&<"\t\n\r]/.test(value) ? value.replace(/[&<"\t\n\r]/g, (character) => ATTRIBUTE_ESCAPES[character] as string) : value);
