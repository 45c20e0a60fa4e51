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
  pem: string;
  /** SHA-256 of the DER, lower-case hex. */
  fingerprint: string;
  /** Lower-case hex. */
  serial: string;
};

export type Issuer = { subject: Subject; privateKey: KeyObject };

const OID = {
  commonName: '2.5.4.3',
  country: '2.5.4.6',
  organisation: '2.5.4.10',
  uid: '0.9.2342.19200300.100.1.1',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
} as const;

const VALIDITY = {
  authority: { from: new Date('2024-01-01T00:00:00+07:00'), to: new Date('2044-01-01T00:00:00+07:00') },
  holder: { from: new Date('2025-01-01T00:00:00+07:00'), to: new Date('2028-01-01T00:00:00+07:00') },
} as const;

/** On the thread pool, so that many can be made at once without holding the event loop. */
export const generateRsa = (modulusLength: 2048 | 3072): Promise<KeyPair> => promisify(generateKeyPair)('rsa', { modulusLength });

/** An X.509 version 3 certificate: a root when the subject signs itself, else for signing documents only. */
export async function issueCertificate(subject: Subject, publicKey: KeyObject, issuer: Issuer): Promise<IssuedCertificate> {
  const kind = issuer.subject === subject ? 'authority' : 'holder';
  // 16 random bytes; the first is kept in 0x40–0x7f so that the number is positive and always of full length.
  const serial = randomBytes(16);
  serial[0] = 0x40 | ((serial[0] ?? 0) & 0x3f);
  const algorithm = der.sequence(der.oid(OID.sha256WithRsa), der.nothing);
  const toBeSigned = der.sequence(
    der.explicit(0, der.integer(Buffer.from([2]))),
    der.integer(serial),
    algorithm,
    name(issuer.subject),
    der.sequence(der.time(VALIDITY[kind].from), der.time(VALIDITY[kind].to)),
    name(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der.explicit(3, der.sequence(
      extension(OID.basicConstraints, true, der.sequence(...(kind === 'authority' ? [der.boolean(true)] : []))),
      extension(OID.keyUsage, true, kind === 'authority' ? KEY_CERT_SIGN : DIGITAL_SIGNATURE_AND_NON_REPUDIATION),
      extension(OID.subjectKeyIdentifier, false, der.octets(keyIdentifier(publicKey))),
      extension(OID.authorityKeyIdentifier, false, der.sequence(der.implicit(0, keyIdentifier(createPublicKey(issuer.privateKey))))),
    )),
  );
  const signature = await new Promise<Buffer>((resolve, reject) => {
    sign('sha256', toBeSigned, issuer.privateKey, (error, bytes) => (error === null ? resolve(bytes) : reject(error)));
  });
  const certificate = der.sequence(toBeSigned, algorithm, der.bits(signature));
  return {
    pem: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    fingerprint: createHash('sha256').update(certificate).digest('hex'),
    serial: serial.toString('hex'),
  };
}

/** digitalSignature (bit 0) and nonRepudiation (bit 1). */
const DIGITAL_SIGNATURE_AND_NON_REPUDIATION = der.bits(Buffer.from([0b1100_0000]), 6);
/** keyCertSign (bit 5) and cRLSign (bit 6). */
const KEY_CERT_SIGN = der.bits(Buffer.from([0b0000_0110]), 1);

const extension = (oid: string, critical: boolean, value: Buffer): Buffer =>
  der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octets(value));

const name = ({ commonName, uid, organisation }: Subject): Buffer => der.sequence(
  relative(OID.country, der.printable('VN')),
  ...(organisation === undefined ? [] : [relative(OID.organisation, der.utf8(organisation))]),
  relative(OID.commonName, der.utf8(commonName)),
  ...(uid === undefined ? [] : [relative(OID.uid, der.utf8(uid))]),
);

const relative = (oid: string, value: Buffer): Buffer => der.set(der.sequence(der.oid(oid), value));

/** SHA-1 of the key's bits, RFC 5280 §4.2.1.2 (1): a name for the key, not a protection. */
function keyIdentifier(publicKey: KeyObject): Buffer {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  // The BIT STRING is the last element; of an RSA key of 2048 or 3072 bits it starts after a header of 24 bytes.
  return createHash('sha1').update(spki.subarray(24)).digest();
}
