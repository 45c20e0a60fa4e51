import { certificatesBySerial, storeRevocation, type RevokedCertificate } from '../../db/evidence/revocations.js';
import { settleEvidence, unsettledEvidence, type Unsettled } from '../../db/evidence/settle.js';
import { storeCertificates } from '../../db/evidence/signatures.js';
import { storeCrls, useMaterial, type CrlBytes } from '../../db/evidence/stamp.js';
import { readPathCertificate } from '../../formats/trust/certificate.js';
import { effectiveFrom, REASON, readCrl, type Crl } from '../../formats/trust/crl.js';
import { PLAIN_QUESTION } from '../../formats/trust/question.js';
import type { ActivityDeps } from '../deps.js';
import type { FetchedList } from './sources.js';

const AT_ONCE = 200;

type List = { crl: Crl; bytes: CrlBytes };

/**
 * Asks for the revocation lists, notes which of our certificates they take back, and completes evidence whose token is older than the
 * lists. What a list says counts only where the path validator believes it. Safe to repeat, and by several processes.
 */
export async function refreshRevocations(deps: ActivityDeps): Promise<{ revoked: number; settled: number }> {
  const lists = (await deps.sources.revocationLists()).flatMap(readable);
  const anchors = [...await deps.anchors(), ...await deps.trust.tsaAnchors()].map(({ raw }) => raw);
  const revoked = await findRevoked(deps, lists, anchors);
  return { revoked, settled: await settle(deps, lists, anchors) };
}

function readable(list: FetchedList): List[] {
  const crl = 'der' in list ? readCrl(list.der) : null;
  if (crl === null) return [];
  return [{ crl, bytes: { sha256: crl.digest, der: crl.der, issuer: crl.issuer, thisUpdate: new Date(crl.thisUpdate), nextUpdate: new Date(crl.nextUpdate), source: list.source } }];
}

async function findRevoked(deps: ActivityDeps, lists: readonly List[], anchors: readonly Buffer[]): Promise<number> {
  const serials = [...new Set(lists.flatMap(({ crl }) => [...(crl.entries()?.values() ?? [])].flatMap((entries) => [...entries.keys()].map(plainSerial))))];
  if (serials.length === 0) return 0;
  const candidates = await certificatesBySerial(deps.db, serials);
  const answers = await deps.trust.validator.askMany(candidates.map(({ der }) => ({
    ...PLAIN_QUESTION, certificate: der, anchors, crls: lists.map(({ bytes }) => bytes.der), role: 'any' as const,
  })));
  let found = 0;
  for (const [place, candidate] of candidates.entries()) {
    // Expired is said before revoked: an expired certificate signs nothing new, and what it signed was judged at receipt.
    if (answers[place]?.code !== 'revoked') continue;
    const entry = entryOf(candidate.der, lists);
    if (entry === null) continue;
    const revocation: RevokedCertificate = { ...candidate, ...entry.says, crlSha256: entry.list.bytes.sha256 };
    await deps.db.transaction(async (trx) => {
      await storeCertificates(trx, [candidate]);
      await storeCrls(trx, [entry.list.bytes]);
      if (await storeRevocation(trx, revocation)) found += 1;
    });
    deps.log.warn({ certificate: candidate.fingerprint, revokedAt: revocation.revokedAt }, 'a certificate of ours was revoked');
  }
  return found;
}

function entryOf(der: Buffer, lists: readonly List[]): { list: List; says: Pick<RevokedCertificate, 'revokedAt' | 'effectiveAt' | 'reason'> } | null {
  const certificate = readPathCertificate(der);
  if (certificate === null) return null;
  for (const list of lists) {
    const entry = list.crl.entries()?.get(certificate.issuer)?.get(certificate.serial);
    // A hold may be lifted again: it speaks while it stands, at each receipt, and is not noted for good.
    if (entry !== undefined && entry.reason !== REASON.certificateHold) return { list, says: { revokedAt: new Date(entry.revokedAt), effectiveAt: new Date(effectiveFrom(entry)), reason: entry.reason } };
  }
  return null;
}

const plainSerial = (hex: string): string => hex.toLowerCase().replace(/^0+/, '');

const isRoot = (der: Buffer): boolean => {
  const certificate = readPathCertificate(der);
  return certificate !== null && certificate.issuer === certificate.subject;
};

/** Links lists issued after a token to its evidence, once there is one of every issuer; each is believed only by a signature under an anchor. */
async function settle(deps: ActivityDeps, lists: readonly List[], anchors: readonly Buffer[]): Promise<number> {
  let settled = 0;
  let after: { genTime: Date; id: string } | null = null;
  for (;;) {
    const found: Unsettled[] = await unsettledEvidence(deps.db, { limit: AT_ONCE, after });
    const last = found.at(-1);
    if (last === undefined) return settled;
    after = last;
    for (const evidence of found) {
      const later = await listsFor(deps, evidence, lists, anchors);
      if (later === null) continue;
      await deps.db.transaction(async (trx) => {
        if (!await settleEvidence(trx, evidence.id)) return;
        await storeCrls(trx, later.map(({ bytes }) => bytes));
        await useMaterial(trx, [evidence.id], later.map(({ bytes }) => bytes.sha256), 'later');
        settled += 1;
      });
    }
  }
}

/** Lists of after the token, one of each issuer at least; null while one is missing. */
async function listsFor(deps: ActivityDeps, { genTime, certificates }: Unsettled, lists: readonly List[], anchors: readonly Buffer[]): Promise<List[] | null> {
  const issued = certificates.filter(({ der }) => !isRoot(der));
  const later = lists.filter(({ crl }) => crl.thisUpdate > genTime.getTime());
  const issuers = new Set(issued.flatMap(({ der }) => readPathCertificate(der)?.issuer ?? []));
  if (![...issuers].every((issuer) => later.some(({ crl }) => crl.issuer === issuer))) return null;
  const used = later.filter(({ crl }) => issuers.has(crl.issuer));
  const answers = await deps.trust.validator.askMany(issued.map(({ der }) => ({
    ...PLAIN_QUESTION, certificate: der, anchors: anchors.filter((one) => isRoot(one)), intermediates: issued.map((one) => one.der).filter((one) => readPathCertificate(one)?.isAuthority === true).slice(0, 8),
    crls: used.map(({ bytes }) => bytes.der), at: genTime, role: 'any' as const,
  })));
  // Not provable: a list that is no list of that issuer. Valid and revoked alike are answers.
  return answers.some(({ verdict }) => verdict === 'not-provable') ? null : used;
}
