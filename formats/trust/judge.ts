import type { PathCertificate } from './certificate.js';
import { PATH_CODES, type PathCode } from './codes.js';
import { REASON, type Crl } from './crl.js';
import { unfitness } from './fitness.js';
import { codeOf, onlyWeakAuthorities } from './outcome.js';
import { isRoot, pathsOf } from './paths.js';
import type { PreparedTerms } from './prepare.js';
import type { PathAnswer, PathQuestion } from './question.js';
import { datesOf } from './ocspJudge.js';
import { judgeRevocation } from './revocation.js';
import { isStrong } from './strength.js';
import type { LeafOutcome, SharedTerms } from './verifyRun.js';

/** Runs OpenSSL on certificates that share their terms; how many processes that takes is its own matter. */
export type Verify = (terms: SharedTerms, leaves: readonly Buffer[]) => Promise<LeafOutcome[]>;

/** Certificates asked about on the same terms at the same second. */
export type Group = { terms: PreparedTerms; question: PathQuestion; /** Milliseconds, whole seconds. */ at: number; certificates: readonly PathCertificate[] };

/** What is found about one certificate; `compared` are further times at which the answer may change. */
type Found = { code: PathCode; path: readonly string[]; revokedSince: number | null; compared: readonly number[] };

/**
 * Now, and at an earlier time with lists of that time: one run with path, lists and policies. With later lists: the path at that time
 * without lists, then what the lists say of that time.
 */
export async function judgeGroup(verify: Verify, group: Group): Promise<PathAnswer[]> {
  const { terms: { crls }, question, at } = group;
  const found = question.revocation === 'none' ? await byPathAlone(verify, group)
    : question.at !== null && crls.some(({ thisUpdate }) => thisUpdate > at) ? await byOurReading(verify, group)
      : await withAnswers(verify, group, crls.length === 0 ? await withoutLists(verify, group) : await byListsOfThatTime(verify, group));
  return group.certificates.map((certificate, place) => answerOf(group, certificate, found[place] as Found));
}

async function byPathAlone(verify: Verify, group: Group): Promise<Found[]> {
  return found(verify, group, null, await verify(sharedTerms(group, null), ders(group)));
}

async function withoutLists(verify: Verify, group: Group): Promise<Found[]> {
  const missing: PathCode = group.terms.unusableCrl ? 'crl-unusable' : 'crl-missing';
  return (await byPathAlone(verify, group)).map((one) => (one.code === 'valid' ? { ...one, code: missing } : one));
}

async function byListsOfThatTime(verify: Verify, group: Group): Promise<Found[]> {
  const crls = group.terms.crls.map(({ der }) => der);
  const first = await found(verify, group, crls, await verify(sharedTerms(group, crls), ders(group)));
  // OpenSSL looks at lists before signatures: whether a path without usable lists would be refused anyway takes a second look.
  const proven = await again(first, group, ({ code }) => code.startsWith('crl-'), (part) => byPathAlone(verify, part), (one, alone) => (alone.code === 'valid' ? named(one, group.terms) : alone));
  // It lays a delta list over a complete one only where a "freshest CRL" extension announces it: one at hand counts all the same.
  const laid = group.terms.crls.every(({ baseNumber }) => baseNumber === null) ? proven
    : await again(proven, group, ({ code }) => code === 'valid', (part) => byOurReading(verify, part), (one, other) => (REVOKED.has(other.code) ? other : one));
  // OpenSSL calls a certificate on hold revoked: it may come back, and what it signed is then as good as before.
  if (!laid.some(({ code }) => REVOKED.has(code)) || !group.terms.crls.some(hasHold)) return laid;
  return again(laid, group, ({ code }) => REVOKED.has(code), (part) => byOurReading(verify, part), (one, other) => (other.code === 'on-hold' ? other : one));
}

/** Lists are looked through once, and only when something in one of them was met. */
const holds = new WeakMap<Crl, boolean>();

function hasHold(crl: Crl): boolean {
  const known = holds.get(crl) ?? [...(crl.entries()?.values() ?? [])].some((entries) => [...entries.values()].some(({ reason }) => reason === REASON.certificateHold));
  holds.set(crl, known);
  return known;
}

const REVOKED: ReadonlySet<PathCode> = new Set(['revoked', 'issuer-revoked']);

/**
 * What responders answered is laid over what the lists say: it proves what they leave unproven, and of the two the worse counts. A
 * certificate's own reading of both, since OpenSSL's command knows of lists only.
 */
async function withAnswers(verify: Verify, group: Group, first: readonly Found[]): Promise<Found[]> {
  if (group.terms.answers.length === 0) return [...first];
  return again(first, group, ({ code }) => code === 'valid' || code.startsWith('crl-'), (part) => byOurReading(verify, part),
    (one, other) => (one.code === 'valid' && PATH_CODES[other.code].verdict !== 'invalid' && other.code !== 'on-hold' ? one : other));
}

/** Looks at some of the certificates a second time, and settles between the two findings. */
async function again(first: readonly Found[], group: Group, which: (one: Found) => boolean, look: (part: Group) => Promise<Found[]>, settle: (one: Found, other: Found) => Found): Promise<Found[]> {
  const places = first.flatMap((one, place) => (which(one) ? [place] : []));
  if (places.length === 0) return [...first];
  const second = await look({ ...group, certificates: places.map((place) => group.certificates[place] as PathCertificate) });
  return first.map((one, place) => {
    const other = second[places.indexOf(place)];
    return other === undefined ? one : settle(one, other);
  });
}

/** A list that cannot be read is not "missing": who mends it is another. */
const named = (one: Found, { unusableCrl }: PreparedTerms): Found => (one.code === 'crl-missing' && unusableCrl ? { ...one, code: 'crl-unusable' } : one);

/** Our own reading of lists and answers, over the path OpenSSL finds good. */
async function byOurReading(verify: Verify, group: Group): Promise<Found[]> {
  const alone = await byPathAlone(verify, group);
  return Promise.all(alone.map(async (one, place): Promise<Found> => {
    if (one.code !== 'valid') return one;
    const certificate = group.certificates[place] as PathCertificate;
    const { intermediates, anchors, crls, answers } = group.terms;
    const pool = [...intermediates, ...anchors];
    const pathAt = (signer: PathCertificate, at: number): Promise<PathCertificate[] | null> => certificatesOfPath(verify, { ...group, at, certificates: [signer] });
    const path = await certificatesOfPath(verify, { ...group, certificates: [certificate] });
    if (path === null) return { ...one, code: 'check-failed' };
    const { code, revokedSince, compared } = await judgeRevocation(path, { at: group.at, crls, answers, pool, pathAt });
    return named({ ...one, code: code ?? (revokedSince === null ? 'valid' : 'valid-revoked-later'), revokedSince, compared }, group.terms);
  }));
}

/** The certificates of a path that holds without regard to lists. Where several lead to an anchor, each is put to OpenSSL by itself. */
async function certificatesOfPath(verify: Verify, group: Group): Promise<PathCertificate[] | null> {
  const [certificate] = group.certificates as [PathCertificate];
  const own = group.terms.anchors.find((anchor) => anchor.fingerprint === certificate.fingerprint && isRoot(anchor));
  if (own !== undefined) return [own];
  for (const path of pathsOf(certificate, group.terms.intermediates, group.terms.anchors)) {
    const only = { ...group, terms: { ...group.terms, intermediates: path.slice(1, -1), anchors: path.slice(-1) } };
    const [one] = await byPathAlone(verify, only);
    if (one?.code === 'valid') return path;
  }
  return null;
}

async function found(verify: Verify, group: Group, crls: readonly Buffer[] | null, outcomes: readonly LeafOutcome[]): Promise<Found[]> {
  return Promise.all(outcomes.map(async (outcome, place) => {
    const certificate = group.certificates[place] as PathCertificate;
    const { weakAuthorities = [] } = group.question;
    return foundOf(outcome.kind === 'bad' && weakAuthorities.length > 0 && onlyWeakAuthorities(outcome.errors) ? await withExceptions(verify, group, certificate, crls, outcome) : outcome);
  }));
}

function foundOf(outcome: LeafOutcome): Found {
  const nothing = { path: [], revokedSince: null, compared: [] };
  switch (outcome.kind) {
    case 'good': return { ...nothing, code: 'valid', path: outcome.path };
    case 'bad': return { ...nothing, code: codeOf(outcome.errors) };
    case 'timed-out': return { ...nothing, code: 'check-timed-out' };
    case 'failed': return { ...nothing, code: 'check-failed' };
  }
}

/** A path whose only weak certificates are authorities named by fingerprint is put to OpenSSL by itself, without its measure of strength. */
async function withExceptions(verify: Verify, group: Group, certificate: PathCertificate, crls: readonly Buffer[] | null, outcome: LeafOutcome): Promise<LeafOutcome> {
  const { terms: { intermediates, anchors }, question: { weakAuthorities = [] } } = group;
  const excepted = pathsOf(certificate, intermediates, anchors)
    .find(([leaf, ...authorities]) => leaf !== undefined && isStrong(leaf) && authorities.every((authority) => isStrong(authority) || weakAuthorities.includes(authority.fingerprint)));
  if (excepted === undefined) return outcome;
  const terms = { ...sharedTerms(group, crls), intermediates: excepted.slice(1, -1).map(({ der }) => der), anchors: excepted.slice(-1).map(({ der }) => der), authLevel: 0 as const };
  const [again] = await verify(terms, [certificate.der]);
  return again ?? outcome;
}

const ders = ({ certificates }: Group): Buffer[] => certificates.map(({ der }) => der);

function sharedTerms({ terms, question, at }: Group, crls: readonly Buffer[] | null): SharedTerms {
  const { policies, explicitPolicy, inhibitMapping, inhibitAny } = question;
  return {
    intermediates: terms.intermediates.map(({ der }) => der), anchors: terms.anchors.map(({ der }) => der), crls, atSeconds: at / 1000,
    policies, explicitPolicy, inhibitMapping, inhibitAny, authLevel: 2,
  };
}

function answerOf(group: Group, certificate: PathCertificate, { code: pathCode, path, revokedSince, compared }: Found): PathAnswer {
  const code = PATH_CODES[pathCode].verdict === 'valid' ? (unfitness(certificate, group.question.role) ?? pathCode) : pathCode;
  const keepable = code !== 'check-failed' && code !== 'check-timed-out';
  return {
    ...plainAnswer(code), path,
    holds: keepable ? spanOf(group, [certificate.notBefore, certificate.notAfter, ...compared]) : null,
    revokedSince: code === 'valid-revoked-later' && revokedSince !== null ? new Date(revokedSince) : null,
  };
}

/** An answer that needs no look at a path and holds at all times. */
export const plainAnswer = (code: PathCode): PathAnswer => ({ ...PATH_CODES[code], code, path: [], holds: { from: null, to: null }, revokedSince: null });

/** The answer can only change where the time passes one of the dates it depends on: it holds between the two nearest. */
function spanOf({ terms: { intermediates, anchors, crls, answers }, at }: Group, ownDates: readonly number[]): { from: Date | null; to: Date | null } {
  const dates = [
    ...ownDates, ...[...intermediates, ...anchors].flatMap(({ notBefore, notAfter }) => [notBefore, notAfter]), ...crls.flatMap(({ thisUpdate, nextUpdate }) => [thisUpdate, nextUpdate]),
    ...answers.flatMap(datesOf),
  ];
  const from = Math.max(...dates.filter((date) => date <= at));
  const to = Math.min(...dates.filter((date) => date > at));
  return { from: Number.isFinite(from) ? new Date(from) : null, to: Number.isFinite(to) ? new Date(to) : null };
}
