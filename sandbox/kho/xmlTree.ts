import { SaxesParser } from 'saxes';

/** An element with its place in the text it was read from. Names keep their prefix; `local` does not. */
export type XmlElement = {
  local: string;
  attributes: Readonly<Record<string, string>>;
  children: XmlElement[];
  /** Its own character data, without that of its children. */
  text: string;
  start: number;
  /** Just after the start tag's name: where an attribute may be added. */
  nameEnd: number;
  end: number;
  parent: XmlElement | null;
  /** Holds a comment, CDATA or a processing instruction, here or deeper. */
  odd: boolean;
};

export class NotReadableXml extends Error {}

const MAX_DEPTH = 32;

/** @throws NotReadableXml when the text is not well-formed, has a DOCTYPE or is too deep */
export function readXml(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: false, position: true });
  let root: XmlElement | null = null;
  let current: XmlElement | null = null;
  let depth = 0;
  const markOdd = (): void => {
    for (let element = current; element !== null; element = element.parent) element.odd = true;
  };
  parser.on('error', (error) => {
    throw new NotReadableXml(error.message);
  });
  parser.on('doctype', () => {
    throw new NotReadableXml('DOCTYPE is not allowed');
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (++depth > MAX_DEPTH) throw new NotReadableXml('the elements are nested too deeply');
    // A `<` cannot stand inside a start tag, so the last one before here began it.
    const start = text.lastIndexOf('<', parser.position - 1);
    const element: XmlElement = {
      local: name.slice(name.indexOf(':') + 1), attributes: attributes as Record<string, string>, children: [], text: '',
      start, nameEnd: start + 1 + name.length, end: -1, parent: current, odd: false,
    };
    if (!text.startsWith(name, start + 1)) throw new NotReadableXml(`the start of ${name} was lost`);
    if (current === null) root = element;
    else current.children.push(element);
    current = element;
  });
  parser.on('text', (characters) => {
    if (current !== null) current.text += characters;
  });
  parser.on('closetag', () => {
    depth -= 1;
    if (current === null) return;
    current.end = parser.position;
    current = current.parent;
  });
  for (const event of ['cdata', 'comment', 'processinginstruction'] as const) parser.on(event, markOdd);
  parser.write(text).close();
  if (root === null) throw new NotReadableXml('there is no element');
  return root;
}

export const childrenOf = (element: XmlElement, local: string): XmlElement[] => element.children.filter((child) => child.local === local);

/** The only child of that name, or undefined when there is none or more than one. */
export function childOf(element: XmlElement, local: string): XmlElement | undefined {
  const found = childrenOf(element, local);
  return found.length === 1 ? found[0] : undefined;
}

/** Every element of that name, in document order, the element itself included. */
export const descendants = (element: XmlElement, local: string): XmlElement[] =>
  [...(element.local === local ? [element] : []), ...element.children.flatMap((child) => descendants(child, local))];

/**
 * The element as a document of its own: its bytes as they stand, with the namespaces it was in written into its start
 * tag, so that it means the same alone.
 */
export function asDocument(text: string, element: XmlElement): string {
  const inherited = new Map<string, string>();
  for (let ancestor = element.parent; ancestor !== null; ancestor = ancestor.parent) {
    for (const [name, value] of Object.entries(ancestor.attributes)) {
      if (/^xmlns(:|$)/.test(name) && !inherited.has(name) && element.attributes[name] === undefined) inherited.set(name, value);
    }
  }
  const added = [...inherited].map(([name, value]) => ` ${name}="${value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')}"`).join('');
  return text.slice(element.start, element.nameEnd) + added + text.slice(element.nameEnd, element.end);
}
