import type { Canonicalization } from '../xml/canonicalization.js';

export const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
export const EXC_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const INCLUSIVE_C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';

/** XAdES in its versions; the Type of a Reference to SignedProperties has a form of its own. */
export const XADES = new Set(['http://uri.etsi.org/01903/v1.3.2#', 'http://uri.etsi.org/01903/v1.2.2#', 'http://uri.etsi.org/01903/v1.1.1#']);

export type DigestName = 'sha256' | 'sha384' | 'sha512';
export const DIGEST_BYTES = { sha256: 32, sha384: 48, sha512: 64 } as const satisfies Record<DigestName, number>;

/** Accepted algorithms (spec §3.1); whatever is not here is unsupported. */
export const DIGESTS: Readonly<Record<string, DigestName>> = {
  'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384': 'sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512': 'sha512',
};

export type SignatureMethod = { key: 'rsa' | 'ecdsa'; hash: DigestName };
const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';
export const SIGNATURE_METHODS: Readonly<Record<string, SignatureMethod>> = Object.fromEntries(
  (['rsa', 'ecdsa'] as const).flatMap((key) => (['sha256', 'sha384', 'sha512'] as const).map((hash) => [`${MORE}${key}-${hash}`, { key, hash }])),
);

/** null: no accepted canonicalisation, such as one with comments or Canonical XML 1.1. */
export function canonicalizationOf(algorithm: string, prefixes: readonly string[]): Canonicalization | null {
  if (algorithm === EXC_C14N) return { kind: 'exclusive', prefixes };
  return algorithm === INCLUSIVE_C14N && prefixes.length === 0 ? { kind: 'inclusive' } : null;
}

/** What a Reference may say its target is, and the elements of which that is true. */
export const REFERENCE_TYPES: Readonly<Record<string, { name: string; namespaces: ReadonlySet<string> }>> = {
  [`${DSIG}Object`]: { name: 'Object', namespaces: new Set([DSIG]) },
  [`${DSIG}SignatureProperties`]: { name: 'SignatureProperties', namespaces: new Set([DSIG, '']) },
  [`${DSIG}SignatureProperty`]: { name: 'SignatureProperty', namespaces: new Set([DSIG, '']) },
  'http://uri.etsi.org/01903#SignedProperties': { name: 'SignedProperties', namespaces: XADES },
  'http://uri.etsi.org/01903/v1.2.2#SignedProperties': { name: 'SignedProperties', namespaces: XADES },
  'http://uri.etsi.org/01903/v1.1.1#SignedProperties': { name: 'SignedProperties', namespaces: XADES },
};
