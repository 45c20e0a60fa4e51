/**
 * One element of a parsed document. `attributes` holds no namespace declarations: those have become `namespace`.
 * `text` is the element's own text, unescaped, in document order; an element with children must have none but white space.
 */
export type XmlElement = {
  name: string;
  /** Namespace address, '' for none. */
  namespace: string;
  attributes: readonly XmlAttribute[];
  children: XmlElement[];
  text: string;
};

export type XmlAttribute = { name: string; value: string };

/** Limits of one document; a reader stops at the first one passed. */
export type XmlLimits = { maxBytes: number; maxDepth: number; maxAttributes: number; maxElements: number };

export const childrenNamed = <E extends XmlElement>(parent: E, name: string): E[] =>
  (parent.children as E[]).filter((child) => child.name === name);

export const onlyChild = <E extends XmlElement>(parent: E, name: string): E | null => {
  const found = childrenNamed(parent, name);
  return found.length === 1 ? (found[0] as E) : null;
};

export const attributeOf = (element: XmlElement, name: string): string | null =>
  element.attributes.find((attribute) => attribute.name === name)?.value ?? null;
