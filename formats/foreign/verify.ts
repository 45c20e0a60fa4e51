import { namespacesAt } from '../xml/canonicalization.js';
import { readNamespaced, type NamespacedElement, type PlaceFault } from '../xml/namespaceReader.js';
import { BATCH_TAG, batchFault, readBatchShape, type BatchShape } from './batchShape.js';
import { ForeignFault, reportOf } from './codes.js';
import { examineCard, type CardPolicy, type Diagnoses, type Examined } from './examineCard.js';
import { FOREIGN_BATCH_LIMITS, FOREIGN_CARD_LIMITS } from './limits.js';
import { verifyTransaction, type SignedTransaction } from './transaction.js';
import { judgeTrust, type TrustAnswer, type TrustInput, type TrustSubject } from './trust.js';
import { describe, refused, SOUND, SOUND_CARD, worst, type ForeignCardVerdict, type Reasoned, type SignatureReport, type Verdict } from './verdict.js';

export type ForeignInput = {
  /** A whole file: one HOC_BA, or a DANH_SACH_HOC_BA of them. */
  bytes: Uint8Array;
  policy: CardPolicy;
  trust: TrustInput;
  /** Now; the proven time is `trust.at`. */
  now: Date;
};

export type TransactionVerdict = Reasoned & { verdict: Verdict; approval: 'checked' | 'not-checked'; signature: SignatureReport | null };

export type ForeignBatchVerdict = {
  kind: 'batch';
  /** The worst of all. */
  verdict: Verdict;
  transaction: TransactionVerdict;
  /** In the order of the batch; empty where it could not be read. */
  cards: readonly ForeignCardVerdict[];
};

export type ForeignDocumentVerdict = (ForeignCardVerdict & { kind: 'card' }) | ForeignBatchVerdict;

const LOOKED_INTO = 20;

/**
 * Judges one card of another vendor's software by the acceptance policy (spec §3.1).
 * @param context namespaces stored with a card that was received in a batch
 */
export async function verifyForeignCard({ bytes, policy, trust, now }: ForeignInput, context: ReadonlyMap<string, string> = new Map()): Promise<ForeignCardVerdict> {
  const reading = readNamespaced(bytes, FOREIGN_CARD_LIMITS, context);
  if (!reading.ok) return refused(new ForeignFault(reading.code));
  const { source, root, faults } = reading;
  const outer = faults.find(({ at }) => at < root.start || at >= root.end);
  if (outer !== undefined) return refused(new ForeignFault(outer.code));
  const examined = examineCard({ source, faults, element: root, outside: context }, policy, trust.at ?? now, { left: 1 });
  const [verdict] = await concludeCards([examined], trust);
  return verdict as ForeignCardVerdict;
}

/**
 * Judges a whole transaction: each card, and the sender's Signature.
 * @param detached the Signature where it came beside `content`
 */
export async function verifyForeignBatch({ bytes, policy, trust, now }: ForeignInput, detached: Uint8Array | null = null): Promise<ForeignBatchVerdict> {
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
  const outside = namespacesAt(root, { top: root, outside: new Map() });
  const diagnoses: Diagnoses = { left: LOOKED_INTO };
  const examined = refuseTwins(shape.cards.map((element) => examineCard({ source, faults, element, outside }, policy, at, diagnoses)));
  const sender = examineTransaction(root, shape, faults, detached, policy, at);
  const [transaction, cards] = [await concludeTransaction(sender, policy, trust), await concludeCards(examined, trust)];
  return { kind: 'batch', verdict: worst([transaction.verdict, ...cards.map(({ verdict }) => verdict)]), transaction, cards };
}

/** By the root of the file: a card or a batch. */
export async function verifyForeign(input: ForeignInput): Promise<ForeignDocumentVerdict> {
  return firstTag(input.bytes) === BATCH_TAG ? verifyForeignBatch(input) : { kind: 'card', ...await verifyForeignCard(input) };
}

/** The name of the root, looked up in the first bytes only to choose the reader, which then judges for itself. */
function firstTag(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, 4_096)).toString('utf8');
  return /<([A-Za-z_][^\s/>]*)/.exec(head)?.[1] ?? null;
}

/** One MA_TRA_CUU_UUID is one card: the same one twice in a transaction makes both unusable. */
function refuseTwins(examined: (Examined | ForeignCardVerdict)[]): (Examined | ForeignCardVerdict)[] {
  const idOf = (one: Examined | ForeignCardVerdict): string | null => ('shape' in one ? one.shape.content.data.cardId : one.cardId)?.toLowerCase() ?? null;
  const counts = new Map<string, number>();
  for (const one of examined) {
    const id = idOf(one);
    if (id !== null) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return examined.map((one) => ('shape' in one && (counts.get(idOf(one) ?? '') ?? 0) > 1
    ? refused(new ForeignFault('duplicate', 'MA_TRA_CUU_UUID'), { cardId: one.shape.content.data.cardId, profile: one.shape.profile.code })
    : one));
}

export function unreadable(fault: ForeignFault): ForeignBatchVerdict {
  return { kind: 'batch', verdict: 'invalid', transaction: { ...reportOf(fault.code, fault.place), verdict: 'invalid', approval: 'not-checked', signature: null }, cards: [] };
}

function examineTransaction(
  root: NamespacedElement, shape: BatchShape, faults: readonly PlaceFault[], detached: Uint8Array | null, policy: CardPolicy, at: Date,
): SignedTransaction | ForeignFault {
  try {
    const fault = batchFault(shape, faults);
    if (fault !== null) throw new ForeignFault(fault.code);
    if (detached === null) {
      if (shape.signature === null) throw new ForeignFault('transaction-signature-missing');
      return verifyTransaction(root, shape.signature, { detached: false, approved: policy.approvedSeals, at });
    }
    if (shape.signature !== null) throw new ForeignFault('transaction-signature-twice');
    const beside = readNamespaced(detached, FOREIGN_CARD_LIMITS);
    if (!beside.ok) throw new ForeignFault(beside.code);
    if (beside.faults[0] !== undefined) throw new ForeignFault(beside.faults[0].code);
    return verifyTransaction(root, beside.root, { detached: true, approved: policy.approvedSeals, at });
  } catch (fault) {
    if (fault instanceof ForeignFault) return fault;
    throw fault;
  }
}

async function concludeTransaction(sender: SignedTransaction | ForeignFault, { approvedSeals }: CardPolicy, trust: TrustInput): Promise<TransactionVerdict> {
  const approval = approvedSeals === null ? 'not-checked' : 'checked';
  if (sender instanceof ForeignFault) return { ...reportOf(sender.code, sender.place), verdict: 'invalid', approval, signature: null };
  const signature = describe('transaction', sender.signedAt?.text ?? null, sender);
  const subject: TrustSubject = { ...sender, signedAt: sender.signedAt?.at ?? trust.at, role: 'organisation' };
  const [answer] = await judgeTrust([subject], trust) as [TrustAnswer];
  if (answer.verdict !== 'valid') return { ...answer.report, verdict: answer.verdict, approval, signature };
  return { ...SOUND, message: 'Chữ ký của đơn vị gửi hợp lệ trên toàn bộ giao dịch.', verdict: soundAt(trust), approval, signature: withRevocation(signature, answer) };
}

async function concludeCards(examined: readonly (Examined | ForeignCardVerdict)[], trust: TrustInput): Promise<ForeignCardVerdict[]> {
  const subjects = examined.map((one): TrustSubject[] => ('shape' in one
    ? one.blocks.map((block) => ({ certificate: block.certificate, others: block.others, signedAt: block.time.at, role: block.role === 'seal' ? 'organisation' : 'person' }))
    : []));
  const answers = await judgeTrust(subjects.flat(), trust);
  let next = 0;
  return examined.map((one, place) => {
    const own = answers.slice(next, next += subjects[place]?.length ?? 0);
    return 'shape' in one ? concludeCard(one, own, trust) : one;
  });
}

/** An invalid certificate outweighs one that cannot be shown to be good, and both outweigh one that nobody has registered. */
function concludeCard({ shape, blocks, order, notes, unregistered, outside, bytes }: Examined, answers: readonly TrustAnswer[], trust: TrustInput): ForeignCardVerdict {
  const described = blocks.map((block, place) => withRevocation(describe(block.role, block.time.text, block), answers[place]));
  const common = {
    order, notes, diagnosis: null, profile: shape.profile.code, cardId: shape.content.data.cardId, signatures: described,
    approval: notes.includes('approval-not-checked') ? 'not-checked' : 'checked',
  } as const;
  const stored = { bytes, context: outside };
  for (const verdict of ['invalid', 'not-provable'] as const) {
    const worse = answers.findIndex((answer) => answer.verdict === verdict);
    const answer = answers[worse];
    if (answer === undefined || answer.verdict === 'valid') continue;
    const handedOut = verdict === 'invalid' ? { card: null, stored: null } : { card: shape.content, stored };
    return { ...common, ...answer.report, ...handedOut, verdict, role: blocks[worse]?.role ?? null };
  }
  if (unregistered !== null) return { ...common, ...reportOf('signer-unregistered'), verdict: 'not-provable', role: unregistered.role, card: shape.content, stored };
  return { ...common, ...SOUND, message: SOUND_CARD, verdict: soundAt(trust), role: null, card: shape.content, stored };
}

const soundAt = ({ at }: TrustInput): Verdict => (at === null ? 'valid' : 'valid-at-proven-time');

const withRevocation = (signature: SignatureReport, answer: TrustAnswer | undefined): SignatureReport =>
  ({ ...signature, revokedSince: answer?.verdict === 'valid' ? answer.revokedSince?.toISOString() ?? null : null });
