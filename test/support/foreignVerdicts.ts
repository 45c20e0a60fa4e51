import assert from 'node:assert/strict';
import type { CardPolicy } from '../../formats/foreign/examineCard.js';
import type { TrustInput } from '../../formats/foreign/trust.js';
import { verifyBatch, verifyOneCard, type BatchVerdict, type VerifyInput } from '../../formats/foreign/verify.js';
import type { CardVerdict } from '../../formats/foreign/verdict.js';
import { findOpenssl } from '../../formats/trust/opensslCommand.js';
import { createPathValidator } from '../../formats/trust/validator.js';
import { ca } from './cards.js';
import { crlOf } from './crl.js';

/** The real acceptance of a card of another vendor, at a fixed present: OpenSSL judges paths, a list of the test authority says who is revoked. */
export const NOW = new Date('2026-07-01T00:00:00Z');

const openssl = await findOpenssl(undefined);
assert.ok(openssl.path !== null, 'the tests need OpenSSL 3, as the hub does');
export const validator = createPathValidator({ opensslPath: openssl.path, clock: () => NOW.getTime() });

export const trustOf = (changes: Partial<TrustInput> = {}): TrustInput => ({ validator, anchors: ANCHORS, intermediates: NONE, crls: CRLS, at: null, ...changes });
const ANCHORS = [ca.certificate.raw];
const CRLS = [crlOf(ca)];
const NONE: readonly Uint8Array[] = [];

export const policyOf = (changes: Partial<CardPolicy> = {}): CardPolicy =>
  ({ profile: 'v1.0', requireTeacher: false, teacherMayApprove: true, approvedSeals: null, registered: new Map(), issuedHere: () => false, ...changes });

export type Terms = { policy?: Partial<CardPolicy>; trust?: Partial<TrustInput>; context?: ReadonlyMap<string, string> };

const inputOf = (bytes: Uint8Array | string, { policy, trust }: Terms): VerifyInput =>
  ({ bytes: Buffer.from(bytes as string), policy: { kind: 'accept', ...policyOf(policy) }, trust: trustOf(trust), now: NOW });

export const judgeCard = (bytes: Uint8Array | string, terms: Terms = {}): Promise<CardVerdict> => verifyOneCard(inputOf(bytes, terms), terms.context);
export const judgeBatch = (bytes: Uint8Array | string, terms: Terms = {}, detached: Uint8Array | null = null): Promise<BatchVerdict> => verifyBatch(inputOf(bytes, terms), detached);

/** What a person would want to know when the test fails. */
export function assertValid(verdict: CardVerdict): void {
  assert.equal(`${verdict.verdict} ${verdict.code} ${verdict.role ?? ''} ${verdict.diagnosis?.culprit ?? ''}`.trim(), 'valid valid');
  assert.ok(verdict.card !== null && verdict.stored !== null);
}
