import { createHash } from 'node:crypto';
import { contextTag, Der, DerFault, TAG } from './der.js';
import { ALL_REASONS, comparableGeneralName, readPointNames } from './distributionPoint.js';
import { readExtensions, type Extensions } from './extensions.js';
import { comparableName } from './names.js';
import { signatureScheme } from './strength.js';

/** Which certificates a list speaks for (issuing distribution point, RFC 5280 §5.2.5). */
export type CrlScope = { names: ReadonlySet<string> | null; only: 'all' | 'users' | 'authorities' | 'attributes'; reasons: ReadonlySet<number>; indirect: boolean };

export type Revocation = { revokedAt: number; invalidFrom: number | null; reason: number };

export type Crl = {
  der: Buffer;
  /** Hex SHA-256. */
  digest: string;
  issuer: string;
  thisUpdate: number;
  nextUpdate: number;
  number: bigint | null;
  /** Of a delta list: the number of the complete list it starts from. */
  baseNumber: bigint | null;
  scope: CrlScope;
  /** The issuing distribution point and the authority key id to the byte: a delta belongs to the list that has the same. */
  family: string;
  /** From when expired certificates stay in the list; null: they may have left it. */
  keepsExpiredFrom: number | null;
  /**
   * By issuer, as an indirect list speaks of several, then by serial. Read when first asked for: a list may have 100,000 entries, and
   * where OpenSSL judges them nobody asks. null when one cannot be read or holds a critical extension we do not know.
   */
  entries(): CrlEntries | null;
  /** What `signature` signs, and the algorithm as DER. */
  signed: Buffer;
  algorithm: Der;
  signature: Buffer;
};

export type CrlEntries = ReadonlyMap<string, ReadonlyMap<string, Revocation>>;

/** CRLReason (RFC 5280 §5.3.1): the two that are not for good. */
export const REASON = { certificateHold: 6, removeFromCrl: 8 } as const;

const OID = {
  number: '2.5.29.20', reason: '2.5.29.21', invalidityDate: '2.5.29.24', deltaIndicator: '2.5.29.27', scope: '2.5.29.28',
  certificateIssuer: '2.5.29.29', keyId: '2.5.29.35', expiredCertsOnCrl: '2.5.29.60',
} as const;

/** Extensions whose meaning is applied here; any other that is critical makes the list unusable (RFC 5280 §5.2, §5.3). */
const UNDERSTOOD: ReadonlySet<string> = new Set(Object.values(OID));

/** @returns null for bytes that are no version 2 list in DER, that have no next update, a weak or unknown signature algorithm, or critical extensions we do not know */
export const readCrl = (der: Uint8Array): Crl | null => orNull(() => read(der));

function orNull<T>(reading: () => T): T | null {
  try {
    return reading();
  } catch (fault) {
    if (fault instanceof DerFault) return null;
    throw fault;
  }
}

function read(der: Uint8Array): Crl {
  const [content, algorithm, signature, ...more] = Der.read(der).sequence();
  if (content === undefined || algorithm === undefined || signature === undefined || more.length > 0) throw new DerFault('list');
  const [version, innerAlgorithm, issuerName, from, to, ...rest] = content.sequence();
  if (version?.tag !== TAG.integer || version.natural() !== 1n || innerAlgorithm === undefined || issuerName === undefined || from === undefined || to === undefined) throw new DerFault('list');
  if (!innerAlgorithm.whole.equals(algorithm.whole)) throw new DerFault('two algorithms');
  if (signatureScheme(algorithm) === null) throw new DerFault('weak algorithm');
  const revoked = rest[0]?.tag === TAG.sequence ? rest.shift() : undefined;
  const wrapped = rest[0]?.tag === contextTag(0) ? rest.shift() : undefined;
  if (rest.length > 0) throw new DerFault('list');
  const extensions = understood(wrapped === undefined ? new Map() : readExtensions(onlyChild(wrapped)));
  const issuer = comparableName(issuerName);
  const value = (oid: string): Der | undefined => extensions.get(oid)?.octets.inside();
  const scope = readScope(value(OID.scope), issuerName);
  let entries: CrlEntries | null | undefined;
  return {
    der: Buffer.from(der),
    digest: createHash('sha256').update(der).digest('hex'),
    issuer,
    thisUpdate: from.time(),
    nextUpdate: to.time(),
    number: value(OID.number)?.expect(TAG.integer).natural() ?? null,
    baseNumber: value(OID.deltaIndicator)?.expect(TAG.integer).natural() ?? null,
    scope,
    family: [OID.scope, OID.keyId].map((oid) => value(oid)?.whole.toString('hex') ?? '').join(' '),
    keepsExpiredFrom: value(OID.expiredCertsOnCrl)?.time() ?? null,
    entries: () => (entries === undefined ? (entries = orNull(() => readEntries(revoked, issuer, scope.indirect))) : entries),
    signed: content.whole,
    algorithm,
    signature: signature.bitBytes(),
  };
}

function onlyChild(wrapped: Der): Der {
  const [child, ...more] = wrapped.children();
  if (child === undefined || more.length > 0) throw new DerFault('list');
  return child;
}

function understood(extensions: Extensions): Extensions {
  if ([...extensions].some(([oid, { critical }]) => critical && !UNDERSTOOD.has(oid))) throw new DerFault('critical extension');
  return extensions;
}

function readScope(value: Der | undefined, issuer: Der): CrlScope {
  const fields = new Map((value?.sequence() ?? []).map((field) => [field.tag, field]));
  const flag = (number: number): boolean => fields.get(contextTag(number, 'primitive'))?.boolean() ?? false;
  const kinds = [...(flag(1) ? ['users' as const] : []), ...(flag(2) ? ['authorities' as const] : []), ...(flag(5) ? ['attributes' as const] : [])];
  if (kinds.length > 1) throw new DerFault('scope');
  const name = fields.get(contextTag(0));
  const reasons = fields.get(contextTag(3, 'primitive'));
  return {
    names: name === undefined ? null : readPointNames(name, [issuer]),
    only: kinds[0] ?? 'all',
    reasons: reasons === undefined ? ALL_REASONS : new Set([...reasons.bits()].filter((bit) => ALL_REASONS.has(bit))),
    indirect: flag(4),
  };
}

function readEntries(revoked: Der | undefined, listIssuer: string, indirect: boolean): CrlEntries {
  const entries = new Map<string, Map<string, Revocation>>();
  // Most entries say the same: a reason, and nothing else.
  const details = new Map<string, EntryDetails>();
  let issuer = listIssuer;
  for (const entry of revoked?.children() ?? []) {
    const [serial, at, wrapped, ...more] = entry.sequence();
    if (serial === undefined || at === undefined || more.length > 0) throw new DerFault('entry');
    const { reason, invalidFrom, named } = wrapped === undefined ? NO_DETAILS : remembered(details, wrapped);
    // An issuer once named holds for the entries after it (RFC 5280 §5.3.3); in a list that is not indirect it has no business.
    if (named !== null && !indirect) throw new DerFault('entry of another issuer');
    issuer = named ?? issuer;
    const revocation = { revokedAt: at.time(), invalidFrom, reason };
    const ofIssuer = entries.get(issuer) ?? new Map<string, Revocation>();
    entries.set(issuer, ofIssuer);
    const key = serial.expect(TAG.integer).integerHex();
    const earlier = ofIssuer.get(key);
    // Of two entries the one that says revoked from earlier on counts.
    if (earlier === undefined || effectiveFrom(revocation) < effectiveFrom(earlier)) ofIssuer.set(key, revocation);
  }
  return entries;
}

type EntryDetails = { reason: number; invalidFrom: number | null; named: string | null };
const NO_DETAILS: EntryDetails = { reason: 0, invalidFrom: null, named: null };

function remembered(details: Map<string, EntryDetails>, wrapped: Der): EntryDetails {
  const key = wrapped.whole.toString('latin1');
  const known = details.get(key) ?? readDetails(wrapped);
  details.set(key, known);
  return known;
}

function readDetails(wrapped: Der): EntryDetails {
  const extensions = understood(readExtensions(wrapped));
  const value = (oid: string): Der | undefined => extensions.get(oid)?.octets.inside();
  const issuer = value(OID.certificateIssuer)?.sequence().find(({ tag }) => tag === contextTag(4));
  if (issuer === undefined && extensions.has(OID.certificateIssuer)) throw new DerFault('entry of an unnamed issuer');
  return {
    reason: Number(value(OID.reason)?.expect(TAG.enumerated).natural() ?? 0n),
    invalidFrom: value(OID.invalidityDate)?.time() ?? null,
    named: issuer === undefined ? null : comparableGeneralName(issuer),
  };
}

/** From when a signature made with the certificate does not count. */
export const effectiveFrom = ({ revokedAt, invalidFrom }: Revocation): number => Math.min(revokedAt, invalidFrom ?? Infinity);
