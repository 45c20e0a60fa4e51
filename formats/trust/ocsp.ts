import { createHash } from 'node:crypto';
import { readPathCertificate, type PathCertificate } from './certificate.js';
import type { Revocation } from './crl.js';
import { contextTag, Der, DerFault, TAG } from './der.js';
import { readExtensions, type Extensions } from './extensions.js';
import { comparableName } from './names.js';
import { signatureScheme } from './strength.js';

/** What a responder says of one certificate (RFC 6960 §4.2.1). Times in milliseconds. */
export type OcspStatement = {
  /** Node's name of the hash by which the issuer is named. */
  hash: string;
  issuerNameHash: Buffer;
  issuerKeyHash: Buffer;
  /** Two's complement hex, as a certificate's. */
  serial: string;
  status: 'good' | 'revoked' | 'unknown';
  /** Of a revoked one. */
  revocation: Revocation | null;
  thisUpdate: number;
  /** null: newer knowledge is to be had at any time. */
  nextUpdate: number | null;
  /** Since when the responder keeps answers about expired certificates; null: it may have forgotten them. */
  archiveCutoff: number | null;
};

/** A responder's signed answer. Nothing in it is believed before `judgeAnswers` has found its signer entitled. */
export type OcspAnswer = {
  der: Buffer;
  /** Hex SHA-256. */
  digest: string;
  /** By name in comparable form, or by the SHA-1 of its key's bits. */
  responder: { name: string } | { keyHash: Buffer };
  producedAt: number;
  statements: readonly OcspStatement[];
  /** Sent along: of a responder that is not the authority itself. */
  certificates: readonly PathCertificate[];
  /** As it was sent; null when the answer carries none. */
  nonce: Buffer | null;
  /** What `signature` signs, and the algorithm as DER. */
  signed: Buffer;
  algorithm: Der;
  signature: Buffer;
};

const OID = { basic: '1.3.6.1.5.5.7.48.1.1', nonce: '1.3.6.1.5.5.7.48.1.2', archiveCutoff: '1.3.6.1.5.5.7.48.1.6', invalidityDate: '2.5.29.24' } as const;
const UNDERSTOOD: ReadonlySet<string> = new Set([OID.nonce, OID.archiveCutoff, OID.invalidityDate]);

/** Only names: SHA-1 here tells which authority is meant, the signature on the answer proves it (RFC 6960 §4.3). */
const HASHES: Readonly<Record<string, string>> = { '1.3.14.3.2.26': 'sha1', '2.16.840.1.101.3.4.2.1': 'sha256', '2.16.840.1.101.3.4.2.2': 'sha384', '2.16.840.1.101.3.4.2.3': 'sha512' };

/** An answer about a batch of ours names few certificates, and brings one of its own and perhaps its authority's. */
const MOST_STATEMENTS = 64;
const MOST_CERTIFICATES = 4;

const SUCCESSFUL = 0n;

/** @returns null for bytes that are no successful answer in DER, are signed weakly, or hold a critical extension we do not know */
export function readOcsp(der: Uint8Array): OcspAnswer | null {
  try {
    return read(der);
  } catch (fault) {
    if (fault instanceof DerFault) return null;
    throw fault;
  }
}

function read(bytes: Uint8Array): OcspAnswer {
  const [status, wrapped, ...more] = Der.read(bytes).sequence();
  if (status?.expect(TAG.enumerated).natural() !== SUCCESSFUL || wrapped?.tag !== contextTag(0) || more.length > 0) throw new DerFault('answer');
  const [type, octets, ...others] = only(wrapped).sequence();
  if (type?.expect(TAG.oid).oid() !== OID.basic || octets === undefined || others.length > 0) throw new DerFault('answer of another kind');
  const [data, algorithm, signature, certificates, ...rest] = octets.inside().sequence();
  if (data === undefined || algorithm === undefined || signature === undefined || rest.length > 0 || (certificates !== undefined && certificates.tag !== contextTag(0))) throw new DerFault('answer');
  if (signatureScheme(algorithm) === null) throw new DerFault('weak algorithm');
  const sent = certificates === undefined ? [] : only(certificates).sequence();
  if (sent.length > MOST_CERTIFICATES) throw new DerFault('too many certificates');
  return {
    der: Buffer.from(bytes), digest: createHash('sha256').update(bytes).digest('hex'), ...readData(data),
    certificates: sent.flatMap(({ whole }) => readPathCertificate(whole) ?? []), signed: data.whole, algorithm, signature: signature.bitBytes(),
  };
}

function readData(data: Der): Pick<OcspAnswer, 'responder' | 'producedAt' | 'statements' | 'nonce'> {
  const fields = data.sequence();
  // Version 1 is the default, and there is no other.
  if (fields[0]?.tag === contextTag(0) && only(fields.shift() as Der).natural() !== 0n) throw new DerFault('version');
  const [responder, producedAt, list, wrapped, ...more] = fields;
  if (responder === undefined || producedAt === undefined || list === undefined || more.length > 0 || (wrapped !== undefined && wrapped.tag !== contextTag(1))) throw new DerFault('answer');
  const extensions = understood(wrapped);
  const nonce = extensions.get(OID.nonce)?.octets.inside().body;
  const statements = list.sequence();
  if (statements.length > MOST_STATEMENTS) throw new DerFault('too many statements');
  return { responder: readResponder(responder), producedAt: instantOf(producedAt), statements: statements.map(readStatement), nonce: nonce === undefined ? null : Buffer.from(nonce) };
}

function readResponder(responder: Der): OcspAnswer['responder'] {
  switch (responder.tag) {
    case contextTag(1): return { name: comparableName(only(responder)) };
    case contextTag(2): return { keyHash: Buffer.from(only(responder).expect(TAG.octetString).body) };
    default: throw new DerFault('responder');
  }
}

function readStatement(statement: Der): OcspStatement {
  const [id, status, thisUpdate, ...rest] = statement.sequence();
  const next = rest[0]?.tag === contextTag(0) ? rest.shift() : undefined;
  const wrapped = rest[0]?.tag === contextTag(1) ? rest.shift() : undefined;
  if (id === undefined || status === undefined || thisUpdate === undefined || rest.length > 0) throw new DerFault('statement');
  const [algorithm, nameHash, keyHash, serial, ...more] = id.sequence();
  const hash = HASHES[algorithm?.sequence()[0]?.oid() ?? ''];
  if (hash === undefined || nameHash === undefined || keyHash === undefined || serial === undefined || more.length > 0) throw new DerFault('certificate id');
  const extensions = understood(wrapped);
  const date = (oid: string): number | null => { const found = extensions.get(oid)?.octets.inside(); return found === undefined ? null : instantOf(found); };
  return {
    hash, issuerNameHash: nameHash.expect(TAG.octetString).body, issuerKeyHash: keyHash.expect(TAG.octetString).body, serial: serial.expect(TAG.integer).integerHex(),
    ...readStatus(status, date(OID.invalidityDate)),
    thisUpdate: instantOf(thisUpdate), nextUpdate: next === undefined ? null : instantOf(only(next)), archiveCutoff: date(OID.archiveCutoff),
  };
}

function readStatus(status: Der, invalidFrom: number | null): Pick<OcspStatement, 'status' | 'revocation'> {
  switch (status.tag) {
    case contextTag(0, 'primitive'): return { status: 'good', revocation: null };
    case contextTag(2, 'primitive'): return { status: 'unknown', revocation: null };
    case contextTag(1): {
      const [at, reason, ...more] = status.children();
      if (at === undefined || more.length > 0 || (reason !== undefined && reason.tag !== contextTag(0))) throw new DerFault('revocation');
      return { status: 'revoked', revocation: { revokedAt: instantOf(at), invalidFrom, reason: reason === undefined ? 0 : Number(only(reason).expect(TAG.enumerated).natural()) } };
    }
    default: throw new DerFault('status');
  }
}

/** RFC 6960 §4.2.2.1: GeneralizedTime, and no other. */
const instantOf = (value: Der): number => value.expect(TAG.generalizedTime).time();

function understood(wrapped: Der | undefined): Extensions {
  const extensions: Extensions = wrapped === undefined ? new Map() : readExtensions(only(wrapped));
  if ([...extensions].some(([oid, { critical }]) => critical && !UNDERSTOOD.has(oid))) throw new DerFault('critical extension');
  return extensions;
}

function only(wrapped: Der): Der {
  const [child, ...more] = wrapped.children();
  if (child === undefined || more.length > 0) throw new DerFault('answer');
  return child;
}
