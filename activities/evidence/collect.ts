import { createHash, randomBytes } from 'node:crypto';
import type { SignatureRole } from '../../domain/card.js';
import type { WaitCode } from '../../domain/evidence.js';
import type { CardSigner, CrlBytes, Stamp } from '../../db/evidence/stamp.js';
import { positiveInteger, writeTimestampQuery } from '../../formats/evidence/timestampQuery.js';
import { readTimestampReply } from '../../formats/evidence/timestampToken.js';
import { verifyTimestamp, type TimestampAnswer } from '../../formats/evidence/verifyTimestamp.js';
import { readPathCertificate } from '../../formats/trust/certificate.js';
import { readCrl } from '../../formats/trust/crl.js';
import { PLAIN_QUESTION, type PathAnswer } from '../../formats/trust/question.js';
import type { ActivityDeps } from '../deps.js';
import { OutsideFault } from '../fault.js';
import type { FetchedList } from './sources.js';

/** A service that answered, but not so that anything is proven; `waitCode` is what people are told. */
export class WaitFault extends OutsideFault {
  constructor(system: OutsideFault['system'], code: string, readonly waitCode: WaitCode) {
    super(system, code);
  }
}

/** Why a card's signature does not hold at the proven time: the earliest role whose certificate failed. */
export type Unfit = { role: SignatureRole; code: string; fingerprint: string };
export type Collected = { stamp: Stamp; unfit: ReadonlyMap<string, Unfit> };

/** A token's time and our own clock agree within this, or one of the two clocks is wrong (spec §3.1's tolerance). */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/**
 * One token over `root` with everything that proves it: revocation lists asked first, so that no token is spent while they cannot be had;
 * then the token; then every signer's certificate judged at the token's time.
 * @throws OutsideFault
 */
export async function collectStamp(deps: ActivityDeps, { root, signers }: { root: Buffer; signers: readonly CardSigner[] }): Promise<Collected> {
  const lists = await deps.sources.revocationLists();
  const { token, answer } = await stampedRoot(deps, root, lists);
  const { answers, unfit } = await judgeSigners(deps, { signers, at: answer.token.genTime, lists });
  if (answers.some(({ verdict }) => verdict === 'not-provable')) throw notProvable(answers, lists);
  const anchors = [...await deps.anchors(), ...await deps.trust.tsaAnchors()].map(({ raw }) => raw);
  const certificates = distinct([...signers.map(({ der }) => der), answer.signer, ...answer.token.certificates, ...anchors]);
  const crls = usedLists(lists, certificates);
  return {
    unfit,
    stamp: { token, serial: answer.token.serial, genTime: answer.token.genTime, certificates: certificates.map((der) => ({ fingerprint: sha256(der), der })), crls },
  };
}

/** Lists whose source gave them now. */
const derOf = (lists: readonly FetchedList[]): Buffer[] => lists.flatMap((list) => ('der' in list ? [list.der] : []));

async function stampedRoot(deps: ActivityDeps, root: Buffer, lists: readonly FetchedList[]): Promise<{ token: Buffer; answer: Extract<TimestampAnswer, { verdict: 'valid' }> }> {
  const nonce = randomBytes(16);
  const reply = readTimestampReply(await deps.sources.timestamp(writeTimestampQuery({ digest: root, nonce, policy: null })));
  if (reply === null || !reply.granted) throw new WaitFault('tsa', reply === null ? 'unexpected-answer' : `status-${reply.status}`, 'tsa-refused');
  const answer = await verifyTimestamp(deps.trust, {
    token: reply.token, digest: root, nonce: positiveInteger(nonce), anchors: (await deps.trust.tsaAnchors()).map(({ raw }) => raw), crls: derOf(lists),
  });
  if (answer.verdict === 'valid') {
    if (Math.abs(answer.token.genTime.getTime() - Date.now()) > CLOCK_TOLERANCE_MS) throw new WaitFault('tsa', 'clock', 'tsa-clock');
    return { token: reply.token, answer };
  }
  if (answer.path?.verdict === 'not-provable') throw notProvable([answer.path], lists);
  throw new WaitFault('tsa', answer.path?.code ?? answer.code, answer.verdict === 'invalid' ? 'tsa-bad-token' : 'own-check-failed');
}

/** Every distinct certificate once, at the proven time; a card takes the earliest role that failed, since later ones sign again anyway. */
export async function judgeSigners(deps: ActivityDeps, { signers, at, lists }: { signers: readonly CardSigner[]; at: Date; lists: readonly FetchedList[] }): Promise<{ answers: PathAnswer[]; unfit: Map<string, Unfit> }> {
  const [persons, organisations] = (await Promise.all([deps.anchors('person'), deps.anchors('organisation')])).map((certificates) => certificates.map(({ raw }) => raw)) as [Buffer[], Buffer[]];
  const crls = derOf(lists);
  const weakAuthorities = await deps.trust.weakAuthorities();
  const asked = new Map(signers.map((signer) => [`${signer.role === 'seal' ? 'seal' : 'person'} ${signer.fingerprint}`, signer]));
  const answers = await deps.trust.validator.askMany([...asked.values()].map(({ der, role }) => ({
    ...PLAIN_QUESTION, certificate: der, crls, at, weakAuthorities, ...(role === 'seal' ? { role: 'organisation' as const, anchors: organisations } : { role: 'person' as const, anchors: persons }),
  })));
  const byCertificate = new Map([...asked.keys()].map((key, place) => [key, answers[place] as PathAnswer]));
  const unfit = new Map<string, Unfit>();
  for (const { cardId, role, fingerprint } of signers) {
    const answer = byCertificate.get(`${role === 'seal' ? 'seal' : 'person'} ${fingerprint}`);
    const who: SignatureRole = role === 'subjectTeacher' ? 'teacher' : role;
    const before = unfit.get(cardId);
    if (answer?.verdict === 'invalid' && (before === undefined || ORDER[who] < ORDER[before.role])) unfit.set(cardId, { role: who, code: answer.code, fingerprint });
  }
  return { answers, unfit };
}

const ORDER = { teacher: 0, principal: 1, seal: 2 } as const satisfies Record<SignatureRole, number>;

function notProvable(answers: readonly PathAnswer[], lists: readonly FetchedList[]): WaitFault {
  const codes = answers.filter(({ verdict }) => verdict === 'not-provable').map(({ code }) => code);
  const code = codes.find((one) => one === 'on-hold') ?? codes[0] ?? 'check-failed';
  if (code === 'on-hold') return new WaitFault('crl', code, 'certificate-on-hold');
  if (code === 'check-failed' || code === 'check-timed-out' || code === 'no-anchors') return new WaitFault('crl', code, 'own-check-failed');
  return lists.some((list) => 'fault' in list) ? new WaitFault('crl', code, 'crl-down') : new WaitFault('crl', code, code === 'crl-missing' ? 'crl-missing' : 'crl-unusable');
}

const sha256 = (der: Buffer): string => createHash('sha256').update(der).digest('hex');
const distinct = (ders: readonly Buffer[]): Buffer[] => [...new Map(ders.map((der) => [sha256(der), der])).values()];

/** The lists of those who issued any of these certificates. */
export function usedLists(lists: readonly FetchedList[], certificates: readonly Buffer[]): CrlBytes[] {
  const issuers = new Set(certificates.flatMap((der) => readPathCertificate(der)?.issuer ?? []));
  return lists.flatMap((list) => {
    const crl = 'der' in list ? readCrl(list.der) : null;
    return crl === null || !issuers.has(crl.issuer) ? [] : [{ sha256: crl.digest, der: crl.der, issuer: crl.issuer, thisUpdate: new Date(crl.thisUpdate), nextUpdate: new Date(crl.nextUpdate), source: list.source }];
  });
}

