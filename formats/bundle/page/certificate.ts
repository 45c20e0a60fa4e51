import { derChildren, DerFault, oidOf, readDer, type Der } from './der.js';

export type PageCertificate = {
  /** DER. */
  whole: Uint8Array;
  /** `UID` values of the subject (`CCCD:…`, `MST:…`) and its common name. */
  uids: string[]; commonName: string;
  /** Issuer's name and serial number, DER, which is how a CMS names its certificate. */
  issuer: Uint8Array; serial: Uint8Array;
  /** Extended key usages, dotted. */
  usages: string[];
  spki: Uint8Array; key: { kind: 'rsa' } | { kind: 'ec'; curve: 'P-256' | 'P-384' | 'P-521' };
};

const CURVES: Readonly<Record<string, 'P-256' | 'P-384' | 'P-521'>> = { '1.2.840.10045.3.1.7': 'P-256', '1.3.132.0.34': 'P-384', '1.3.132.0.35': 'P-521' };

/** @throws DerFault when it is no certificate with an RSA or NIST-curve key */
export function readCertificate(der: Uint8Array): PageCertificate {
  const all = derChildren(derChildren(readDer(der))[0]);
  const fields = all[0]?.tag === 0xa0 ? all.slice(1) : all;
  const [serial, , issuer, , subject, spki, ...rest] = fields;
  if (serial === undefined || issuer === undefined || subject === undefined || spki === undefined) throw new DerFault('certificate');
  const names = derChildren(subject).flatMap((relative) => derChildren(relative).map((attribute) => {
    const [type, value] = derChildren(attribute);
    return { type: oidOf(type), text: textOf(value) };
  }));
  const [algorithm, parameter] = derChildren(derChildren(spki)[0]);
  const kind = oidOf(algorithm);
  const curve = kind === '1.2.840.10045.2.1' ? CURVES[oidOf(parameter)] : undefined;
  if (kind !== '1.2.840.113549.1.1.1' && curve === undefined) throw new DerFault('key');
  return {
    uids: names.filter(({ type }) => type === '0.9.2342.19200300.100.1.1').map(({ text }) => text),
    commonName: names.find(({ type }) => type === '2.5.4.3')?.text ?? '',
    whole: der, issuer: issuer.whole, serial: serial.body, spki: spki.whole, usages: usagesIn(rest.find(({ tag }) => tag === 0xa3)),
    key: curve === undefined ? { kind: 'rsa' } : { kind: 'ec', curve },
  };
}

function usagesIn(extensions: Der | undefined): string[] {
  if (extensions === undefined) return [];
  const found = derChildren(derChildren(extensions)[0]).map((extension) => derChildren(extension)).find(([id]) => oidOf(id) === '2.5.29.37');
  const value = found?.at(-1);
  return value === undefined ? [] : derChildren(readDer(value.body)).map(oidOf);
}

function textOf(value: Der | undefined): string {
  if (value === undefined) return '';
  if (value.tag === 0x1e) return Array.from({ length: value.body.length / 2 }, (_, at) => String.fromCharCode((value.body[2 * at] ?? 0) * 256 + (value.body[2 * at + 1] ?? 0))).join('');
  return new TextDecoder().decode(value.body);
}

type Hash = 'SHA-256' | 'SHA-384' | 'SHA-512';
/** WebCrypto takes buffers that are its own; a view of another's is copied. */
export const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);
export const digestOf = async (bytes: Uint8Array, hash: Hash | 'SHA-1' = 'SHA-256'): Promise<Uint8Array> => new Uint8Array(await crypto.subtle.digest(hash, own(bytes)));

/** @param value PKCS#1 v1.5 for RSA, raw r‖s for an elliptic curve */
export async function signedWith({ spki, key }: PageCertificate, hash: Hash, bytes: Uint8Array, value: Uint8Array): Promise<boolean> {
  const algorithm = key.kind === 'rsa' ? { name: 'RSASSA-PKCS1-v1_5', hash } : { name: 'ECDSA', namedCurve: key.curve };
  const imported = await crypto.subtle.importKey('spki', own(spki), algorithm, false, ['verify']);
  return crypto.subtle.verify(key.kind === 'rsa' ? { name: 'RSASSA-PKCS1-v1_5' } : { name: 'ECDSA', hash }, imported, own(value), own(bytes));
}
