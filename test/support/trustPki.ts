import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { der } from '../../sandbox/trust/der.js';

/** Made-up hierarchies for tests of certificate paths, with every shape an authority can give a certificate or a list, lawful or not. */
export type Keys = { publicKey: KeyObject; privateKey: KeyObject };
export type Issued = { subject: Buffer; keys: Keys; serial: number; der: Buffer };

export const instant = (text: string): Date => new Date(`${text}T00:00:00Z`);

const pairs = new Map<string, Keys>();

export function keysOf(purpose: string, bits?: number): Keys {
  const name = `${purpose} ${bits ?? 'p256'}`;
  const made = pairs.get(name) ?? (bits === undefined ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' }) : generateKeyPairSync('rsa', { modulusLength: bits }));
  pairs.set(name, made);
  return made;
}

const attribute = (oid: string, value: Buffer): Buffer => der.set(der.sequence(der.oid(oid), value));
export const nameOf = (commonName: string, organisation = 'Thử nghiệm'): Buffer =>
  der.sequence(attribute('2.5.4.6', der.printable('VN')), attribute('2.5.4.10', der.utf8(organisation)), attribute('2.5.4.3', der.utf8(commonName)));

export const extension = (oid: string, value: Buffer, critical = false): Buffer => der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octets(value));
const number = (value: number): Buffer => der.integer(Buffer.from([value >>> 16, (value >>> 8) & 0xff, value & 0xff]));

/** KeyUsage with the named bits. */
export function usage(...bits: number[]): Buffer {
  const top = Math.max(...bits);
  const bytes = Buffer.alloc((top >> 3) + 1);
  for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] as number) | (0x80 >> (bit & 7));
  return extension('2.5.29.15', der.bits(bytes, 7 - (top & 7)), true);
}

export const purposes = (oids: readonly string[], critical = false): Buffer => extension('2.5.29.37', der.sequence(...oids.map(der.oid)), critical);
export const policies = (...oids: string[]): Buffer => extension('2.5.29.32', der.sequence(...oids.map((oid) => der.sequence(der.oid(oid)))));
const keyId = ({ publicKey }: Keys): Buffer => createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest().subarray(0, 20);

export type CertificateOptions = {
  keys?: Keys;
  serial?: number;
  from?: Date;
  to?: Date;
  authority?: boolean;
  pathLength?: number;
  /** Instead of the usual key usage. */
  usage?: Buffer;
  more?: readonly Buffer[];
  hash?: 'sha256' | 'sha1';
};

const SIGNATURES: Readonly<Record<string, string>> = { 'ec sha256': '1.2.840.10045.4.3.2', 'ec sha1': '1.2.840.10045.4.1', 'rsa sha256': '1.2.840.113549.1.1.11', 'rsa sha1': '1.2.840.113549.1.1.5' };

function signed(content: (algorithm: Buffer) => Buffer, key: KeyObject, hash: 'sha256' | 'sha1' = 'sha256'): Buffer {
  const algorithm = der.sequence(der.oid(SIGNATURES[`${key.asymmetricKeyType} ${hash}`] as string), ...(key.asymmetricKeyType === 'rsa' ? [der.nothing] : []));
  const bytes = content(algorithm);
  return der.sequence(bytes, algorithm, der.bits(sign(hash, bytes, key)));
}

let serials = 0x1000;

/** @param by null: self-signed */
export function issue(by: Issued | null, commonName: string, options: CertificateOptions = {}): Issued {
  const { keys = keysOf(commonName), serial = serials++, from = instant('2024-01-01'), to = instant('2034-01-01'), authority = false, pathLength, more = [], hash } = options;
  const subject = nameOf(commonName);
  const issuer = by ?? { subject, keys };
  const constraints = der.sequence(...(authority ? [der.boolean(true)] : []), ...(pathLength === undefined ? [] : [number(pathLength)]));
  const bytes = signed((algorithm) => der.sequence(
    der.explicit(0, number(2)), number(serial), algorithm, issuer.subject, der.sequence(der.time(from), der.time(to)), subject, keys.publicKey.export({ type: 'spki', format: 'der' }),
    der.explicit(3, der.sequence(
      ...(authority ? [extension('2.5.29.19', constraints, true)] : []),
      options.usage ?? (authority ? usage(5, 6) : usage(0, 1)),
      extension('2.5.29.14', der.octets(keyId(keys))),
      extension('2.5.29.35', der.sequence(der.implicit(0, keyId(issuer.keys)))),
      ...more,
    )),
  ), issuer.keys.privateKey, hash);
  return { subject, keys, serial, der: bytes };
}

export const authority = (by: Issued | null, commonName: string, options: CertificateOptions = {}): Issued => issue(by, commonName, { authority: true, ...options });

export type Entry = { certificate: Issued; at: Date; reason?: number; invalidFrom?: Date; issuer?: Buffer; more?: Buffer[] };
export type ListOptions = { from?: Date; to?: Date | null; number?: number; base?: number; keys?: Keys; more?: readonly Buffer[]; hash?: 'sha256' | 'sha1' };

export function list(by: Issued, entries: readonly Entry[] = [], options: ListOptions = {}): Buffer {
  const { from = instant('2026-06-01'), to = instant('2026-07-01'), number: own = 1, base, keys = by.keys, more = [], hash } = options;
  return signed((algorithm) => der.sequence(
    number(1), algorithm, by.subject, der.time(from), ...(to === null ? [] : [der.time(to)]),
    ...(entries.length === 0 ? [] : [der.sequence(...entries.map(entryOf))]),
    der.explicit(0, der.sequence(
      extension('2.5.29.35', der.sequence(der.implicit(0, keyId(keys)))), extension('2.5.29.20', number(own)),
      ...(base === undefined ? [] : [extension('2.5.29.27', number(base), true)]), ...more,
    )),
  ), keys.privateKey, hash);
}

function entryOf({ certificate, at, reason, invalidFrom, issuer, more = [] }: Entry): Buffer {
  const extensions = [
    ...(reason === undefined ? [] : [extension('2.5.29.21', der.enumerated(reason))]),
    ...(invalidFrom === undefined ? [] : [extension('2.5.29.24', der.generalizedTime(invalidFrom))]),
    ...(issuer === undefined ? [] : [extension('2.5.29.29', der.sequence(der.explicit(4, issuer)), true)]),
    ...more,
  ];
  return der.sequence(number(certificate.serial), der.time(at), ...(extensions.length === 0 ? [] : [der.sequence(...extensions)]));
}

/** Issuing distribution point with one flag ([1] users, [2] authorities, [4] indirect, [5] attributes) or some reasons. */
export const scope = (...fields: Buffer[]): Buffer => extension('2.5.29.28', der.sequence(...fields), true);
export const scopeFlag = (place: number): Buffer => der.implicit(place, Buffer.from([0xff]));
export const someReasons = (place: number, ...bits: number[]): Buffer => {
  const bytes = Buffer.alloc(2);
  for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] as number) | (0x80 >> (bit & 7));
  const used = Math.max(...bits) > 7 ? bytes : bytes.subarray(0, 1);
  return der.implicit(place, Buffer.concat([Buffer.from([7 - (Math.max(...bits) & 7)]), used]));
};
/** A certificate's pointer to lists of another issuer. */
export const listsBy = (issuer: Buffer): Buffer => extension('2.5.29.31', der.sequence(der.sequence(der.explicit(2, der.explicit(4, issuer)))));

export const pem = (label: 'CERTIFICATE' | 'X509 CRL', ...bytes: Buffer[]): string =>
  bytes.map((one) => `-----BEGIN ${label}-----\n${one.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`).join('');
