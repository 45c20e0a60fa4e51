import { createHash } from 'node:crypto';
import type { SignatureRole } from '../../domain/card.js';
import type { WaitCode } from '../../domain/evidence.js';
import type { RevocationBytes } from '../../db/evidence/material.js';
import type { CardSigner } from '../../db/evidence/stamp.js';
import { readPathCertificate } from '../../formats/trust/certificate.js';
import type { PathCode } from '../../formats/trust/codes.js';
import { readCrl } from '../../formats/trust/crl.js';
import { readOcsp } from '../../formats/trust/ocsp.js';
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
  const known = (await deps.anchors()).map(({ raw }) => raw);
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
  const asked = new Map(signers.map((signer) => [keyOf(signer), signer]));
  const answers = await deps.trust.validator.askMany([...asked.values()].map(({ der, role, between }) => ({
    ...terms, certificate: der, intermediates: between ?? terms.intermediates, ...(role === 'seal' ? { role: 'organisation' as const, anchors: organisations } : { role: 'person' as const, anchors: persons }),
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

const keyOf = ({ role, fingerprint }: CardSigner): string => `${role === 'seal' ? 'seal' : 'person'} ${fingerprint}`;
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
