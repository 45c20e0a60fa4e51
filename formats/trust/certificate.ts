import { createHash, X509Certificate } from 'node:crypto';
import { contextTag, Der, DerFault, TAG } from './der.js';
import { readDistributionPoints, type DistributionPoint } from './distributionPoint.js';
import { readExtensions, type Extensions } from './extensions.js';
import { comparableName } from './names.js';

export const OID = {
  keyUsage: '2.5.29.15', basicConstraints: '2.5.29.19', crlDistributionPoints: '2.5.29.31', extendedKeyUsage: '2.5.29.37', noStatus: '1.3.6.1.5.5.7.48.1.5',
} as const;

/** What path and revocation checks need of a certificate. */
export type PathCertificate = {
  der: Buffer;
  fingerprint: string;
  x509: X509Certificate;
  serial: string;
  /** Comparable forms. */
  issuer: string;
  subject: string;
  /** The issuer's name and the bits of its own key, to the byte: by their hashes an authority is named to a responder. */
  issuerName: Buffer;
  keyBits: Buffer;
  /** Of the signature on it. */
  algorithm: Der;
  notBefore: number;
  notAfter: number;
  isAuthority: boolean;
  /** Places of set bits (RFC 5280 §4.2.1.3); null when the extension is absent. */
  keyUsage: Set<number> | null;
  extendedKeyUsage: { oids: string[]; critical: boolean } | null;
  /** null when the extension is absent. */
  distributionPoints: DistributionPoint[] | null;
  /** A responder's certificate whose own revocation its authority tells nobody to look up (RFC 6960 §4.2.2.2.1). */
  needsNoStatus: boolean;
};

/** @returns null when the bytes are not one certificate in DER */
export function readPathCertificate(der: Uint8Array): PathCertificate | null {
  try {
    return read(der);
  } catch (fault) {
    if (fault instanceof DerFault) return null;
    throw fault;
  }
}

function read(der: Uint8Array): PathCertificate {
  const [content, algorithm, signature, ...more] = Der.read(der).sequence();
  if (content === undefined || algorithm === undefined || signature === undefined || more.length > 0) throw new DerFault('certificate');
  signature.bitBytes();
  const fields = content.sequence();
  const version = fields[0]?.tag === contextTag(0) ? fields.shift() : undefined;
  const [serial, innerAlgorithm, issuer, validity, subject, key, ...rest] = fields;
  if (serial === undefined || innerAlgorithm === undefined || issuer === undefined || validity === undefined || subject === undefined || key === undefined) throw new DerFault('certificate');
  if (!innerAlgorithm.whole.equals(algorithm.whole)) throw new DerFault('two algorithms');
  const [from, to, ...moreTimes] = validity.sequence();
  if (from === undefined || to === undefined || moreTimes.length > 0) throw new DerFault('validity');
  const extensions = extensionsOf(rest, version);
  const usage = extensions.get(OID.extendedKeyUsage);
  const points = extensions.get(OID.crlDistributionPoints);
  const buffer = Buffer.from(der);
  return {
    der: buffer,
    fingerprint: createHash('sha256').update(der).digest('hex'),
    x509: parsed(buffer),
    serial: serial.expect(TAG.integer).integerHex(),
    issuer: comparableName(issuer),
    subject: comparableName(subject),
    issuerName: issuer.whole,
    keyBits: keyBitsOf(key),
    algorithm,
    notBefore: from.time(),
    notAfter: to.time(),
    isAuthority: authority(extensions),
    keyUsage: extensions.get(OID.keyUsage)?.octets.inside().expect(TAG.bitString).bits() ?? null,
    extendedKeyUsage: usage === undefined ? null : { oids: usage.octets.inside().sequence().map((oid) => oid.expect(TAG.oid).oid()), critical: usage.critical },
    distributionPoints: points === undefined ? null : readDistributionPoints(points.octets.inside(), issuer),
    needsNoStatus: extensions.has(OID.noStatus),
  };
}

function keyBitsOf(key: Der): Buffer {
  const [, bits] = key.sequence();
  if (bits === undefined) throw new DerFault('key');
  return bits.bitBytes();
}

/** Issuer and subject unique ids may stand before the extensions; nothing reads them any more. */
function extensionsOf(rest: readonly Der[], version: Der | undefined): Extensions {
  const known = [contextTag(1, 'primitive'), contextTag(2, 'primitive'), contextTag(3)];
  const places = rest.map(({ tag }) => known.indexOf(tag));
  if (places.some((place, at) => place === -1 || place <= (places[at - 1] ?? -1))) throw new DerFault('certificate');
  const [number, ...more] = version?.children() ?? [];
  if (version !== undefined && (number === undefined || more.length > 0 || number.natural() > 2n)) throw new DerFault('version');
  const wrapped = rest.find(({ tag }) => tag === contextTag(3));
  if (wrapped === undefined) return new Map();
  const [list, ...others] = wrapped.children();
  if (list === undefined || others.length > 0) throw new DerFault('extensions');
  return readExtensions(list);
}

function authority(extensions: Extensions): boolean {
  const [isAuthority] = extensions.get(OID.basicConstraints)?.octets.inside().sequence() ?? [];
  return isAuthority?.tag === TAG.boolean && isAuthority.boolean();
}

/** OpenSSL's own reading must agree that these bytes are a certificate, and give the same bytes back. */
function parsed(der: Buffer): X509Certificate {
  let certificate;
  try {
    certificate = new X509Certificate(der);
  } catch {
    // Its words name places in its source; the code the caller answers with says what a person can act on.
    throw new DerFault('certificate');
  }
  if (!certificate.raw.equals(der)) throw new DerFault('certificate');
  return certificate;
}
