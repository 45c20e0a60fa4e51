import { createPublicKey, generateKeyPairSync, randomBytes, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { keyIdentifier } from '../../sandbox/trust/certificate.js';
import { der } from '../../sandbox/trust/der.js';

/** Made-up certificate authorities, persons and schools for tests; nothing here is or resembles a real one. */
export type Authority = { name: Buffer; key: KeyObject; certificate: X509Certificate };
export type Signer = { key: KeyObject; certificate: X509Certificate; der: Buffer };
export type KeyKind = 'rsa' | 'rsa-1024' | 'p256' | 'p384' | 'p521';
const CURVES = { p256: 'prime256v1', p384: 'secp384r1', p521: 'secp521r1' } as const;
export type IssueOptions = { commonName?: string; notBefore?: Date; notAfter?: Date; keyKind?: KeyKind; ca?: boolean; /** A second UID in the subject. */ extraUid?: string; /** As an extended key usage, for web servers and nothing else. */ serverOnly?: boolean };

export const NOT_BEFORE = new Date('2025-01-01T00:00:00Z');
export const NOT_AFTER = new Date('2028-01-01T00:00:00Z');

/** Key pairs cost most of a test's time: one per purpose and process. */
const keyPairs = new Map<string, { publicKey: KeyObject; privateKey: KeyObject }>();

export function keyPair(purpose: string, kind: KeyKind = 'rsa'): { publicKey: KeyObject; privateKey: KeyObject } {
  const name = `${kind} ${purpose}`;
  const known = keyPairs.get(name);
  if (known !== undefined) return known;
  const made = kind === 'rsa' || kind === 'rsa-1024'
    ? generateKeyPairSync('rsa', { modulusLength: kind === 'rsa' ? 2048 : 1024 })
    : generateKeyPairSync('ec', { namedCurve: CURVES[kind] });
  keyPairs.set(name, made);
  return made;
}

/** A self-signed authority. Two with one name and two purposes are look-alikes: same name, other key. */
export function authority(commonName = 'CA thử nghiệm', purpose = commonName, uid = ''): Authority {
  const { privateKey, publicKey } = keyPair(`ca ${purpose}`);
  const name = distinguishedName(commonName, uid);
  const bytes = certificate({ issuer: name, issuerKey: privateKey, subject: name, publicKey, notBefore: NOT_BEFORE, notAfter: NOT_AFTER, ca: true });
  return { name, key: privateKey, certificate: new X509Certificate(bytes) };
}

/** A certificate whose subject has `uid`; '' leaves it out. */
export function issue(by: Authority, uid: string, options: IssueOptions = {}): Signer {
  const { commonName = 'Người ký thử nghiệm', notBefore = NOT_BEFORE, notAfter = NOT_AFTER, keyKind = 'rsa', ca = false, extraUid = '', serverOnly = false } = options;
  const { privateKey, publicKey } = keyPair(`signer ${uid}${ca ? ` ${commonName}` : ''}`, keyKind);
  const bytes = certificate({ issuer: by.name, issuerKey: by.key, subject: distinguishedName(commonName, uid, extraUid), publicKey, notBefore, notAfter, ca, serverOnly });
  return { key: privateKey, certificate: new X509Certificate(bytes), der: bytes };
}

export const person = (by: Authority, personalNumber: string, options: IssueOptions = {}): Signer => issue(by, `CCCD:${personalNumber}`, options);
export const organisation = (by: Authority, taxCode: string, options: IssueOptions = {}): Signer =>
  issue(by, `MST:${taxCode}`, { commonName: 'Trường Tiểu học Thử Nghiệm', ...options });

/** An authority between a root and its signers. */
export function intermediate(by: Authority, commonName: string): Authority {
  const { key, certificate } = issue(by, '', { commonName, ca: true });
  return { name: distinguishedName(commonName), key, certificate };
}

const attribute = (oid: string, value: Buffer): Buffer => der.set(der.sequence(der.oid(oid), value));

const distinguishedName = (commonName: string, ...uids: readonly string[]): Buffer => der.sequence(
  attribute('2.5.4.6', der.printable('VN')),
  attribute('2.5.4.3', der.utf8(commonName)),
  ...uids.filter((uid) => uid !== '').map((uid) => attribute('0.9.2342.19200300.100.1.1', der.utf8(uid))),
);

type Content = { issuer: Buffer; issuerKey: KeyObject; subject: Buffer; publicKey: KeyObject; notBefore: Date; notAfter: Date; ca: boolean; serverOnly?: boolean };

function certificate({ issuer, issuerKey, subject, publicKey, notBefore, notAfter, ca, serverOnly = false }: Content): Buffer {
  const algorithm = der.sequence(der.oid('1.2.840.113549.1.1.11'), der.nothing);
  const extension = (oid: string, value: Buffer): Buffer => der.sequence(der.oid(oid), der.boolean(true), der.octets(value));
  const content = der.sequence(
    der.explicit(0, der.integer(Buffer.from([2]))), der.integer(Buffer.concat([Buffer.from([0x41]), randomBytes(11)])), algorithm, issuer,
    der.sequence(der.time(notBefore), der.time(notAfter)), subject, publicKey.export({ type: 'spki', format: 'der' }),
    der.explicit(3, der.sequence(
      extension('2.5.29.19', der.sequence(...(ca ? [der.boolean(true)] : []))),
      extension('2.5.29.15', der.bits(Buffer.from([ca ? 0b0000_0110 : 0b1100_0000]), ca ? 1 : 6)),
      der.sequence(der.oid('2.5.29.35'), der.octets(der.sequence(der.implicit(0, keyIdentifier(createPublicKey(issuerKey)))))),
      ...(serverOnly ? [extension('2.5.29.37', der.sequence(der.oid('1.3.6.1.5.5.7.3.1')))] : []),
      ...(ca ? [der.sequence(der.oid('2.5.29.14'), der.octets(der.octets(keyIdentifier(publicKey))))] : []),
    )),
  );
  return der.sequence(content, algorithm, der.bits(sign('sha256', content, issuerKey)));
}
