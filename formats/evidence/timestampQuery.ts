import { Boolean as Asn1Boolean, Integer, Null, ObjectIdentifier, OctetString, Sequence } from 'asn1js';

export const SHA256_OID = '2.16.840.1.101.3.4.2.1';

/**
 * What a time-stamping authority is asked (RFC 3161 §2.4.1): to stamp a digest, and to send its certificate along.
 * @param digest SHA-256, 32 bytes
 * @param nonce 1 to 20 bytes; the answer must carry the same, so that an old answer cannot stand for this one
 * @param policy dotted OID that the authority must stamp under; null: its own choice
 * @returns DER
 */
export function writeTimestampQuery({ digest, nonce, policy }: { digest: Uint8Array; nonce: Uint8Array; policy: string | null }): Buffer {
  if (digest.length !== 32 || nonce.length === 0 || nonce.length > 20) throw new RangeError('a digest of 32 bytes and a nonce of 1 to 20');
  const query = new Sequence({ value: [
    new Integer({ value: 1 }),
    new Sequence({ value: [
      new Sequence({ value: [new ObjectIdentifier({ value: SHA256_OID }), new Null()] }),
      new OctetString({ valueHex: copied(digest) }),
    ] }),
    ...(policy === null ? [] : [new ObjectIdentifier({ value: policy })]),
    new Integer({ valueHex: copied(positiveInteger(nonce)) }),
    new Asn1Boolean({ value: true }),
  ] });
  return Buffer.from(query.toBER());
}

/** The shortest two's complement of an unsigned big-endian number: what DER writes and what an answer repeats. */
export function positiveInteger(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const trimmed = first === -1 ? Buffer.from([0]) : Buffer.from(bytes.subarray(first));
  return (trimmed[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed;
}

const copied = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;
