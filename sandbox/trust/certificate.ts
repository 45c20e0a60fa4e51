import { createHash, createPublicKey, generateKeyPair, randomBytes, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { der } from './der.js';

export type KeyPair = { publicKey: KeyObject; privateKey: KeyObject };

export type Subject = {
  commonName: string;
  /** `CCCD:…` of a person, `MST:…` of an organisation (spec §3.1). */
  uid?: string;
  organisation?: string;
};

export type IssuedCertificate = {
  der: Buffer;
  pem: string;
  /** SHA-256 of the DER, lower-case hex. */
  fingerprint: string;
  /** Lower-case hex. */
  serial: string;
};

export type Issuer = { subject: Subject; privateKey: KeyObject };

/** What a certificate is for: `authority` signs itself, `signer` signs documents, the others answer for their authority. */
export type CertificateUse = 'authority' | 'signer' | 'timestamp' | 'ocsp';

export const OID = {
  commonName: '2.5.4.3',
  country: '2.5.4.6',
  organisation: '2.5.4.10',
  uid: '0.9.2342.19200300.100.1.1',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  crlDistributionPoints: '2.5.29.31',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
} as const;

const VALIDITY = {
  authority: { from: new Date('2024-01-01T00:00:00+07:00'), to: new Date('2044-01-01T00:00:00+07:00') },
  other: { from: new Date('2025-01-01T00:00:00+07:00'), to: new Date('2028-01-01T00:00:00+07:00') },
} as const;

/** On the thread pool, so that many can be made at once without holding the event loop. */
export const generateRsa = (modulusLength: 2048 | 3072): Promise<KeyPair> => promisify(generateKeyPair)('rsa', { modulusLength });
/** P-256: made in a moment, which keeps the start of the sandbox short. */
export const generateEc = (): Promise<KeyPair> => promisify(generateKeyPair)('ec', { namedCurve: 'prime256v1' });

export type CertificateInput = {
  subject: Subject; publicKey: KeyObject; issuer: Issuer; use: CertificateUse;
  /** Overrides the usual years, for certificates that have run out. */
  validity?: { from: Date; to: Date };
  /** Written as the distribution point; the hub must never call it, whatever it says. */
  crlAddress?: string;
};

/** An X.509 version 3 certificate, signed by the issuer's key with SHA-256. */
export async function issueCertificate({ subject, publicKey, issuer, use, validity, crlAddress }: CertificateInput): Promise<IssuedCertificate> {
  // 16 random bytes; the first is kept in 0x40–0x7f so that the number is positive and always of full length.
  const serial = randomBytes(16);
  serial[0] = 0x40 | ((serial[0] ?? 0) & 0x3f);
  const { from, to } = validity ?? VALIDITY[use === 'authority' ? 'authority' : 'other'];
  const algorithm = signatureAlgorithm(issuer.privateKey);
  const toBeSigned = der.sequence(
    der.explicit(0, der.integer(Buffer.from([2]))),
    der.integer(serial),
    algorithm,
    name(issuer.subject),
    der.sequence(der.time(from), der.time(to)),
    name(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der.explicit(3, der.sequence(
      extension(OID.basicConstraints, true, der.sequence(...(use === 'authority' ? [der.boolean(true)] : []))),
      extension(OID.keyUsage, true, KEY_USAGES[use]),
      ...purposes(use),
      extension(OID.subjectKeyIdentifier, false, der.octets(keyIdentifier(publicKey))),
      authorityKeyIdentifier(issuer.privateKey),
      ...(crlAddress === undefined ? [] : [distributionPoint(crlAddress)]),
    )),
  );
  const certificate = der.sequence(toBeSigned, algorithm, der.bits(await signed(toBeSigned, issuer.privateKey)));
  return {
    der: certificate,
    pem: pem('CERTIFICATE', certificate),
    fingerprint: createHash('sha256').update(certificate).digest('hex'),
    serial: serial.toString('hex'),
  };
}

export const pem = (label: string, bytes: Buffer): string => `-----BEGIN ${label}-----\n${bytes.toString('base64').replace(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`;

/** ECDSA's identifier has no parameters, RSA's has NULL (RFC 5758 §3.2, RFC 4055 §5). */
export const signatureAlgorithm = ({ asymmetricKeyType }: KeyObject): Buffer =>
  (asymmetricKeyType === 'ec' ? der.sequence(der.oid(OID.ecdsaWithSha256)) : der.sequence(der.oid(OID.sha256WithRsa), der.nothing));

export const signed = (bytes: Buffer, key: KeyObject): Promise<Buffer> => new Promise((resolve, reject) => {
  sign('sha256', bytes, key, (error, signature) => (error === null ? resolve(signature) : reject(error)));
});

/** Bits of RFC 5280 §4.2.1.3: digitalSignature 0, nonRepudiation 1, keyCertSign 5, cRLSign 6. */
const KEY_USAGES = {
  authority: der.bits(Buffer.from([0b0000_0110]), 1),
  signer: der.bits(Buffer.from([0b1100_0000]), 6),
  timestamp: der.bits(Buffer.from([0b1100_0000]), 6),
  ocsp: der.bits(Buffer.from([0b1000_0000]), 7),
} as const satisfies Record<CertificateUse, Buffer>;

/** A time-stamp's certificate must have this purpose alone, and critical (RFC 3161 §2.3). */
function purposes(use: CertificateUse): Buffer[] {
  if (use === 'timestamp') return [extension(OID.extendedKeyUsage, true, der.sequence(der.oid(OID.timeStamping)))];
  // Nobody is told to look up the responder's own revocation (RFC 6960 §4.2.2.2.1): whom would he ask?
  return use === 'ocsp' ? [extension(OID.extendedKeyUsage, false, der.sequence(der.oid(OID.ocspSigning))), extension(OID.ocspNoCheck, false, der.nothing)] : [];
}

export const extension = (oid: string, critical: boolean, value: Buffer): Buffer =>
  der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octets(value));

export const authorityKeyIdentifier = (issuerKey: KeyObject): Buffer =>
  extension(OID.authorityKeyIdentifier, false, der.sequence(der.implicit(0, keyIdentifier(createPublicKey(issuerKey)))));

const distributionPoint = (address: string): Buffer =>
  extension(OID.crlDistributionPoints, false, der.sequence(der.sequence(der.explicit(0, der.explicit(0, der.implicit(6, Buffer.from(address, 'latin1')))))));

export const name = ({ commonName, uid, organisation }: Subject): Buffer => der.sequence(
  relative(OID.country, der.printable('VN')),
  ...(organisation === undefined ? [] : [relative(OID.organisation, der.utf8(organisation))]),
  relative(OID.commonName, der.utf8(commonName)),
  ...(uid === undefined ? [] : [relative(OID.uid, der.utf8(uid))]),
);

const relative = (oid: string, value: Buffer): Buffer => der.set(der.sequence(der.oid(oid), value));

/** SHA-1 of the key's bits, RFC 5280 §4.2.1.2 (1): a name for the key, not a protection. */
export function keyIdentifier(publicKey: KeyObject): Buffer {
  const [, bits] = elements(contentOf(publicKey.export({ type: 'spki', format: 'der' })));
  // The first byte says how many bits of the last one do not count: none.
  return createHash('sha1').update(contentOf(bits as Buffer).subarray(1)).digest();
}

/** The content of the DER value at the start of `bytes`. */
function contentOf(bytes: Buffer): Buffer {
  const first = bytes[1] as number;
  const long = first < 0x80 ? 0 : first & 0x7f;
  const length = long === 0 ? first : bytes.readUIntBE(2, long);
  return bytes.subarray(2 + long, 2 + long + length);
}

function elements(content: Buffer): Buffer[] {
  if (content.length === 0) return [];
  const inner = contentOf(content);
  const end = inner.byteOffset - content.byteOffset + inner.length;
  return [content.subarray(0, end), ...elements(content.subarray(end))];
}
