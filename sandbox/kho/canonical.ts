import { DOMParser } from '@xmldom/xmldom';
import { C14nCanonicalization, ExclusiveCanonicalization } from 'xml-crypto';
import { asDocument, childOf, childrenOf, type XmlElement } from './xmlTree.js';

const INCLUSIVE = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

/** A canonicalisation as CanonicalizationMethod or the last Transform names it. */
export type Method = { exclusive: boolean; prefixes: readonly string[]; enveloped: boolean };

/** Null for anything that is not C14N 1.0 without comments, exclusive or not, or exclusive with a PrefixList. */
export function methodOf(element: XmlElement): Method | null {
  const algorithm = element.attributes['Algorithm'];
  if (algorithm === INCLUSIVE) return { exclusive: false, prefixes: [], enveloped: false };
  if (algorithm !== EXCLUSIVE) return null;
  const prefixes = childOf(element, 'InclusiveNamespaces')?.attributes['PrefixList']?.split(/\s+/).filter((prefix) => prefix !== '') ?? [];
  return { exclusive: true, prefixes, enveloped: false };
}

/** What a Reference's Transforms come to; none at all means inclusive C14N of the element. */
export function transformsOf(reference: XmlElement): Method | null {
  const holder = childOf(reference, 'Transforms');
  const transforms = holder === undefined ? [] : childrenOf(holder, 'Transform');
  const enveloped = transforms[0]?.attributes['Algorithm'] === ENVELOPED;
  const [last, ...more] = enveloped ? transforms.slice(1) : transforms;
  if (last === undefined) return { exclusive: false, prefixes: [], enveloped };
  const method = more.length === 0 ? methodOf(last) : null;
  return method === null ? null : { ...method, enveloped };
}

/**
 * The canonical bytes of one element. The library does the canonicalisation; the element is handed to it as a document of
 * its own that carries the namespaces of its place, since the library's search for them takes most of a packet's time.
 * @param without a Signature inside the element, for the enveloped-signature transform
 */
export function canonicalForm(text: string, element: XmlElement, { exclusive, prefixes }: Method, without: XmlElement | null): string {
  const alone = without === null
    ? asDocument(text, element)
    : asDocument(text.slice(0, without.start) + text.slice(without.end), { ...element, end: element.end - (without.end - without.start) });
  const root = new DOMParser().parseFromString(alone, 'text/xml').documentElement;
  const options = { inclusiveNamespacesPrefixList: [...prefixes] };
  // Node's types know no DOM; the library takes what its own parser makes.
  const canonical = (exclusive ? new ExclusiveCanonicalization() : new C14nCanonicalization()) as { process(node: unknown, options: unknown): string };
  return canonical.process(root, options);
}
