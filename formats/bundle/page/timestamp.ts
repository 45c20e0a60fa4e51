import { digestOf, readCertificate, signedWith, type PageCertificate } from './certificate.js';
import { derChildren, DerFault, fromHex, joined, oidOf, readDer, sameBytes, type Der } from './der.js';

/** SHA-256 over a mark and two nodes or one leaf (RFC 6962 §2.1). */
const node = (mark: number, ...parts: Uint8Array[]): Promise<Uint8Array> => digestOf(joined(Uint8Array.of(mark), ...parts));

/** Root that an inclusion proof leads to (RFC 9162 §2.1.3.2); null when it can be of no tree. @param digest SHA-256 of the file */
export async function rootOf(digest: Uint8Array, { index, size, path }: { index: number; size: number; path: readonly string[] }): Promise<Uint8Array | null> {
  if (!Number.isInteger(index) || !Number.isInteger(size) || index < 0 || index >= size) return null;
  let place = index;
  let last = size - 1;
  let hash = await node(0, digest);
  for (const step of path) {
    const beside = fromHex(step);
    if (last === 0 || beside.length !== 32) return null;
    if (place % 2 === 1 || place === last) {
      hash = await node(1, beside, hash);
      while (place % 2 === 0 && place !== 0) { place = Math.floor(place / 2); last = Math.floor(last / 2); }
    } else {
      hash = await node(1, hash, beside);
    }
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : null;
}

type Hash = 'SHA-256' | 'SHA-384' | 'SHA-512';
const HASHES: Readonly<Record<string, Hash>> = { '2.16.840.1.101.3.4.2.1': 'SHA-256', '2.16.840.1.101.3.4.2.2': 'SHA-384', '2.16.840.1.101.3.4.2.3': 'SHA-512' };
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

export type CheckedToken = { genTime: string; authority: string; certificate: Uint8Array } | { fault: string };

/**
 * Whether an RFC 3161 token stamps `root`: its content, its signed attributes and its signature by a certificate made for time-stamping.
 * Whether that certificate leads to an authority the hub trusts is the hub's own verdict, not asked here.
 * @param others certificates that may be the signer's when the token brings none
 * @returns the stated time, or why not
 */
export async function checkToken(token: Uint8Array, root: Uint8Array, others: readonly Uint8Array[]): Promise<CheckedToken> {
  try {
    return await judgeToken(token, root, others);
  } catch (fault) {
    if (fault instanceof DerFault) return { fault: 'Dấu thời gian không đọc được.' };
    throw fault;
  }
}

async function judgeToken(token: Uint8Array, root: Uint8Array, others: readonly Uint8Array[]): Promise<CheckedToken> {
  const [type, wrapped] = derChildren(readDer(token));
  if (oidOf(type) !== '1.2.840.113549.1.7.2') return { fault: 'Dấu thời gian không đọc được.' };
  const fields = derChildren(derChildren(wrapped)[0]);
  const [contentType, inner] = derChildren(fields[2]);
  const content = derChildren(inner)[0]?.body;
  const infos = derChildren(fields.at(-1));
  if (oidOf(contentType) !== TST_INFO || content === undefined || infos.length !== 1) return { fault: 'Dấu thời gian không đọc được.' };
  const stated = infoOf(content);
  if (!sameBytes(stated.digest, root)) return { fault: 'Dấu thời gian được cấp cho dữ liệu khác.' };

  const [, name, algorithm, attributes, signatureAlgorithm, value] = derChildren(infos[0]);
  const hash = HASHES[oidOf(derChildren(algorithm)[0])];
  if (hash === undefined || attributes?.tag !== 0xa0 || value === undefined) return { fault: 'Dấu thời gian không đọc được.' };
  const inside = fields.slice(3, -1).find(({ tag }) => tag === 0xa0);
  const signer = signerOf(name, [...(inside === undefined ? [] : derChildren(inside).map(({ whole }) => whole)), ...others]);
  if (signer === null || !signer.usages.includes(TIME_STAMPING)) return { fault: 'Không có chứng thư của dịch vụ dấu thời gian.' };
  const attribute = (oid: string): Der | undefined => {
    const found = derChildren(attributes).map((one) => derChildren(one)).filter(([id]) => oidOf(id) === oid);
    return found.length === 1 ? derChildren(found[0]?.[1])[0] : undefined;
  };
  const digest = attribute('1.2.840.113549.1.9.4');
  const named = attribute('1.2.840.113549.1.9.3');
  if (named === undefined || oidOf(named) !== TST_INFO || digest === undefined || !sameBytes(digest.body, await digestOf(content, hash))) return { fault: 'Nội dung của dấu thời gian đã bị thay đổi.' };
  // Signed as a SET, carried as [0] (RFC 5652 §5.4).
  const signed = joined(Uint8Array.of(0x31), attributes.whole.subarray(1));
  const raw = signer.key.kind === 'ec' ? rawSignature(value.body, signer.key.curve) : value.body;
  const by = hashOfSignature(oidOf(derChildren(signatureAlgorithm)[0])) ?? hash;
  return await signedWith(signer, by, signed, raw) ? { genTime: stated.genTime, authority: signer.commonName, certificate: signer.whole } : { fault: 'Chữ ký của dịch vụ dấu thời gian không đúng.' };
}

function infoOf(content: Uint8Array): { digest: Uint8Array; genTime: string } {
  const [, , imprint, , time] = derChildren(readDer(content));
  const [algorithm, digest] = derChildren(imprint);
  const written = new TextDecoder().decode(time?.body);
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(written);
  if (time?.tag !== 0x18 || parts === null || digest === undefined || HASHES[oidOf(derChildren(algorithm)[0])] !== 'SHA-256') throw new DerFault('TSTInfo');
  const [, year, month, day, hour, minute, second] = parts;
  return { digest: digest.body, genTime: `${year}-${month}-${day}T${hour}:${minute}:${second}Z` };
}

function signerOf(name: Der | undefined, candidates: readonly Uint8Array[]): PageCertificate | null {
  const [issuer, serial] = derChildren(name);
  if (issuer === undefined || serial === undefined) return null;
  for (const der of candidates) {
    try {
      const certificate = readCertificate(der);
      if (sameBytes(certificate.issuer, issuer.whole) && sameBytes(certificate.serial, serial.body)) return certificate;
    } catch (fault) {
      // A certificate of another kind among many is none we look for.
      if (!(fault instanceof DerFault)) throw fault;
    }
  }
  return null;
}

/** Signature algorithms that name their digest; `rsaEncryption` leaves it to the digest algorithm. */
const hashOfSignature = (oid: string): Hash | undefined => ({
  '1.2.840.113549.1.1.11': 'SHA-256', '1.2.840.113549.1.1.12': 'SHA-384', '1.2.840.113549.1.1.13': 'SHA-512',
  '1.2.840.10045.4.3.2': 'SHA-256', '1.2.840.10045.4.3.3': 'SHA-384', '1.2.840.10045.4.3.4': 'SHA-512',
} as const as Readonly<Record<string, Hash>>)[oid];

/** CMS writes r and s as a DER sequence, WebCrypto wants them side by side. */
function rawSignature(der: Uint8Array, curve: 'P-256' | 'P-384' | 'P-521'): Uint8Array {
  const length = { 'P-256': 32, 'P-384': 48, 'P-521': 66 }[curve];
  const side = (number: Der | undefined): Uint8Array => {
    const digits = number?.body.slice(number.body[0] === 0 ? 1 : 0) ?? new Uint8Array();
    if (digits.length > length) throw new DerFault('signature');
    return joined(new Uint8Array(length - digits.length), digits);
  };
  const [r, s] = derChildren(readDer(der));
  return joined(side(r), side(s));
}

