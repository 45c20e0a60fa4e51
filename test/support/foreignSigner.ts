import assert from 'node:assert/strict';
import { createHash, sign } from 'node:crypto';
import { DOMParser } from '@xmldom/xmldom';
import { C14nCanonicalization, ExclusiveCanonicalization, findAncestorNs } from 'xml-crypto';
import type { KeyObject } from 'node:crypto';

/**
 * Signs documents as other vendors' software would: xmldom parses, xml-crypto canonicalises, nothing of ours takes part. A document
 * holds `@@D:key:n@@` where the digest of the n-th Reference of a Signature goes, and `@@V:key@@` for its value.
 */
export type Pending = { key: string; privateKey: KeyObject };

const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const EXC = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = `${DSIG}enveloped-signature`;

/** Fills in the Signatures in the order given: later ones may cover earlier ones. */
export const signPending = (xml: string, pending: readonly Pending[]): string => pending.reduce(signOne, xml);

function signOne(xml: string, { key, privateKey }: Pending): string {
  let text = xml;
  const signatureOf = (): { document: Document; signature: Element } => {
    const document = new DOMParser().parseFromString(text) as unknown as Document;
    const signature = elements(document, 'Signature').find((one) => child(one, 'SignatureValue').textContent === `@@V:${key}@@`);
    return { document, signature: signature ?? assert.fail(`no Signature waits for ${key}`) };
  };
  const { document, signature } = signatureOf();
  const references = elements(child(signature, 'SignedInfo'), 'Reference');
  for (const reference of references) {
    const placeholder = child(reference, 'DigestValue').textContent ?? '';
    if (placeholder.startsWith('@@D:')) text = text.replaceAll(placeholder, digestOf(document, signature, reference));
  }
  const fresh = signatureOf();
  const info = child(fresh.signature, 'SignedInfo');
  const method = child(info, 'SignatureMethod').getAttribute('Algorithm') ?? '';
  const bytes = Buffer.from(canonical(fresh.document, info, child(info, 'CanonicalizationMethod')));
  const value = sign(`sha${/sha(\d+)$/.exec(method)?.[1] ?? '256'}`, bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64');
  return text.replace(`@@V:${key}@@`, value);
}

function digestOf(document: Document, signature: Element, reference: Element): string {
  const id = (reference.getAttribute('URI') ?? '').slice(1);
  const transforms = elements(reference, 'Transform');
  const target = byId(scopeOf(signature), id) ?? byId(document.documentElement, id);
  // What names nothing has no digest: a hostile case, to be refused before any digest is looked at.
  if (target === undefined) return Buffer.alloc(32).toString('base64');
  const enveloped = transforms[0]?.getAttribute('Algorithm') === ENVELOPED;
  const method = transforms[enveloped ? 1 : 0];
  const next = signature.nextSibling;
  const parent = signature.parentNode as Node;
  if (enveloped) parent.removeChild(signature);
  const form = canonical(document, target, method ?? null);
  if (enveloped) parent.insertBefore(signature, next);
  const name = /sha(\d+)$/.exec(child(reference, 'DigestMethod').getAttribute('Algorithm') ?? '')?.[1] ?? '256';
  return createHash(`sha${name}`).update(form).digest('base64');
}

function canonical(document: Document, element: Element, method: Element | null): string {
  const ancestorNamespaces = findAncestorNs(document as never, pathOf(element));
  if (method?.getAttribute('Algorithm') !== EXC) return new C14nCanonicalization().process(element as never, { ancestorNamespaces });
  const list = elements(method, 'InclusiveNamespaces')[0]?.getAttribute('PrefixList') ?? '';
  return new ExclusiveCanonicalization().process(element as never, { ancestorNamespaces, inclusiveNamespacesPrefixList: list.split(' ').filter((prefix) => prefix !== '') });
}

/** An XPath that names this one element. */
function pathOf(element: Element): string {
  let path = '';
  for (let at: Element | null = element; at !== null && at.nodeType === 1; at = at.parentNode as Element | null) {
    let place = 1;
    for (let before = at.previousSibling; before !== null; before = before.previousSibling) if (before.nodeType === 1) place += 1;
    path = `/*[${place}]${path}`;
  }
  return path;
}

/** Ids are looked up in the card first: cards of v1.1 in one batch repeat theirs. */
function scopeOf(element: Element): Element {
  for (let at: Element | null = element; at !== null && at.nodeType === 1; at = at.parentNode as Element | null) if (at.localName === 'HOC_BA') return at;
  return element;
}

const byId = (scope: Element, id: string): Element | undefined =>
  [scope, ...elements(scope, '*')].find((element) => ['Id', 'ID', 'id'].some((name) => element.getAttribute(name) === id));

const elements = (parent: Document | Element, name: string): Element[] => Array.from(parent.getElementsByTagNameNS('*', name) as unknown as ArrayLike<Element>);

const child = (parent: Element, name: string): Element => elements(parent, name)[0] ?? assert.fail(`no ${name}`);
