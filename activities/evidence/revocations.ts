import { certificatesBySerial, storeRevocation, type RevokedCertificate } from '../../db/evidence/revocations.js';
import { settleEvidence, unsettledEvidence, type Unsettled } from '../../db/evidence/settle.js';
import { storeCertificates } from '../../db/evidence/signatures.js';
import { storeRevocationBytes, type RevocationBytes } from '../../db/evidence/material.js';
import { useMaterial, type CardSigner } from '../../db/evidence/stamp.js';
import { readPathCertificate } from '../../formats/trust/certificate.js';
import { effectiveFrom, REASON, readCrl, type Crl } from '../../formats/trust/crl.js';
import { readOcsp } from '../../formats/trust/ocsp.js';
import { PLAIN_QUESTION } from '../../formats/trust/question.js';
import type { ActivityDeps } from '../deps.js';
import { usedMaterial, type Unfit } from './gather.js';
import { askResponders, type FetchedAnswer } from './responders.js';
import type { FetchedList } from './sources.js';

const AT_ONCE = 200;

type List = { crl: Crl; bytes: RevocationBytes };

/**
 * Asks for the revocation lists, notes which of our certificates they take back, and completes evidence whose token is older than the
 * lists. What a list says counts only where the path validator believes it. Safe to repeat, and by several processes.
 */
export async function refreshRevocations(deps: ActivityDeps): Promise<{ revoked: number; settled: number }> {
  const lists = (await deps.sources.revocationLists()).flatMap(readable);
  const anchors = [...await deps.anchors(), ...await deps.trust.tsaAnchors()].map(({ raw }) => raw);
  const revoked = await findRevoked(deps, lists, anchors);
  return { revoked, settled: await settle(deps, lists) };
}

function readable(list: FetchedList): List[] {
  const crl = 'der' in list ? readCrl(list.der) : null;
  if (crl === null) return [];
  return [{ crl, bytes: { kind: 'crl', sha256: crl.digest, der: crl.der, issuer: crl.issuer, thisUpdate: new Date(crl.thisUpdate), nextUpdate: new Date(crl.nextUpdate), source: list.source } }];
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
    const entry = await believedEntry(deps, candidate.der, { lists, anchors });
    if (entry === null) continue;
    const revocation: RevokedCertificate = { ...candidate, ...entry.says, crlSha256: entry.list.bytes.sha256 };
    await deps.db.transaction(async (trx) => {
      await storeCertificates(trx, [candidate]);
      await storeRevocationBytes(trx, [entry.list.bytes]);
      if (await storeRevocation(trx, revocation)) found += 1;
    });
    deps.log.warn({ certificate: candidate.fingerprint, revokedAt: revocation.revokedAt }, 'a certificate of ours was revoked');
  }
  return found;
}

/** Notes certificates that a responder calls revoked where no list is to be had, each by an answer that the path validator believes alone. */
export async function noteRevoked(deps: ActivityDeps, { unfit, signers, answers }: { unfit: ReadonlyMap<string, Unfit>; signers: readonly CardSigner[]; answers: readonly FetchedAnswer[] }): Promise<void> {
  const anchors = (await deps.anchors()).map(({ raw }) => raw);
  const revoked = new Set([...unfit.values()].flatMap(({ code, fingerprint }) => (code === 'revoked' ? [fingerprint] : [])));
  for (const signer of new Map(signers.filter(({ fingerprint }) => revoked.has(fingerprint)).map((one) => [one.fingerprint, one])).values()) {
    const { fingerprint, der } = signer;
    for (const bytes of usedMaterial({ lists: [], answers }, [der])) {
      const said = readOcsp(bytes.der)?.statements.find(({ serial, revocation }) => revocation !== null && revocation.reason !== REASON.certificateHold && serial === readPathCertificate(der)?.serial)?.revocation ?? null;
      if (said === null) continue;
      const believed = await deps.trust.validator.ask({ ...PLAIN_QUESTION, certificate: der, intermediates: signer.between ?? [], anchors, ocsps: [bytes.der], role: 'any' });
      if (believed.code !== 'revoked') continue;
      const noted = await deps.db.transaction(async (trx) => {
        await storeCertificates(trx, [{ fingerprint, der }]);
        await storeRevocationBytes(trx, [bytes]);
        return storeRevocation(trx, { fingerprint, der, revokedAt: new Date(said.revokedAt), effectiveAt: new Date(effectiveFrom(said)), reason: said.reason, crlSha256: bytes.sha256 });
      });
      if (noted) deps.log.warn({ certificate: fingerprint, revokedAt: new Date(said.revokedAt) }, 'a certificate of ours was revoked');
    }
  }
}

type Entry = { list: List; says: Pick<RevokedCertificate, 'revokedAt' | 'effectiveAt' | 'reason'> };

/**
 * What takes a certificate back, from a list by which the path validator itself calls it revoked: one that was forged on its way could
 * name an earlier time beside the true one.
 */
async function believedEntry({ trust }: ActivityDeps, der: Buffer, { lists, anchors }: { lists: readonly List[]; anchors: readonly Buffer[] }): Promise<Entry | null> {
  const naming = entriesOf(der, lists);
  for (const entry of naming) {
    const crls = lists.filter((list) => list === entry.list || !naming.some((other) => other.list === list)).map(({ bytes }) => bytes.der);
    if ((await trust.validator.ask({ ...PLAIN_QUESTION, certificate: der, anchors, crls, role: 'any' })).code === 'revoked') return entry;
  }
  return null;
}

function entriesOf(der: Buffer, lists: readonly List[]): Entry[] {
  const certificate = readPathCertificate(der);
  if (certificate === null) return [];
  return lists.flatMap((list) => {
    const entry = list.crl.entries()?.get(certificate.issuer)?.get(certificate.serial);
    // A hold may be lifted again: it speaks while it stands, at each receipt, and is not noted for good.
    return entry === undefined || entry.reason === REASON.certificateHold ? [] : [{ list, says: { revokedAt: new Date(entry.revokedAt), effectiveAt: new Date(effectiveFrom(entry)), reason: entry.reason } }];
  });
}

const plainSerial = (hex: string): string => hex.toLowerCase().replace(/^0+/, '');

const isRoot = (der: Buffer): boolean => {
  const certificate = readPathCertificate(der);
  return certificate !== null && certificate.issuer === certificate.subject;
};

/** Links lists issued after a token to its evidence, once there is one of every issuer; each is believed only by a signature under an anchor. */
async function settle(deps: ActivityDeps, lists: readonly List[]): Promise<number> {
  let settled = 0;
  let after: { genTime: Date; id: string } | null = null;
  for (;;) {
    const found: Unsettled[] = await unsettledEvidence(deps.db, { limit: AT_ONCE, after });
    const last = found.at(-1);
    if (last === undefined) return settled;
    after = last;
    for (const evidence of found) {
      const later = await materialFor(deps, evidence, lists);
      if (later === null) continue;
      await deps.db.transaction(async (trx) => {
        if (!await settleEvidence(trx, evidence.id)) return;
        await storeRevocationBytes(trx, later);
        await useMaterial(trx, [evidence.id], later.map(({ sha256 }) => sha256), 'later');
        settled += 1;
      });
    }
  }
}

/** Lists of after the token, of each issuer at least one, or answers about each certificate of an issuer that has none; null while one is missing. */
async function materialFor(deps: ActivityDeps, { genTime, certificates }: Unsettled, lists: readonly List[]): Promise<RevocationBytes[] | null> {
  const issued = certificates.filter(({ der }) => !isRoot(der)).map(({ der }) => der);
  const issuerOf = (der: Buffer): string => readPathCertificate(der)?.issuer ?? '';
  const issuers = new Set(issued.map(issuerOf));
  const used = lists.filter(({ crl }) => crl.thisUpdate > genTime.getTime() && issuers.has(crl.issuer));
  const open = issued.filter((der) => !used.some(({ crl }) => crl.issuer === issuerOf(der)));
  // Whom the Sở trusted at the time is what counts, whatever it has ended since.
  const anchors = [...await deps.anchors(undefined, genTime), ...await deps.trust.tsaAnchors(genTime)].map(({ raw }) => raw);
  // Whose authority publishes lists, its next one is waited for: a responder would be asked about each of thousands of certificates.
  if (open.some((der) => lists.some(({ crl }) => crl.issuer === issuerOf(der)))) return null;
  const answers = open.length === 0 ? [] : await askResponders(deps, open, [...anchors, ...issued]);
  const later = usedMaterial({ lists: [], answers }, open).filter(({ thisUpdate }) => thisUpdate > genTime);
  const told = new Set(later.flatMap(({ der }) => readOcsp(der)?.statements.map(({ serial }) => serial) ?? []));
  if (!open.every((der) => told.has(readPathCertificate(der)?.serial ?? ''))) return null;
  const found = await deps.trust.validator.askMany(issued.map((certificate) => ({
    ...PLAIN_QUESTION, certificate, anchors: anchors.filter((one) => isRoot(one)), intermediates: issued.filter((one) => readPathCertificate(one)?.isAuthority === true).slice(0, 8),
    crls: used.map(({ bytes }) => bytes.der), ocsps: later.map(({ der }) => der), at: genTime, role: 'any' as const,
  })));
  // Not provable: a list that is no list of that issuer. Valid and revoked alike are answers, and so is a hold: the later ones say what became of it.
  return found.some(({ verdict, code }) => verdict === 'not-provable' && code !== 'on-hold') ? null : [...used.map(({ bytes }) => bytes), ...later];
}
