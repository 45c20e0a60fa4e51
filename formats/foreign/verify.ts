import { setImmediate } from 'node:timers/promises';
import type { ProfileCode } from '../../domain/card.js';
import { namespacesAt, type Namespaces } from '../xml/canonicalization.js';
import { readNamespaced, type NamespacedElement, type PlaceFault } from '../xml/namespaceReader.js';
import { BATCH_TAG, batchFault, readBatchShape, type BatchShape } from './batchShape.js';
import { ForeignFault, reportOf } from './codes.js';
import { diagnosesOf, examineCard, type CardPlace, type CardPolicy, type Diagnoses } from './examineCard.js';
import { examineOwnCard, type OwnPolicy } from './examineOwnCard.js';
import { FOREIGN_BATCH_LIMITS, FOREIGN_CARD_LIMITS } from './limits.js';
import { concludeCards, soundAt, withRevocation, type Proven } from './proven.js';
import { verifyTransaction, type SignedTransaction } from './transaction.js';
import { judgeTrust, type TrustAnswer, type TrustInput } from './trust.js';
import { describe, refused, SOUND, worst, type CardVerdict, type Reasoned, type SignatureReport, type Verdict } from './verdict.js';

/** `accept`: cards of other vendors' software; `own`: what this hub has written. Never mixed: which one applies is known from the UUID (spec §3.1). */
export type Policy = ({ kind: 'accept' } & CardPolicy) | ({ kind: 'own' } & OwnPolicy);

export type VerifyInput<P extends Policy = Policy> = {
  /** A whole file: one HOC_BA, or a DANH_SACH_HOC_BA of them. */
  bytes: Uint8Array;
  policy: P;
  trust: TrustInput;
  /** Now; the proven time is `trust.at`. */
  now: Date;
};

export type TransactionVerdict = Reasoned & { verdict: Verdict; approval: 'checked' | 'not-checked'; signature: SignatureReport | null };

export type BatchVerdict = {
  kind: 'batch';
  /** The worst of all. */
  verdict: Verdict;
  transaction: TransactionVerdict;
  /** In the order of the batch; empty where it could not be read. */
  cards: readonly CardVerdict[];
};

export type DocumentVerdict = (CardVerdict & { kind: 'card' }) | BatchVerdict;

const TURN = 16;
const ALONE: Namespaces = new Map();

/** Judges a file by its root, a card or a batch. */
export async function verifyDocument(input: VerifyInput): Promise<DocumentVerdict> {
  return firstTag(input.bytes) === BATCH_TAG ? verifyBatch(input) : { kind: 'card', ...await verifyOneCard(input) };
}

/** @param context namespaces stored with a card that was received in a batch */
export async function verifyOneCard({ bytes, policy, trust, now }: VerifyInput, context: Namespaces = ALONE): Promise<CardVerdict> {
  const at = trust.at ?? now;
  const examined = policy.kind === 'own' ? examineOwnCard(Buffer.from(bytes), policy, at) : examineFile(bytes, policy, at, context);
  const [verdict] = await concludeCards([examined], trust);
  return verdict as CardVerdict;
}

/**
 * A stored card of other software once more: everything but the trust in its certificates and what the registers say, which were judged
 * when it was received. What it says is handed out from this parse alone.
 * @param context the namespaces that it verified in
 * @param at by when it must have been signed
 */
export function examineStored({ bytes, context, profile, at }: { bytes: Uint8Array; context: Namespaces; profile: ProfileCode; at: Date }): Proven | CardVerdict {
  return examineFile(bytes, { ...JUDGED_BEFORE, profile }, at, context);
}

/** What only registers and the campaign know is not asked a second time. */
export const JUDGED_BEFORE = { requireTeacher: false, teacherMayApprove: true, approvedSeals: null, registered: new Map<string, string>(), issuedHere: () => false } as const satisfies Omit<CardPolicy, 'profile'>;

function examineFile(bytes: Uint8Array, policy: CardPolicy, at: Date, outside: Namespaces): Proven | CardVerdict {
  const reading = readNamespaced(bytes, FOREIGN_CARD_LIMITS, outside);
  if (!reading.ok) return refused(new ForeignFault(reading.code));
  const { source, root, faults } = reading;
  const outer = faults.find((fault) => fault.at < root.start || fault.at >= root.end);
  if (outer !== undefined) return refused(new ForeignFault(outer.code));
  return examineCard({ source, faults, element: root, outside }, policy, at, diagnosesOf(1));
}

/**
 * Judges a whole transaction: each card by itself, and the sender's Signature over them all.
 * @param detached the Signature where it came beside `content`
 */
export async function verifyBatch({ bytes, policy, trust, now }: VerifyInput, detached: Uint8Array | null = null): Promise<BatchVerdict> {
  const at = trust.at ?? now;
  const reading = readNamespaced(bytes, FOREIGN_BATCH_LIMITS);
  if (!reading.ok) return unreadable(new ForeignFault(reading.code));
  const { source, root, faults } = reading;
  let shape: BatchShape;
  try {
    shape = readBatchShape(root);
  } catch (fault) {
    if (fault instanceof ForeignFault) return unreadable(fault);
    throw fault;
  }
  const outside = namespacesAt(root, { top: root, outside: ALONE });
  const diagnoses = diagnosesOf(shape.cards.length);
  const examined: (Proven | CardVerdict)[] = [];
  for (const element of shape.cards) {
    // Ten megabytes take seconds: whoever shares this process, heartbeats too, gets a turn.
    if (examined.length % TURN === TURN - 1) await setImmediate();
    examined.push(examinePlace({ source, faults, element, outside }, policy, at, diagnoses));
  }
  // Our own packets carry the Sở's signature over cards that each school has sealed: its approval is no school's.
  const approved = policy.kind === 'own' ? null : policy.approvedSeals;
  const sender = examineTransaction(root, shape, faults, detached, approved, at);
  const [transaction, cards] = [await concludeTransaction(sender, approved, trust), await concludeCards(refuseTwins(examined), trust)];
  return { kind: 'batch', verdict: worst([transaction.verdict, ...cards.map(({ verdict }) => verdict)]), transaction, cards };
}

function examinePlace(place: CardPlace, policy: Policy, at: Date, diagnoses: Diagnoses): Proven | CardVerdict {
  if (policy.kind === 'accept') return examineCard(place, policy, at, diagnoses);
  return examineOwnCard(Buffer.from(place.source.slice(place.element.start, place.element.end), 'utf8'), policy, at);
}

/** The name of the root, looked up in the first bytes only to choose the reader, which then judges for itself. */
export function firstTag(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, 4_096)).toString('utf8');
  return /<([A-Za-z_][^\s/>]*)/.exec(head)?.[1] ?? null;
}

/** One MA_TRA_CUU_UUID is one card: the same one twice in a transaction makes both unusable. */
function refuseTwins(examined: (Proven | CardVerdict)[]): (Proven | CardVerdict)[] {
  const idOf = (one: Proven | CardVerdict): string | null => ('content' in one ? one.content.data.cardId : one.cardId)?.toLowerCase() ?? null;
  const counts = new Map<string, number>();
  for (const one of examined) {
    const id = idOf(one);
    if (id !== null) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return examined.map((one) => ('content' in one && (counts.get(idOf(one) ?? '') ?? 0) > 1
    ? refused(new ForeignFault('duplicate', 'MA_TRA_CUU_UUID'), { cardId: one.content.data.cardId, profile: one.profile })
    : one));
}

export function unreadable(fault: ForeignFault): BatchVerdict {
  return { kind: 'batch', verdict: 'invalid', transaction: { ...reportOf(fault.code, fault.place), verdict: 'invalid', approval: 'not-checked', signature: null }, cards: [] };
}

function examineTransaction(
  root: NamespacedElement, shape: BatchShape, faults: readonly PlaceFault[], detached: Uint8Array | null, approved: ReadonlySet<string> | null, at: Date,
): SignedTransaction | ForeignFault {
  try {
    const fault = batchFault(shape, faults);
    if (fault !== null) throw new ForeignFault(fault.code);
    if (detached === null) {
      if (shape.signature === null) throw new ForeignFault('transaction-signature-missing');
      return verifyTransaction(root, shape.signature, { detached: false, approved, at });
    }
    if (shape.signature !== null) throw new ForeignFault('transaction-signature-twice');
    const beside = readNamespaced(detached, FOREIGN_CARD_LIMITS);
    if (!beside.ok) throw new ForeignFault(beside.code);
    if (beside.faults[0] !== undefined) throw new ForeignFault(beside.faults[0].code);
    return verifyTransaction(root, beside.root, { detached: true, approved, at });
  } catch (fault) {
    if (fault instanceof ForeignFault) return fault;
    throw fault;
  }
}

async function concludeTransaction(sender: SignedTransaction | ForeignFault, approved: ReadonlySet<string> | null, trust: TrustInput): Promise<TransactionVerdict> {
  const approval = approved === null ? 'not-checked' : 'checked';
  if (sender instanceof ForeignFault) return { ...reportOf(sender.code, sender.place), verdict: 'invalid', approval, signature: null };
  const signature = describe('transaction', sender.signedAt?.text ?? null, sender.certificate);
  const [answer] = await judgeTrust([{ ...sender, signedAt: sender.signedAt?.at ?? trust.at, role: 'organisation' }], trust) as [TrustAnswer];
  if (answer.verdict !== 'valid') return { ...answer.report, verdict: answer.verdict, approval, signature };
  return { ...SOUND, message: 'Chữ ký của đơn vị gửi hợp lệ trên toàn bộ giao dịch.', verdict: soundAt(trust), approval, signature: withRevocation(signature, answer) };
}
