import { createHash } from 'node:crypto';
import { readPathCertificate, type PathCertificate } from './certificate.js';
import type { PathCode } from './codes.js';
import { readCrl, type Crl } from './crl.js';
import type { PathQuestion } from './question.js';

export const MOST_INTERMEDIATES = 8;

/** What a question's lists hold, read once for each list. */
export type PreparedTerms = {
  intermediates: readonly PathCertificate[];
  anchors: readonly PathCertificate[];
  crls: readonly Crl[];
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

/** Lists are told apart by identity first: a caller's list of anchors is digested once, not once for each card. */
const digests = new WeakMap<readonly Uint8Array[], string>();
const certificateLists = new WeakMap<readonly Uint8Array[], readonly (PathCertificate | null)[]>();
const crlLists = new WeakMap<readonly Uint8Array[], readonly (Crl | null)[]>();

function remembered<V>(memory: WeakMap<readonly Uint8Array[], V>, list: readonly Uint8Array[], make: () => V): V {
  const known = memory.get(list);
  if (known !== undefined) return known;
  const made = make();
  memory.set(list, made);
  return made;
}

/** An array's digest does not depend on its order, as no answer does. */
const digestOf = (list: readonly Uint8Array[]): string => remembered(digests, list, () => digest(Buffer.from(list.map(digest).sort().join(' '))));

export function prepare(question: PathQuestion): Prepared {
  const { certificate, intermediates, anchors, crls, policies, explicitPolicy, inhibitMapping, inhibitAny, role, revocation, weakAuthorities = [], at } = question;
  const termsKey = JSON.stringify([
    digestOf(intermediates), digestOf(anchors), revocation === 'required' ? digestOf(crls) : null, [...policies].sort(), explicitPolicy, inhibitMapping, inhibitAny,
    role, [...weakAuthorities].sort(), at === null,
  ]);
  const fingerprint = digest(certificate);
  return { question, certificate: certificateOf(certificate, fingerprint), terms: termsOf(question), termsKey, key: `${fingerprint} ${digest(Buffer.from(termsKey))}` };
}

const KEPT = 4_096;
const certificates = new Map<string, PathCertificate | null>();

function certificateOf(der: Uint8Array, fingerprint: string): PathCertificate | null {
  const known = certificates.get(fingerprint);
  if (known !== undefined) return known;
  const read = readPathCertificate(der);
  if (certificates.size >= KEPT) certificates.delete(certificates.keys().next().value as string);
  certificates.set(fingerprint, read);
  return read;
}

function termsOf({ intermediates, anchors, crls, revocation }: PathQuestion): PreparedTerms {
  const tooMany = intermediates.length > MOST_INTERMEDIATES;
  const between = tooMany ? [] : read(intermediates);
  const trusted = read(anchors);
  const lists = revocation === 'none' ? [] : remembered(crlLists, crls, () => crls.map(readCrl));
  const fault = tooMany ? 'too-many-intermediates' : between.includes(null) ? 'intermediate-malformed' : anchors.length === 0 ? 'no-anchors' : trusted.includes(null) ? 'anchor-malformed' : null;
  return { intermediates: present(between), anchors: present(trusted), crls: present(lists), unusableCrl: lists.includes(null), fault };
}

const read = (list: readonly Uint8Array[]): readonly (PathCertificate | null)[] => remembered(certificateLists, list, () => list.map(readPathCertificate));

const present = <T>(list: readonly (T | null)[]): T[] => list.filter((one) => one !== null);
