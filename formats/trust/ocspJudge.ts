import { createHash } from 'node:crypto';
import type { PathCertificate } from './certificate.js';
import type { Revocation } from './crl.js';
import { unfitness } from './fitness.js';
import type { OcspAnswer, OcspStatement } from './ocsp.js';
import { isStrong, publicKeyOf, signatureHolds } from './strength.js';

/** A statement that counts: by whom it was made is settled. Newest first. */
export type BelievedStatement = { revocation: Revocation | null; thisUpdate: number; current: boolean };

/** Whom the statement is about: a certificate of a path, its issuer in that path, and from when on nothing the issuer signs counts. */
export type AnswerSubject = { certificate: PathCertificate; issuer: PathCertificate; issuerRevokedFrom: number; at: number };

/** What the judging of a responder's own certificate needs of whoever judges paths. */
export type ResponderPaths = {
  /** Its path at a time by OpenSSL, without regard to revocation; null when it has none. */
  pathAt(certificate: PathCertificate, at: number): Promise<PathCertificate[] | null>;
  /** Whether lists show that it was not revoked then. */
  notRevoked(path: readonly PathCertificate[], at: number): Promise<boolean>;
};

/** For a responder that says "newer at any time" instead of an end (RFC 6960 §4.2.2.1): as far as two clocks may differ (spec §3.1). */
const WITHOUT_END_MS = 5 * 60_000;

/**
 * What answers say of a certificate at a time. An answer counts when it names the certificate by its issuer's name and key and its number,
 * and is signed by that issuer itself or by a certificate that the issuer gave the purpose OCSPSigning (RFC 6960 §4.2.2.2), good at
 * `producedAt`. A delegate's own revocation must be shown by a list, unless the issuer wrote `ocsp-nocheck` into it.
 */
export async function believedStatements(answers: readonly OcspAnswer[], subject: AnswerSubject, paths: ResponderPaths): Promise<BelievedStatement[]> {
  const found: BelievedStatement[] = [];
  for (const answer of answers) {
    const statements = answer.statements.filter((one) => isAbout(one, subject));
    if (statements.length === 0 || !(await isEntitled(answer, subject, paths))) continue;
    for (const { status, revocation, thisUpdate, ...rest } of statements) {
      if (status !== 'unknown') found.push({ revocation, thisUpdate, current: speaksOf(subject, { thisUpdate, ...rest }) });
    }
  }
  return found.sort((one, other) => other.thisUpdate - one.thisUpdate);
}

function isAbout({ hash, issuerNameHash, issuerKeyHash, serial }: OcspStatement, { certificate, issuer }: AnswerSubject): boolean {
  const digest = (bytes: Uint8Array): Buffer => createHash(hash).update(bytes).digest();
  return serial === certificate.serial && issuerNameHash.equals(digest(certificate.issuerName)) && issuerKeyHash.equals(digest(issuer.keyBits));
}

/** In its window, or later and from before the certificate expired: afterwards a responder may have forgotten it. */
function speaksOf({ certificate: { notAfter }, at }: AnswerSubject, { thisUpdate, nextUpdate, archiveCutoff }: Pick<OcspStatement, 'thisUpdate' | 'nextUpdate' | 'archiveCutoff'>): boolean {
  if (thisUpdate <= at) return at < (nextUpdate ?? thisUpdate + WITHOUT_END_MS);
  return thisUpdate < notAfter || (archiveCutoff !== null && archiveCutoff <= notAfter);
}

async function isEntitled(answer: OcspAnswer, { issuer, issuerRevokedFrom }: AnswerSubject, paths: ResponderPaths): Promise<boolean> {
  const { producedAt } = answer;
  if (producedAt >= issuerRevokedFrom) return false;
  if (isResponder(issuer, answer) && signs(issuer, answer)) return true;
  for (const delegate of answer.certificates) {
    if (!isResponder(delegate, answer) || delegate.issuer !== issuer.subject || unfitness(delegate, 'ocsp') !== null || !isStrong(delegate) || !signs(delegate, answer)) continue;
    const path = await paths.pathAt(delegate, producedAt);
    // From the very same authority: another of its name, under whatever anchor, entitles nobody.
    if (path?.[1] === undefined || !path[1].keyBits.equals(issuer.keyBits) || path[1].subject !== issuer.subject) continue;
    if (delegate.needsNoStatus || await paths.notRevoked(path, producedAt)) return true;
  }
  return false;
}

const isResponder = ({ subject, keyBits }: PathCertificate, { responder }: OcspAnswer): boolean =>
  ('name' in responder ? responder.name === subject : responder.keyHash.equals(createHash('sha1').update(keyBits).digest()));

function signs({ x509, notBefore, notAfter }: PathCertificate, answer: OcspAnswer): boolean {
  const key = publicKeyOf(x509);
  return key !== null && notBefore <= answer.producedAt && answer.producedAt < notAfter && signatureHolds(answer, key);
}

/** The times at which what an answer says may change. */
export const datesOf = ({ statements }: OcspAnswer): number[] => statements.flatMap(({ thisUpdate, nextUpdate }) => [thisUpdate, nextUpdate ?? thisUpdate + WITHOUT_END_MS]);
