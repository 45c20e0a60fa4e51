import type { PathCertificate } from './certificate.js';
import type { PathCode } from './codes.js';
import { effectiveFrom, REASON, type Crl, type Revocation } from './crl.js';
import { ALL_REASONS, type DistributionPoint } from './distributionPoint.js';
import { KEY_USAGE } from './fitness.js';
import type { OcspAnswer } from './ocsp.js';
import { believedStatements, type BelievedStatement } from './ocspJudge.js';
import { publicKeyOf, signatureHolds } from './strength.js';

/** Milliseconds throughout. */
export type RevocationTerms = {
  at: number;
  crls: readonly Crl[];
  answers: readonly OcspAnswer[];
  /** Certificates that may have signed a list without standing in the path. */
  pool: readonly PathCertificate[];
  /** The path of such a signer at a time, without regard to revocation; null when it has none. */
  pathAt(signer: PathCertificate, at: number): Promise<PathCertificate[] | null>;
};

export type RevocationFinding = {
  /** null: no certificate of the path was revoked at that time, and the lists show it. */
  code: PathCode | null;
  /** When the certificate itself was revoked after that time. */
  revokedSince: number | null;
  /** Dates of entries that were compared with the time: another time between others of them may have another answer. */
  compared: number[];
};

/** A list's signer and the time from which on nothing it signs counts. */
type Signer = { certificate: PathCertificate; revokedFrom: number };

/** `told` null: not revoked, as far as `reasons` go. `current`: it speaks of the time in question by its silence too. */
type Statement = { told: Revocation | null; reasons: readonly number[]; thisUpdate: number; current: boolean };

type Judged = { state: 'good'; revokedFrom: number } | { state: 'revoked' } | { state: 'unproven'; code: PathCode };

/**
 * Whether a path held at an earlier time, by lists that may have been issued since (RFC 5280 §6.3.3, with each list's statement read as
 * of that time). A list speaks by silence when the time lies in its window, or when it is later and the certificate had not expired when
 * it was issued: afterwards entries may leave it. A revocation counts from its revocationDate or invalidityDate, the earlier of the two.
 * @param path from the certificate to its anchor
 */
export async function judgeRevocation(path: readonly PathCertificate[], terms: RevocationTerms): Promise<RevocationFinding> {
  return new RevocationJudge(terms, new Set()).judge(path);
}

class RevocationJudge {
  readonly compared: number[] = [];
  /** @param asked signers whose own path is being judged: a list cannot vouch for its own signer */
  constructor(private readonly terms: RevocationTerms, private readonly asked: ReadonlySet<string>) {}

  async judge(path: readonly PathCertificate[]): Promise<RevocationFinding> {
    // From the anchor down, as each authority's own revocation bounds what it may sign. The anchor itself is trusted, not checked.
    const anchor = path.at(-1) as PathCertificate;
    let signer: Signer = { certificate: anchor, revokedFrom: Infinity };
    for (const certificate of path.slice(0, -1).reverse()) {
      const judged = await this.judgeOne(certificate, signer, anchor.fingerprint);
      const isLeaf = certificate === path[0];
      if (judged.state !== 'good') return { code: judged.state === 'unproven' ? judged.code : isLeaf ? 'revoked' : 'issuer-revoked', revokedSince: null, compared: this.compared };
      signer = { certificate, revokedFrom: Math.min(judged.revokedFrom, signer.revokedFrom) };
    }
    return { code: null, revokedSince: Number.isFinite(signer.revokedFrom) ? signer.revokedFrom : null, compared: this.compared };
  }

  private async judgeOne(certificate: PathCertificate, authority: Signer, anchor: string): Promise<Judged> {
    const { statements, unusable } = await this.statementsAbout(certificate, authority, anchor);
    const proven = new Set<number>();
    let revokedFrom = Infinity;
    let held = false;
    for (const { told, current, reasons } of statements) {
      if (told !== null) this.compared.push(told.revokedAt, ...(told.invalidFrom === null ? [] : [told.invalidFrom]));
      const counts = told !== null && effectiveFrom(told) <= this.terms.at;
      if (told?.reason === REASON.certificateHold) {
        // A hold speaks while it stands: one that has run out may have been lifted, and a newer statement that is silent has lifted it.
        if (counts && current && proven.size < ALL_REASONS.size) held = true;
        if (counts || !current) continue;
      } else if (told !== null) {
        if (counts) return { state: 'revoked' };
        revokedFrom = Math.min(revokedFrom, effectiveFrom(told));
      }
      if (current) for (const reason of reasons) proven.add(reason);
    }
    if (held) return { state: 'unproven', code: 'on-hold' };
    if (proven.size === ALL_REASONS.size) return { state: 'good', revokedFrom };
    return { state: 'unproven', code: unusable ? 'crl-unusable' : statements.some(({ current }) => !current) ? 'crl-stale' : 'crl-missing' };
  }

  /** What lists and answers say of a certificate, the newest first. */
  private async statementsAbout(certificate: PathCertificate, authority: Signer, anchor: string): Promise<{ statements: Statement[]; unusable: boolean }> {
    const statements: Statement[] = [];
    let unusable = false;
    for (const { crl, reasons } of spokenFor(certificate, this.terms.crls)) {
      const told = await this.entryOf(crl, certificate, authority, anchor);
      if (told === 'unusable') unusable = true;
      else statements.push({ told, reasons, thisUpdate: crl.thisUpdate, current: this.speaksBySilence(crl, certificate) });
    }
    for (const { revocation, ...rest } of await this.answersAbout(certificate, authority, anchor)) statements.push({ told: revocation, reasons: [...ALL_REASONS], ...rest });
    return { statements: statements.sort((one, other) => other.thisUpdate - one.thisUpdate), unusable };
  }

  private answersAbout(certificate: PathCertificate, { certificate: issuer, revokedFrom }: Signer, anchor: string): Promise<BelievedStatement[]> {
    return believedStatements(this.terms.answers, { certificate, issuer, issuerRevokedFrom: revokedFrom, at: this.terms.at }, {
      pathAt: (delegate, at) => this.terms.pathAt(delegate, at),
      // By lists alone: an answer cannot vouch for who gave it.
      notRevoked: async (path, at) => path.at(-1)?.fingerprint === anchor && (await new RevocationJudge({ ...this.terms, answers: [], at }, this.asked).judge(path)).code === null,
    });
  }

  private speaksBySilence({ thisUpdate, nextUpdate, keepsExpiredFrom }: Crl, { notAfter }: PathCertificate): boolean {
    const { at } = this.terms;
    if (thisUpdate <= at) return at < nextUpdate;
    return thisUpdate < notAfter || (keepsExpiredFrom !== null && keepsExpiredFrom <= notAfter);
  }

  /** What a complete list says of a certificate, the newest delta list that fits laid over it; null: not revoked. */
  private async entryOf(crl: Crl, certificate: PathCertificate, authority: Signer, anchor: string): Promise<Revocation | null | 'unusable'> {
    if (!(await this.hasSigner(crl, authority, anchor))) return 'unusable';
    const entries = crl.entries();
    if (entries === null) return 'unusable';
    const entry = entries.get(certificate.issuer)?.get(certificate.serial) ?? null;
    for (const delta of deltasOf(crl, this.terms.crls)) {
      if (!this.speaksBySilence(delta, certificate) || !(await this.hasSigner(delta, authority, anchor))) continue;
      const changes = delta.entries();
      if (changes === null) continue;
      const change = changes.get(certificate.issuer)?.get(certificate.serial);
      return change === undefined ? entry : change.reason === REASON.removeFromCrl ? null : change;
    }
    return entry;
  }

  /** Signed by the certificate's own issuer, or by a certificate of the list's issuer whose path holds for signing lists. */
  private async hasSigner(crl: Crl, authority: Signer, anchor: string): Promise<boolean> {
    if (this.maySign(crl, authority)) return true;
    const at = Math.max(this.terms.at, crl.thisUpdate);
    for (const certificate of this.terms.pool) {
      if (certificate.subject !== crl.issuer || this.asked.has(certificate.fingerprint) || !this.maySign(crl, { certificate, revokedFrom: Infinity })) continue;
      const path = await this.terms.pathAt(certificate, at);
      // Both must come from the same anchor (RFC 5280 §6.3.3 f): one authority's list of another's name tells nothing.
      if (path?.at(-1)?.fingerprint !== anchor) continue;
      const { code, compared } = path.length === 1 ? { code: null, compared: [] } : await new RevocationJudge({ ...this.terms, at }, new Set([...this.asked, certificate.fingerprint])).judge(path);
      this.compared.push(...compared);
      if (code === null) return true;
    }
    return false;
  }

  private maySign(crl: Crl, { certificate, revokedFrom }: Signer): boolean {
    const { subject, keyUsage, notBefore, notAfter, x509 } = certificate;
    const at = Math.max(this.terms.at, crl.thisUpdate);
    if (subject !== crl.issuer || at < notBefore || at >= notAfter || crl.thisUpdate >= revokedFrom || keyUsage?.has(KEY_USAGE.crlSign) === false) return false;
    const key = publicKeyOf(x509);
    return key !== null && signatureHolds(crl, key);
  }
}

/** Complete lists that speak of a certificate, with the reasons for which they do, the newest first. */
function spokenFor(certificate: PathCertificate, crls: readonly Crl[]): { crl: Crl; reasons: number[] }[] {
  // Lists of the certificate's issuer count too when no point names them (RFC 5280 §6.3.3, last step).
  const points: DistributionPoint[] = [...(certificate.distributionPoints ?? []), { names: new Set([certificate.issuer]), reasons: ALL_REASONS, listIssuers: null }];
  return crls
    .filter(({ baseNumber }) => baseNumber === null)
    .map((crl) => ({ crl, reasons: [...new Set(points.filter((point) => isInScope(crl, certificate, point)).flatMap((point) => [...point.reasons].filter((reason) => crl.scope.reasons.has(reason))))] }))
    .filter(({ reasons }) => reasons.length > 0)
    .sort((one, other) => other.crl.thisUpdate - one.crl.thisUpdate);
}

function isInScope({ issuer, scope }: Crl, certificate: PathCertificate, point: DistributionPoint): boolean {
  if (point.listIssuers === null ? issuer !== certificate.issuer : !point.listIssuers.has(issuer) || !scope.indirect) return false;
  if (scope.only === 'attributes' || (scope.only === 'users' && certificate.isAuthority) || (scope.only === 'authorities' && !certificate.isAuthority)) return false;
  const names = point.names ?? point.listIssuers;
  return scope.names === null || (names !== null && [...scope.names].some((name) => names.has(name)));
}

/** Delta lists that may be laid over a complete one (RFC 5280 §5.2.4), the newest first. */
function deltasOf(complete: Crl, crls: readonly Crl[]): Crl[] {
  const { number, issuer, family } = complete;
  if (number === null) return [];
  return crls
    .filter((crl) => crl.baseNumber !== null && crl.baseNumber <= number && crl.number !== null && crl.number >= number && crl.issuer === issuer && crl.family === family)
    .sort((one, other) => ((one.number as bigint) < (other.number as bigint) ? 1 : -1));
}
