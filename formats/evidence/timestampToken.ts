import { GeneralizedTime, Integer, type BaseBlock } from 'asn1js';
import { Asn1Fault, bytesOf, integer, isContext, octets, oid, parts, readWhole } from './asn1.js';
import { SHA256_OID } from './timestampQuery.js';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const UNIVERSAL = 1;
const TST_INFO = '1.2.840.113549.1.9.16.1.4';

export type TimestampReply =
  | { granted: true; /** DER TimeStampToken. */ token: Buffer }
  /** `status` of RFC 3161 §2.4.2: 2 rejected, 3 waiting, 4 revocation warning, 5 revoked. */
  | { granted: false; status: number };

/** What a token states. Nothing here is proven: `verifyTimestamp` does that. */
export type TimestampToken = {
  /** The time the authority vouches for. */
  genTime: Date;
  /** SHA-256 that was stamped; null when another algorithm was used. */
  digest: Buffer | null;
  /** As DER writes the integer; null when the token carries none. */
  nonce: Buffer | null;
  /** Hex. */
  serial: string;
  policy: string;
  /** Certificates inside the token, DER, the authority's own among them. */
  certificates: Buffer[];
  /** The one of them that the signature names as its own; null when it is not there. */
  signer: Buffer | null;
};

/** @returns null when the bytes are no time-stamp answer */
export function readTimestampReply(der: Uint8Array): TimestampReply | null {
  return orNull(() => {
    const [status, token, ...more] = parts(readWhole(der, 'reply'), 'reply');
    if (more.length > 0) throw new Asn1Fault('reply');
    const code = Number(BigInt(`0x${integer(parts(status, 'status')[0], 'status').toString('hex') || '0'}`));
    if (code > 1) return { granted: false, status: code };
    if (token === undefined) throw new Asn1Fault('reply without token');
    return { granted: true, token: bytesOf(token) };
  });
}

/** @returns null when the bytes are no time-stamp token */
export function readTimestampToken(der: Uint8Array): TimestampToken | null {
  return orNull(() => {
    const [type, wrapped] = parts(readWhole(der, 'token'), 'token');
    if (oid(type, 'token') !== SIGNED_DATA) throw new Asn1Fault('token');
    const [, , content, ...rest] = parts(parts(wrapped, 'signed data')[0], 'signed data');
    const [contentType, inner] = parts(content, 'content');
    if (oid(contentType, 'content') !== TST_INFO) throw new Asn1Fault('content');
    const info = readInfo(octets(parts(inner, 'content')[0], 'content'));
    const set = rest.find((block) => isContext(block, 0));
    const blocks = set === undefined ? [] : parts(set, 'certificates').filter((one) => one.idBlock.tagClass === UNIVERSAL);
    const name = signerName(rest.at(-1));
    return { ...info, certificates: blocks.map(bytesOf), signer: blocks.filter((one) => certificateName(one) === name).map(bytesOf)[0] ?? null };
  });
}

/** Issuer and serial number to the byte, which is how a signature names its certificate (RFC 5652 §5.3). One signature, as RFC 3161 §2.4.2 has it. */
function signerName(infos: BaseBlock | undefined): string {
  const [info, ...more] = parts(infos, 'signer infos');
  if (more.length > 0) throw new Asn1Fault('signer infos');
  const [issuer, serial] = parts(parts(info, 'signer info')[1], 'signer id');
  return nameOf(issuer, serial);
}

function certificateName(certificate: BaseBlock): string {
  const fields = parts(parts(certificate, 'certificate')[0], 'certificate');
  const [serial, , issuer] = isContext(fields[0], 0) ? fields.slice(1) : fields;
  return nameOf(issuer, serial);
}

function nameOf(issuer: BaseBlock | undefined, serial: BaseBlock | undefined): string {
  if (issuer === undefined) throw new Asn1Fault('name of a certificate');
  return `${bytesOf(issuer).toString('hex')} ${integer(serial, 'serial').toString('hex')}`;
}

function readInfo(der: Buffer): Omit<TimestampToken, 'certificates' | 'signer'> {
  const [version, policy, imprint, serial, time, ...rest] = parts(readWhole(der, 'TSTInfo'), 'TSTInfo');
  if (!integer(version, 'version').equals(Buffer.from([1])) || !(time instanceof GeneralizedTime)) throw new Asn1Fault('TSTInfo');
  const [algorithm, digest] = parts(imprint, 'imprint');
  const nonce = rest.find((block: BaseBlock) => block instanceof Integer);
  const genTime = time.toDate();
  if (Number.isNaN(genTime.getTime())) throw new Asn1Fault('genTime');
  return {
    genTime,
    digest: oid(parts(algorithm, 'imprint')[0], 'imprint') === SHA256_OID ? octets(digest, 'imprint') : null,
    nonce: nonce === undefined ? null : integer(nonce, 'nonce'),
    serial: integer(serial, 'serial').toString('hex'),
    policy: oid(policy, 'policy'),
  };
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (fault) {
    if (fault instanceof Asn1Fault) return null;
    throw fault;
  }
}
