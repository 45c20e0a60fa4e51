import { createHash } from 'node:crypto';
import type { SignatureRole } from '../../domain/card.js';
import type { WaitCode } from '../../domain/evidence.js';
import type { RevocationBytes } from '../../db/evidence/material.js';
import type { CardSigner } from '../../db/evidence/stamp.js';
import { readPathCertificate, type PathCertificate } from '../../formats/trust/certificate.js';
import type { PathCode } from '../../formats/trust/codes.js';
import { readCrl } from '../../formats/trust/crl.js';
import { readOcsp } from '../../formats/trust/ocsp.js';
import { signedBy } from '../../formats/trust/paths.js';
import { PLAIN_QUESTION, type PathAnswer } from '../../formats/trust/question.js';
import type { ActivityDeps } from '../deps.js';
import { askResponders, type FetchedAnswer } from './responders.js';
import type { FetchedList } from './sources.js';

/** Revocation lists of one moment, and responders' answers where the lists leave something unproven (docs/decisions/018). */
export type Gathered = { lists: readonly FetchedList[]; answers: readonly FetchedAnswer[] };

/** Why a card's signature does not hold at the proven time: the earliest role whose certificate failed. */
export type Unfit = { role: SignatureRole; code: PathCode; fingerprint: string };

/** Why a card waits; cards that wait for the same have the same `lot`. */
export type Blocked = { lot: string; code: PathCode; waitCode: WaitCode };

export type Judged = { answers: readonly PathAnswer[]; unfit: ReadonlyMap<string, Unfit>; blocked: ReadonlyMap<string, Blocked> };

/** Lists first, of all authorities at once; then a responder for each certificate that no list settles. */
export async function gather(deps: ActivityDeps, signers: readonly CardSigner[]): Promise<Gathered & { judged: Judged }> {
  const lists = await deps.sources.revocationLists();
  const byLists = await judgeSigners(deps, { signers, at: null, gathered: { lists, answers: [] } });
  const open = new Set(byLists.unproven);
  if (open.size === 0) return { lists, answers: [], judged: byLists };
  const known = distinct([...(await deps.anchors()).map(({ raw }) => raw), ...signers.flatMap(({ between }) => between ?? [])]);
  const answers = await askResponders(deps, distinct(signers.filter(({ fingerprint }) => open.has(fingerprint)).map(({ der }) => der)), known);
  const gathered = { lists, answers };
  return { ...gathered, judged: answers.some((answer) => 'der' in answer) ? await judgeSigners(deps, { signers, at: null, gathered }) : byLists };
}

/**
 * Every distinct certificate once; a card takes the earliest role that failed, since later ones sign again anyway.
 * @param at the proven time; null: now. Whom the Sở trusted then is what counts.
 */
export async function judgeSigners(deps: ActivityDeps, { signers, at, gathered }: { signers: readonly CardSigner[]; at: Date | null; gathered: Gathered }): Promise<Judged & { unproven: string[] }> {
  const [persons, organisations] = (await Promise.all([deps.anchors('person', at ?? undefined), deps.anchors('organisation', at ?? undefined)])).map((certificates) => certificates.map(({ raw }) => raw)) as [Buffer[], Buffer[]];
  const terms = { ...PLAIN_QUESTION, crls: dersOf(gathered.lists), ocsps: dersOf(gathered.answers), at, weakAuthorities: await deps.trust.weakAuthorities() };
  const chained = new Map<CardSigner, { key: string; intermediates: readonly Buffer[] }>(signers.map((signer) => {
    const intermediates = wayUp(signer);
    return [signer, { intermediates, key: [signer.role === 'seal' ? 'seal' : 'person', signer.fingerprint, ...intermediates.map(sha256)].join(' ') }];
  }));
  const keyOf = (signer: CardSigner): string => chained.get(signer)?.key ?? '';
  const asked = new Map(signers.map((signer) => [keyOf(signer), signer]));
  const answers = await deps.trust.validator.askMany([...asked.values()].map((signer) => ({
    ...terms, certificate: signer.der, intermediates: chained.get(signer)?.intermediates ?? terms.intermediates, ...(signer.role === 'seal' ? { role: 'organisation' as const, anchors: organisations } : { role: 'person' as const, anchors: persons }),
  })));
  const byCertificate = new Map([...asked.keys()].map((key, place) => [key, answers[place] as PathAnswer]));
  const unfit = new Map<string, Unfit>();
  const waits = new Map<string, Map<string, Blocked>>();
  for (const signer of signers) {
    const { cardId, role, fingerprint } = signer;
    const { verdict, code } = byCertificate.get(keyOf(signer)) as PathAnswer;
    const who: SignatureRole = role === 'subjectTeacher' ? 'teacher' : role;
    const before = unfit.get(cardId);
    if (verdict === 'invalid' && (before === undefined || ORDER[who] < ORDER[before.role])) unfit.set(cardId, { role: who, code, fingerprint });
    if (verdict === 'not-provable') {
      const lot = lotOf(signer, code);
      waits.set(cardId, (waits.get(cardId) ?? new Map<string, Blocked>()).set(lot, { lot, code, waitCode: waitCodeOf(code, gathered) }));
    }
  }
  return { answers, unfit, blocked: new Map([...waits].map(([cardId, reasons]) => [cardId, together([...reasons.values()])])), unproven: [...asked.values()].filter((signer) => byCertificate.get(keyOf(signer))?.verdict === 'not-provable').map(({ fingerprint }) => fingerprint) };
}

/**
 * Of all that came in a card, what lies above this one signer: the card was taken in with each signer's own chain, and all of them
 * together may be more than a path may have.
 */
function wayUp({ der, fingerprint, between }: CardSigner): readonly Buffer[] {
  if (between === undefined || between.length === 0) return NONE;
  const ways = waysUp.get(between) ?? new Map<string, readonly Buffer[]>();
  waysUp.set(between, ways);
  const way = ways.get(fingerprint) ?? climb(der, between.flatMap((one) => readPathCertificate(one) ?? []));
  ways.set(fingerprint, way);
  return way;
}
/** Cards of one chain share the list of it. */
const waysUp = new WeakMap<readonly Buffer[], Map<string, readonly Buffer[]>>();

function climb(der: Buffer, known: readonly PathCertificate[]): readonly Buffer[] {
  const found = new Set<PathCertificate>();
  const below = [readPathCertificate(der)];
  for (let one = below.shift(); one !== undefined; one = below.shift()) {
    const child = one;
    if (child === null) continue;
    for (const issuer of known) {
      if (found.has(issuer) || issuer.subject !== child.issuer || !signedBy(child, issuer)) continue;
      found.add(issuer);
      below.push(issuer);
    }
  }
  return [...found].map((issuer) => issuer.der);
}
const NONE: readonly Buffer[] = [];
const ORDER = { teacher: 0, principal: 1, seal: 2 } as const satisfies Record<SignatureRole, number>;

/** A hold is one certificate's, and lasts for weeks; what authorities do not tell comes back for some of them or for all, and is parted then. */
const lotOf = ({ fingerprint }: CardSigner, code: PathCode): string => (code === 'on-hold' ? `hold ${fingerprint}` : SERVICES);
const SERVICES = 'services';

function together(reasons: readonly Blocked[]): Blocked {
  const holds = reasons.filter(({ lot }) => lot !== SERVICES).toSorted((one, other) => (one.lot < other.lot ? -1 : 1));
  return holds[0] === undefined ? reasons[0] as Blocked : { ...holds[0], lot: holds.map(({ lot }) => lot).join(' ') };
}

/** What people are told of an answer that proves nothing. */
export function waitCodeOf(code: PathCode, { lists, answers }: Gathered): WaitCode {
  switch (code) {
    case 'check-failed': case 'check-timed-out': case 'no-anchors': return 'own-check-failed';
    case 'on-hold': return 'certificate-on-hold';
    default: return [...lists, ...answers].some((one) => 'fault' in one) ? 'crl-down' : code === 'crl-missing' ? 'crl-missing' : 'crl-unusable';
  }
}

const kept = new WeakMap<readonly (FetchedList | FetchedAnswer)[], Buffer[]>();
/** What its source gave, as one array each: the path validator knows lists again by identity. */
export function dersOf(fetched: readonly (FetchedList | FetchedAnswer)[]): Buffer[] {
  const known = kept.get(fetched) ?? fetched.flatMap((one) => ('der' in one ? [one.der] : []));
  kept.set(fetched, known);
  return known;
}

export const sha256 = (der: Uint8Array): string => createHash('sha256').update(der).digest('hex');
export const distinct = (ders: readonly Buffer[]): Buffer[] => [...new Map(ders.map((der) => [sha256(der), der])).values()];

/** The lists of those who issued any of these certificates, and the answers about them, as they are stored. */
export function usedMaterial({ lists, answers }: Gathered, certificates: readonly Buffer[]): RevocationBytes[] {
  const read = certificates.flatMap((der) => readPathCertificate(der) ?? []);
  const issuers = new Set(read.map(({ issuer }) => issuer));
  const serials = new Map(read.map(({ serial, issuer }) => [serial, issuer]));
  return [
    ...lists.flatMap((list): RevocationBytes[] => {
      const crl = 'der' in list ? readCrl(list.der) : null;
      return crl === null || !issuers.has(crl.issuer) ? [] : [{ kind: 'crl', sha256: crl.digest, der: crl.der, issuer: crl.issuer, thisUpdate: new Date(crl.thisUpdate), nextUpdate: new Date(crl.nextUpdate), source: list.source }];
    }),
    ...answers.flatMap((one): RevocationBytes[] => {
      const answer = 'der' in one ? readOcsp(one.der) : null;
      const about = answer?.statements.find(({ serial }) => serials.has(serial));
      if (answer === null || about === undefined) return [];
      return [{ kind: 'ocsp', sha256: answer.digest, der: answer.der, issuer: serials.get(about.serial) as string, thisUpdate: new Date(about.thisUpdate), nextUpdate: about.nextUpdate === null ? null : new Date(about.nextUpdate), source: one.source }];
    }),
  ];
}
