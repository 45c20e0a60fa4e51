import { createHash, sign, type KeyObject, type X509Certificate } from 'node:crypto';
import { fromBER, Constructed, Integer, Null, ObjectIdentifier, OctetString, Sequence, Set as SetOf, type BaseBlock } from 'asn1js';

/** Object identifiers of RFC 5652 (CMS), RFC 5035 (ESS), RFC 4055 and RFC 5758. */
const OID = {
  data: '1.2.840.113549.1.7.1', signedData: '1.2.840.113549.1.7.2',
  signatureTimestamp: '1.2.840.113549.1.9.16.2.14',
  contentType: '1.2.840.113549.1.9.3', messageDigest: '1.2.840.113549.1.9.4', signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha256: '2.16.840.1.101.3.4.2.1', sha256WithRsa: '1.2.840.113549.1.1.11', ecdsaWithSha256: '1.2.840.10045.4.3.2',
} as const;

/** @param digest SHA-256, 32 bytes @returns DER TimeStampToken */
export type Stamp = (digest: Buffer) => Promise<Buffer>;

/**
 * A detached CMS signature over `content` as PAdES baseline B-B wants it (ETSI EN 319 142-1, 6.3): SHA-256, the signer's certificate
 * inside and named by `signing-certificate-v2`, no signing-time attribute (the file's own `/M` says it).
 * @param signer the key, RSA or EC, and the certificate that belongs to it
 * @param stamp asks for an RFC 3161 token over the SHA-256 of the signature's value, which then stands beside it as an unsigned attribute (baseline B-T,
 *   EN 319 142-1, 6.3); null: B-B
 * @returns DER of a ContentInfo
 */
export async function detachedCms(content: Uint8Array, { key, certificate }: { key: KeyObject; certificate: X509Certificate }, stamp: Stamp | null): Promise<Buffer> {
  const attributes = signedAttributes(content, certificate);
  // Signed as a SET, carried as [0]: the tag differs, the bytes inside are the same (RFC 5652 §5.4).
  const value = sign('sha256', der(new SetOf({ value: attributes })), { key, dsaEncoding: 'der' });
  const token = stamp === null ? null : await stamp(digest(value));
  const { issuer, serial } = issuerAndSerial(certificate);
  const signerInfo = sequence(
    new Integer({ value: 1 }), sequence(issuer, serial), sha256(),
    new Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value: attributes }),
    key.asymmetricKeyType === 'ec' ? sequence(oid(OID.ecdsaWithSha256)) : sequence(oid(OID.sha256WithRsa), new Null()),
    octets(value),
    ...(token === null ? [] : [new Constructed({ idBlock: { tagClass: 3, tagNumber: 1 }, value: [parsed(attribute(OID.signatureTimestamp, parsed(token)))] })]),
  );
  const signedData = sequence(
    new Integer({ value: 1 }), new SetOf({ value: [sha256()] }), sequence(oid(OID.data)),
    new Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value: [parsed(certificate.raw)] }),
    new SetOf({ value: [signerInfo] }),
  );
  return der(sequence(oid(OID.signedData), new Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value: [signedData] })));
}

/** In the order DER wants in a SET OF: by their bytes. */
function signedAttributes(content: Uint8Array, certificate: X509Certificate): BaseBlock[] {
  const certificateId = sequence(octets(digest(certificate.raw)));
  return [
    attribute(OID.contentType, oid(OID.data)),
    attribute(OID.messageDigest, octets(digest(content))),
    attribute(OID.signingCertificateV2, sequence(sequence(certificateId))),
  ].sort((one, other) => Buffer.compare(one, other)).map(parsed);
}

/** The issuer's name and the serial number as they stand in the certificate (RFC 5280 §4.1); it is DER, so writing them again changes nothing. */
function issuerAndSerial(certificate: X509Certificate): { issuer: BaseBlock; serial: BaseBlock } {
  const { result } = fromBER(certificate.raw);
  const content = (result as Sequence).valueBlock.value[0] as Sequence;
  const fields = content.valueBlock.value;
  // version [0] is left out by version 1 certificates; then serial, algorithm, issuer.
  const first = fields[0]?.idBlock.tagClass === 3 ? 1 : 0;
  return { serial: fields[first] as BaseBlock, issuer: fields[first + 2] as BaseBlock };
}

/** Whether a token can stand inside the signature: written again it must be the same bytes, as it is signed itself. */
export function isEmbeddable(token: Uint8Array): boolean {
  const { offset, result } = fromBER(token);
  return offset === token.length && der(result).equals(token);
}

const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const der = (block: BaseBlock): Buffer => Buffer.from(block.toBER());
const oid = (value: string): ObjectIdentifier => new ObjectIdentifier({ value });
const sequence = (...value: BaseBlock[]): Sequence => new Sequence({ value });
const sha256 = (): Sequence => sequence(oid(OID.sha256));
const octets = (bytes: Uint8Array): OctetString => new OctetString({ valueHex: new Uint8Array(bytes).buffer });
/** DER as a part of something larger. @throws TypeError when it is not DER: written again it would be other bytes */
function parsed(bytes: Uint8Array): BaseBlock {
  const { result } = fromBER(bytes);
  if (!der(result).equals(bytes)) throw new TypeError('not DER');
  return result;
}
const attribute = (type: string, value: BaseBlock): Buffer => der(sequence(oid(type), new SetOf({ value: [value] })));

