import { createHash, X509Certificate, type KeyObject } from 'node:crypto';
import { subjectName, subjectOf, type SubjectAttribute } from './subject.js';

/** What a signature needs to know of a certificate; read once per certificate and kept, as a batch signs many cards with one. */
export type CertificateFacts = {
  certificate: X509Certificate;
  publicKey: KeyObject;
  /** Base64 of the DER bytes, one line. */
  base64: string;
  /** RFC 4514 form, for X509SubjectName: shown to people, never compared (spec §3.1). */
  subjectName: string;
  /** Lower-case hex SHA-256 of the DER bytes. */
  fingerprint: string;
  /** Whom the certificate names: a person by UID=CCCD:…, an organisation by UID=MST:…; `unnamed` when neither or both. */
  holder: { kind: 'person'; personalNumber: string } | { kind: 'organisation'; taxCode: string } | { kind: 'unnamed' };
  algorithm: KeyAlgorithm | null;
};

export type KeyAlgorithm = 'rsa' | 'ecdsa';

const KEPT = 512;
const kept = new Map<string, CertificateFacts>();

/**
 * @param der exact DER bytes
 * @returns null when they are not one certificate, or not in its only encoding (bytes left over)
 */
export function certificateFacts(der: Uint8Array): CertificateFacts | null {
  const fingerprint = createHash('sha256').update(der).digest('hex');
  const known = kept.get(fingerprint);
  if (known !== undefined) return known;
  const certificate = parse(der);
  if (certificate === null) return null;
  const subject = subjectOf(certificate.raw);
  const facts: CertificateFacts = {
    certificate,
    publicKey: certificate.publicKey,
    base64: certificate.raw.toString('base64'),
    subjectName: subjectName(subject),
    fingerprint,
    holder: holderOf(subject),
    algorithm: algorithmOf(certificate.publicKey),
  };
  if (kept.size >= KEPT) kept.delete(kept.keys().next().value as string);
  kept.set(fingerprint, facts);
  return facts;
}

const keptByText = new Map<string, CertificateFacts>();

/** The same of the Base64 text of an X509Certificate: a batch repeats few of them many times. Null also when the text is not the only one for its bytes. */
export function certificateOfText(base64: string): CertificateFacts | null {
  const known = keptByText.get(base64);
  if (known !== undefined) return known;
  const facts = certificateFacts(Buffer.from(base64, 'base64'));
  if (facts === null || facts.base64 !== base64) return null;
  if (keptByText.size >= KEPT) keptByText.delete(keptByText.keys().next().value as string);
  keptByText.set(base64, facts);
  return facts;
}

function parse(der: Uint8Array): X509Certificate | null {
  try {
    const certificate = new X509Certificate(Buffer.from(der));
    // Reading the key here, so that an unknown kind of key is a refusal and not a surprise later.
    void certificate.publicKey.asymmetricKeyType;
    return certificate.raw.equals(der) ? certificate : null;
  } catch {
    // OpenSSL's own words say nothing a person could act on: the caller's code says which certificate could not be read.
    return null;
  }
}

const UID = '0.9.2342.19200300.100.1.1';

function holderOf(subject: readonly SubjectAttribute[][]): CertificateFacts['holder'] {
  const uids = subject.flat().flatMap(({ oid, value }) => (oid === UID && value !== null ? [value] : []));
  const persons = uids.flatMap((uid) => /^CCCD:(\d{12})$/.exec(uid)?.[1] ?? []);
  const organisations = uids.flatMap((uid) => /^MST:([\d-]{10,14})$/.exec(uid)?.[1] ?? []);
  if (persons.length === 1 && organisations.length === 0) return { kind: 'person', personalNumber: persons[0] as string };
  if (organisations.length === 1 && persons.length === 0) return { kind: 'organisation', taxCode: organisations[0] as string };
  return { kind: 'unnamed' };
}

/** RSA of 2048 bits or more, or ECDSA on P-256, P-384, P-521 (spec §3.1); null for every other key. */
function algorithmOf(key: KeyObject): KeyAlgorithm | null {
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === 'rsa') return (details?.modulusLength ?? 0) >= 2048 ? 'rsa' : null;
  if (key.asymmetricKeyType === 'ec') return ['prime256v1', 'secp384r1', 'secp521r1'].includes(details?.namedCurve ?? '') ? 'ecdsa' : null;
  return null;
}
