import type { Canonicalization } from '../xml/canonicalization.js';
import type { NamespacedElement } from '../xml/namespaceReader.js';
import {
  canonicalizationOf, DIGEST_BYTES, DIGESTS, DSIG, ENVELOPED, EXC_C14N, SIGNATURE_METHODS, type DigestName, type SignatureMethod,
} from './algorithms.js';
import { strictBase64 } from './base64.js';
import { ForeignFault } from './codes.js';
import { MAX_CERTIFICATES, MAX_REFERENCES } from './limits.js';

export type ForeignReference = {
  uri: string;
  type: string | null;
  enveloped: boolean;
  method: Canonicalization;
  digest: DigestName;
  value: Buffer;
};

/** A ds:Signature taken apart: strictly by the schema, since what one reader skips another may believe. */
export type ForeignSignature = {
  element: NamespacedElement;
  id: string | null;
  signedInfo: NamespacedElement;
  signatureValue: NamespacedElement;
  method: Canonicalization;
  algorithm: SignatureMethod;
  references: readonly ForeignReference[];
  value: Buffer;
  /** DER, in document order, each once. */
  certificates: readonly Buffer[];
  objects: readonly NamespacedElement[];
};

/** @throws ForeignFault */
export function readSignature(element: NamespacedElement): ForeignSignature {
  if (element.name !== 'Signature' || element.namespace !== DSIG) throw shape(element.name);
  attributes(element, ['Id']);
  const [signedInfo, signatureValue, keyInfo, ...objects] = dsChildren(element);
  if (signedInfo?.name !== 'SignedInfo' || signatureValue?.name !== 'SignatureValue' || objects.some(({ name }) => name !== 'Object')) throw shape('Signature');
  if (keyInfo?.name !== 'KeyInfo') throw keyInfo === undefined || keyInfo.name === 'Object' ? new ForeignFault('subject-name-missing') : shape('Signature');
  for (const object of objects) refuseManifest(object);
  attributes(signedInfo, ['Id']);
  attributes(signatureValue, ['Id']);
  const [canonicalization, signatureMethod, ...references] = dsChildren(signedInfo);
  if (canonicalization?.name !== 'CanonicalizationMethod' || signatureMethod?.name !== 'SignatureMethod') throw shape('SignedInfo');
  if (references.length === 0 || references.some(({ name }) => name !== 'Reference')) throw shape('SignedInfo');
  if (references.length > MAX_REFERENCES) throw new ForeignFault('too-many-references');
  const method = canonicalizationMethod(canonicalization);
  if (method === null) throw new ForeignFault('algorithm-unsupported', 'CanonicalizationMethod');
  return {
    element, signedInfo, signatureValue, method,
    id: attribute(element, 'Id'),
    algorithm: signatureAlgorithm(signatureMethod),
    references: references.map(readReference),
    value: base64Of(signatureValue),
    certificates: certificatesOf(keyInfo),
    objects,
  };
}

const shape = (place: string): ForeignFault => new ForeignFault('signature-shape', place);

function signatureAlgorithm(element: NamespacedElement): SignatureMethod {
  attributes(element, ['Algorithm']);
  const found = known(SIGNATURE_METHODS, attribute(element, 'Algorithm'));
  if (found === null) throw new ForeignFault('algorithm-unsupported', 'SignatureMethod');
  if (dsChildren(element).length > 0) throw shape('SignatureMethod');
  return found;
}

function readReference(element: NamespacedElement): ForeignReference {
  attributes(element, ['Id', 'URI', 'Type']);
  const children = dsChildren(element);
  const transforms = children[0]?.name === 'Transforms' ? children.shift() : undefined;
  const [digestMethod, digestValue, ...rest] = children;
  if (digestMethod?.name !== 'DigestMethod' || digestValue?.name !== 'DigestValue' || rest.length > 0) throw shape('Reference');
  attributes(digestMethod, ['Algorithm']);
  attributes(digestValue, []);
  const digest = known(DIGESTS, attribute(digestMethod, 'Algorithm'));
  if (digest === null) throw new ForeignFault('algorithm-unsupported', 'DigestMethod');
  if (dsChildren(digestMethod).length > 0) throw shape('DigestMethod');
  const uri = attribute(element, 'URI');
  if (uri === null) throw new ForeignFault('reference-uri');
  const value = base64Of(digestValue);
  if (value.length !== DIGEST_BYTES[digest]) throw new ForeignFault('base64', 'DigestValue');
  return { uri, digest, value, type: attribute(element, 'Type'), ...readTransforms(transforms) };
}

/** No Transforms means inclusive C14N 1.0; at most one enveloped-signature, then at most one canonicalisation. */
function readTransforms(element: NamespacedElement | undefined): Pick<ForeignReference, 'enveloped' | 'method'> {
  const inclusive = { kind: 'inclusive' } as const;
  if (element === undefined) return { enveloped: false, method: inclusive };
  attributes(element, []);
  const transforms = dsChildren(element);
  if (transforms.length === 0 || transforms.some(({ name }) => name !== 'Transform')) throw shape('Transforms');
  const enveloped = attribute(transforms[0] as NamespacedElement, 'Algorithm') === ENVELOPED;
  if (enveloped) {
    const [first] = transforms.splice(0, 1) as [NamespacedElement];
    attributes(first, ['Algorithm']);
    if (first.children.length > 0) throw new ForeignFault('transform-unsupported');
  }
  if (transforms.length === 0) return { enveloped, method: inclusive };
  const method = transforms.length === 1 ? canonicalizationMethod(transforms[0] as NamespacedElement) : null;
  if (method === null) throw new ForeignFault('transform-unsupported');
  return { enveloped, method };
}

function canonicalizationMethod(element: NamespacedElement): Canonicalization | null {
  attributes(element, ['Algorithm']);
  assertNoText(element);
  const algorithm = attribute(element, 'Algorithm') ?? '';
  const [list, ...rest] = element.children;
  if (list === undefined) return canonicalizationOf(algorithm, []);
  if (algorithm !== EXC_C14N || rest.length > 0 || list.name !== 'InclusiveNamespaces' || list.namespace !== EXC_C14N || list.content.length > 0) return null;
  attributes(list, ['PrefixList']);
  const prefixes = (attribute(list, 'PrefixList') ?? '').split(/[ \t\r\n]+/).filter((prefix) => prefix !== '');
  return canonicalizationOf(algorithm, [...new Set(prefixes.map((prefix) => (prefix === '#default' ? '' : prefix)))]);
}

/** X509SubjectName is mandatory but only shown; KeyValue and all else in KeyInfo is ignored (spec §3.1). */
function certificatesOf(keyInfo: NamespacedElement): Buffer[] {
  attributes(keyInfo, ['Id']);
  assertNoText(keyInfo);
  const entries = keyInfo.children.filter(({ name, namespace }) => name === 'X509Data' && namespace === DSIG).flatMap(dsChildren);
  const certificates = entries.filter(({ name }) => name === 'X509Certificate').map(base64Of);
  if (certificates.length === 0 || !entries.some(({ name, text }) => name === 'X509SubjectName' && text.trim() !== '')) throw new ForeignFault('subject-name-missing');
  if (certificates.length > MAX_CERTIFICATES) throw new ForeignFault('too-many-certificates');
  return certificates.filter((one, place) => certificates.findIndex((other) => other.equals(one)) === place);
}

function refuseManifest(element: NamespacedElement): void {
  if (element.name === 'Manifest' && element.namespace === DSIG) throw new ForeignFault('manifest');
  for (const child of element.children) refuseManifest(child);
}

function base64Of(element: NamespacedElement): Buffer {
  const bytes = element.children.length > 0 ? null : strictBase64(element.text);
  if (bytes === null) throw new ForeignFault('base64', element.name);
  return bytes;
}

function dsChildren(element: NamespacedElement): NamespacedElement[] {
  assertNoText(element);
  const foreign = element.children.find(({ namespace }) => namespace !== DSIG);
  if (foreign !== undefined) throw shape(foreign.name);
  return [...element.children];
}

function assertNoText(element: NamespacedElement): void {
  if (/[^ \t\r\n]/.test(element.text)) throw shape(element.name);
}

function attributes(element: NamespacedElement, allowed: readonly string[]): void {
  if (element.attributes.some(({ name }) => !allowed.includes(name))) throw shape(element.name);
}

export const attribute = (element: NamespacedElement, name: string): string | null =>
  element.attributes.find((one) => one.name === name)?.value ?? null;

const known = <Value>(table: Readonly<Record<string, Value>>, name: string | null): Value | null =>
  (name !== null && Object.hasOwn(table, name) ? table[name] as Value : null);
