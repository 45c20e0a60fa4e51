import { createHash } from 'node:crypto';
import { Constructed, Integer, Null, ObjectIdentifier, OctetString, Sequence } from 'asn1js';
import type { PathCertificate } from './certificate.js';

const SHA1_OID = '1.3.14.3.2.26';
const NONCE_OID = '1.3.6.1.5.5.7.48.1.2';

/**
 * What a responder is asked about one certificate (RFC 6960 §4.1). The issuer is named by SHA-1, which every responder knows (RFC 5019
 * §2.1.1): a name, not a protection.
 * @param nonce 16 to 32 bytes (RFC 9654); an answer that carries one must carry the same
 * @returns DER
 */
export function writeOcspQuery({ certificate, issuer, nonce }: { certificate: PathCertificate; issuer: PathCertificate; nonce: Uint8Array }): Buffer {
  if (nonce.length < 16 || nonce.length > 32) throw new RangeError('a nonce of 16 to 32 bytes');
  const id = new Sequence({ value: [
    new Sequence({ value: [new ObjectIdentifier({ value: SHA1_OID }), new Null()] }),
    octets(hashOf('sha1', certificate.issuerName)), octets(hashOf('sha1', issuer.keyBits)),
    new Integer({ valueHex: copied(Buffer.from(certificate.serial, 'hex')) }),
  ] });
  const extension = new Sequence({ value: [new ObjectIdentifier({ value: NONCE_OID }), octets(Buffer.from(octets(nonce).toBER()))] });
  const query = new Sequence({ value: [new Sequence({ value: [
    new Sequence({ value: [new Sequence({ value: [id] })] }),
    new Constructed({ idBlock: { tagClass: 3, tagNumber: 2 }, value: [new Sequence({ value: [extension] })] }),
  ] })] });
  return Buffer.from(query.toBER());
}

const hashOf = (hash: string, bytes: Uint8Array): Buffer => createHash(hash).update(bytes).digest();
const copied = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;
const octets = (bytes: Uint8Array): OctetString => new OctetString({ valueHex: copied(bytes) });
