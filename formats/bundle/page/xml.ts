/** A scanner for canonical XML alone: no declaration, comment, entity but the five, CDATA, empty-element tag. Runs in a browser. */
export type Tag = {
  name: string; attributes: ReadonlyMap<string, string>; parent: Tag | null; children: Tag[];
  /** Places in the text: the whole element, and what is inside its tags. */
  start: number; innerStart: number; innerEnd: number; end: number;
};

const PIECE = /<(\/?)([A-Za-z_][\w.-]*)((?: [A-Za-z_][\w.:-]*="[^"<]*")*)>|([^<]+)/y;

/** @returns null when the text is anything else */
export function scanXml(text: string): Tag | null {
  PIECE.lastIndex = 0;
  let root: Tag | null = null;
  let open: Tag | null = null;
  while (PIECE.lastIndex < text.length) {
    const start = PIECE.lastIndex;
    const found = PIECE.exec(text);
    if (found === null) return null;
    const [, closing, name = '', attributes = '', letters] = found;
    const end = PIECE.lastIndex;
    if (letters !== undefined) {
      if (open === null || letters.includes('>')) return null;
    } else if (closing === '/') {
      if (open === null || open.name !== name || attributes !== '') return null;
      open.innerEnd = start;
      open.end = end;
      open = open.parent;
    } else {
      if (open === null && root !== null) return null;
      const pairs = [...attributes.matchAll(/ ([^=]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value] as const);
      if (new Set(pairs.map(([key]) => key)).size !== pairs.length) return null;
      const tag: Tag = { name, attributes: new Map(pairs), parent: open, children: [], start, innerStart: end, innerEnd: -1, end: -1 };
      open?.children.push(tag);
      root ??= tag;
      open = tag;
    }
  }
  return open === null ? root : null;
}

export const everyTag = (tag: Tag): Tag[] => [tag, ...tag.children.flatMap(everyTag)];
export const within = (tag: Tag, ancestor: Tag): boolean => tag === ancestor || (tag.parent !== null && within(tag.parent, ancestor));
export const childrenOf = (tag: Tag | undefined, name: string): Tag[] => tag?.children.filter((child) => child.name === name) ?? [];
/** The one child of this name; undefined when there is none or more than one. */
export function childOf(tag: Tag | undefined, name: string): Tag | undefined {
  const found = childrenOf(tag, name);
  return found.length === 1 ? found[0] : undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#xD;': '\r', '&#x9;': '\t', '&#xA;': '\n', '&amp;': '&' };
/** The text of an element without children. */
export const textIn = (source: string, tag: Tag | undefined): string =>
  tag === undefined || tag.children.length > 0 ? '' : source.slice(tag.innerStart, tag.innerEnd).replace(/&(?:lt|gt|quot|amp|#xD|#x9|#xA);/g, (entity) => ENTITIES[entity] ?? entity);
