import type { BlockRole } from '../card/profile.js';
import type { CardShape, ForeignBlock } from './cardShape.js';
import { about, ForeignFault } from './codes.js';
import { holderOf } from './holder.js';
import type { ForeignSigner } from './signer.js';

/** What the campaign, the province and its registers say about who may sign. */
export type SignerPolicy = {
  /** The campaign asks for the homeroom teacher's signature, which the annex leaves optional. */
  requireTeacher: boolean;
  /** GVCN and CBQL may be one person: a note, unless the province forbids it. */
  teacherMayApprove: boolean;
  /** Fingerprints of the organisation certificates approved for the school; null: approval is not checked here. */
  approvedSeals: ReadonlySet<string> | null;
  /** Registered certificates of persons: fingerprint → personal number. */
  registered: ReadonlyMap<string, string>;
};

export type Note = 'same-person' | 'unknown-subject' | 'approval-not-checked';

/** A block whose digests and value are right, and by whom. */
export type SignedBlock = ForeignBlock & ForeignSigner;

/**
 * Whether each role's certificate may stand there: kind, number, registration, approval.
 * @returns what is worth telling though lawful, and the first signer nobody has registered, who may yet be
 * @throws ForeignFault
 */
export function judgeSigners(shape: CardShape, blocks: readonly SignedBlock[], policy: SignerPolicy): { notes: Note[]; unregistered: SignedBlock | null } {
  const { teacher, approver } = shape.content.data;
  const named: Record<BlockRole, string | null> = { subjectTeacher: null, teacher: teacher.personalNumber || null, principal: approver.personalNumber, seal: null };
  let unregistered: SignedBlock | null = null;
  for (const block of blocks) {
    about(block.role, () => {
      if (block.role === 'seal') assertSeal(block, policy);
      else if (assertPerson(block, named[block.role], policy)) unregistered ??= block;
    });
  }
  for (const role of ['teacher', 'principal', 'seal'] as const) {
    const needed = shape.profile.roles[role]?.mandatory === true || (role === 'teacher' && policy.requireTeacher);
    about(role, () => { if (needed && !blocks.some((block) => block.role === role)) throw new ForeignFault('role-missing'); });
  }
  const principal = blocks.find(({ role }) => role === 'principal');
  const both = principal !== undefined && blocks.some((block) => block.role === 'teacher' && samePerson(block, principal));
  if (both && !policy.teacherMayApprove) about('principal', () => { throw new ForeignFault('same-person'); });
  return { unregistered, notes: both ? ['same-person'] : [] };
}

function assertSeal({ certificate }: SignedBlock, { approvedSeals }: SignerPolicy): void {
  const { kind } = holderOf(certificate);
  // One that names neither person nor organisation may still be the one that was approved for the school.
  if (kind !== 'organisation' && !(kind === 'unnamed' && approvedSeals?.has(certificate.fingerprint))) throw new ForeignFault('holder-kind');
  if (approvedSeals !== null && !approvedSeals.has(certificate.fingerprint)) throw new ForeignFault('seal-unapproved');
}

/** @returns whether only a registration could say whose certificate it is, and there is none */
function assertPerson(block: SignedBlock, named: string | null, { registered }: SignerPolicy): boolean {
  const { certificate, personalNumber } = block;
  const holder = holderOf(certificate);
  if (holder.kind === 'organisation' || holder.kind === 'unclear') throw new ForeignFault('holder-kind');
  if (personalNumber !== null && named !== null && personalNumber !== named) throw new ForeignFault('signer-number');
  const expected = personalNumber ?? named;
  const known = [holder.kind === 'person' ? holder.personalNumber : null, registered.get(certificate.fingerprint) ?? null].filter((number) => number !== null);
  if (expected !== null && known.some((number) => number !== expected)) throw new ForeignFault('holder-number');
  return known.length === 0;
}

const samePerson = (one: SignedBlock, other: SignedBlock): boolean =>
  one.certificate.fingerprint === other.certificate.fingerprint || (one.personalNumber !== null && one.personalNumber === other.personalNumber) || sameNumber(one, other);

function sameNumber({ certificate: one }: SignedBlock, { certificate: other }: SignedBlock): boolean {
  const [first, second] = [holderOf(one), holderOf(other)];
  return first.kind === 'person' && second.kind === 'person' && first.personalNumber !== null && first.personalNumber === second.personalNumber;
}
