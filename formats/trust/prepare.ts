import { createHash } from 'node:crypto';
import { readPathCertificate, type PathCertificate } from './certificate.js';
import type { PathCode } from './codes.js';
import { readCrl, type Crl } from './crl.js';
import { readOcsp, type OcspAnswer } from './ocsp.js';
import type { PathQuestion } from './question.js';

export const MOST_INTERMEDIATES = 8;

/** What a question's lists hold, read once for each list. */
export type PreparedTerms = {
  intermediates: readonly PathCertificate[];
  anchors: readonly PathCertificate[];
  crls: readonly Crl[];
  answers: readonly OcspAnswer[];
  /** Whether a list was given that could not be used at all. */
  unusableCrl: boolean;
  /** Why no certificate can be judged on these terms. */
  fault: PathCode | null;
};

export type Prepared = {
  question: PathQuestion;
  certificate: PathCertificate | null;
  terms: PreparedTerms;
  /** Of all that the answer depends on but the certificate and the time. */
  termsKey: string;
  key: string;
};

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Bytes are known again by identity, lists too: a revocation list of some megabytes is digested and read once, not once for each card. */
const bytesDigests = new WeakMap<Uint8Array, string>();
const listDigests = new WeakMap<readonly Uint8Array[], string>();
const read = new WeakMap<Uint8Array, PathCertificate | null>();
const readLists = new WeakMap<Uint8Array, Crl | null>();
const readAnswers = new WeakMap<Uint8Array, OcspAnswer | null>();

function remembered<K extends object, V>(memory: WeakMap<K, V>, key: K, make: (key: K) => V): V {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make(key);
  memory.set(key, made);
  return made;
}

/** A list's digest does not depend on its order, as no answer does. */
const digestOf = (list: readonly Uint8Array[]): string =>
  remembered(listDigests, list, () => digest(Buffer.from(list.map((bytes) => remembered(bytesDigests, bytes, digest)).sort().join(' '))));

/** Questions are asked by the thousand on the same terms: the last ones for each array of anchors are known by their arrays. */
const MOST_TERMS = 16;
type KnownTerms = { question: PathQuestion; terms: PreparedTerms; termsKey: string; termsDigest: string };
const termsByAnchors = new WeakMap<readonly Uint8Array[], KnownTerms[]>();
const COMPARED = ['intermediates', 'crls', 'ocsps', 'policies', 'weakAuthorities', 'explicitPolicy', 'inhibitMapping', 'inhibitAny', 'role', 'revocation'] as const satisfies readonly (keyof PathQuestion)[];

export function prepare(question: PathQuestion): Prepared {
  const { terms, termsKey, termsDigest } = termsOf(question);
  const fingerprint = remembered(bytesDigests, question.certificate, digest);
  return { question, certificate: certificateOf(question.certificate, fingerprint), terms, termsKey, key: `${fingerprint} ${termsDigest}` };
}

function termsOf(question: PathQuestion): KnownTerms {
  const all = remembered(termsByAnchors, question.anchors, () => []);
  const known = all.find((one) => COMPARED.every((field) => one.question[field] === question[field]) && (one.question.at === null) === (question.at === null));
  if (known !== undefined) return known;
  const termsKey = keyOfTerms(question);
  const made = { question, terms: readTerms(question), termsKey, termsDigest: digest(Buffer.from(termsKey)) };
  if (all.length >= MOST_TERMS) all.shift();
  all.push(made);
  return made;
}

const NO_ANSWERS: readonly Uint8Array[] = [];

const keyOfTerms = ({ intermediates, anchors, crls, ocsps = NO_ANSWERS, policies, explicitPolicy, inhibitMapping, inhibitAny, role, revocation, weakAuthorities = [], at }: PathQuestion): string => JSON.stringify([
  digestOf(intermediates), digestOf(anchors), ...(revocation === 'required' ? [digestOf(crls), digestOf(ocsps)] : [null, null]), [...policies].sort(), explicitPolicy, inhibitMapping, inhibitAny,
  role, [...weakAuthorities].sort(), at === null,
]);

const KEPT = 4_096;
const certificates = new Map<string, PathCertificate | null>();

function certificateOf(der: Uint8Array, fingerprint: string): PathCertificate | null {
  const known = certificates.get(fingerprint);
  if (known !== undefined) return known;
  const made = readPathCertificate(der);
  if (certificates.size >= KEPT) certificates.delete(certificates.keys().next().value as string);
  certificates.set(fingerprint, made);
  return made;
}

function readTerms({ intermediates, anchors, crls, ocsps = NO_ANSWERS, revocation }: PathQuestion): PreparedTerms {
  const tooMany = intermediates.length > MOST_INTERMEDIATES;
  const between = tooMany ? [] : intermediates.map((der) => remembered(read, der, readPathCertificate));
  const trusted = anchors.map((der) => remembered(read, der, readPathCertificate));
  const lists = revocation === 'none' ? [] : crls.map((der) => remembered(readLists, der, readCrl));
  const answers = revocation === 'none' ? [] : ocsps.map((der) => remembered(readAnswers, der, readOcsp));
  const fault = tooMany ? 'too-many-intermediates' : between.includes(null) ? 'intermediate-malformed' : anchors.length === 0 ? 'no-anchors' : trusted.includes(null) ? 'anchor-malformed' : null;
  return { intermediates: present(between), anchors: present(trusted), crls: present(lists), answers: present(answers), unusableCrl: lists.includes(null), fault };
}

const present = <T>(list: readonly (T | null)[]): T[] => list.filter((one) => one !== null);
