import { sign, type KeyObject } from 'node:crypto';
import type { Instant } from '../../domain/brand.js';
import { vietnamDateTime } from '../card/dateTime.js';
import { scanCanonical } from '../xml/canonical.js';
import { canonicalForm } from '../xml/canonicalization.js';
import { readNamespaced } from '../xml/namespaceReader.js';
import { attributeOf, type XmlLimits } from '../xml/element.js';
import { certificateFacts } from './certificate.js';
import { digestBase64, signatureElement, signedBy, signedInfo, signedInfoBytes, timeReference, toBytes } from './xmlSignature.js';

export type EnvelopedInput = {
  /** A canonical document whose root bears an `id`. */
  xml: Buffer;
  /** It holds cards of other software and need not be canonical as a whole. */
  holdsForeign?: boolean;
  /** The only kind of key the hub may hold: an organisation's own (design §2). */
  key: KeyObject;
  /** DER. */
  certificate: Buffer;
  signedAt: Instant;
};

/** Thrown when a document cannot be signed: the caller's fault, never a sender's. */
export class EnvelopedSignatureError extends Error {
  constructor(readonly code: 'not-canonical' | 'certificate-unusable' | 'key-mismatch') {
    super(`enveloped signature: ${code}`);
    this.name = 'EnvelopedSignatureError';
  }
}

const LIMITS: XmlLimits = { maxBytes: 16_000_000, maxDepth: 24, maxAttributes: 16, maxElements: 2_000_000 };

/**
 * Puts a Signature over the whole document at the end of its root (spec §4 "inside the root"), with the signing time covered too.
 * @throws EnvelopedSignatureError
 */
export function signEnveloped({ xml, holdsForeign = false, key, certificate: der, signedAt }: EnvelopedInput): Buffer {
  const { rootId, endTag, digest } = holdsForeign ? readForeign(xml) : readOwn(xml);
  const certificate = certificateFacts(der);
  if (certificate === null || certificate.algorithm === null) throw new EnvelopedSignatureError('certificate-unusable');

  const parts = { id: `sig-${rootId}`, timeId: `time-${rootId}`, signingTime: vietnamDateTime(signedAt) };
  const info = signedInfo(certificate.algorithm, [{ id: rootId, digest, enveloped: true }, timeReference(parts)]);
  const value = sign('sha256', signedInfoBytes(info), { key, dsaEncoding: 'ieee-p1363' });
  if (!signedBy(certificate, signedInfoBytes(info), value)) throw new EnvelopedSignatureError('key-mismatch');
  const signature = signatureElement({
    ...parts, signedInfo: info, signatureValue: value.toString('base64'), certificate,
  });
  return Buffer.concat([xml.subarray(0, xml.length - endTag.length), toBytes(signature + endTag)]);
}

type Readable = { rootId: string; endTag: string; digest: string };

function readOwn(xml: Buffer): Readable {
  const scan = scanCanonical(xml, LIMITS);
  const rootId = scan.canonical ? attributeOf(scan.root, 'id') : null;
  if (!scan.canonical || rootId === null) throw new EnvelopedSignatureError('not-canonical');
  return { rootId, endTag: `</${scan.root.name}>`, digest: digestBase64(xml) };
}

function readForeign(xml: Buffer): Readable {
  const reading = readNamespaced(xml, LIMITS);
  const rootId = reading.ok && reading.faults.length === 0 ? attributeOf(reading.root, 'id') : null;
  if (!reading.ok || rootId === null) throw new EnvelopedSignatureError('not-canonical');
  const { root } = reading;
  const endTag = `</${root.name}>`;
  if (!xml.subarray(xml.length - endTag.length).equals(Buffer.from(endTag))) throw new EnvelopedSignatureError('not-canonical');
  return { rootId, endTag, digest: digestBase64(Buffer.from(canonicalForm(root, { kind: 'exclusive', prefixes: [] }, { top: root, outside: new Map() }), 'utf8')) };
}
