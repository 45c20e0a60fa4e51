import { writeAudit } from '../audit.js';
import { touched, type Db } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';
import { killLinks } from '../directory/ending.js';
import { inviteWithoutAccount } from '../mail/invite.js';
import type { ActContext } from './context.js';

/** The person's id is the decision's, so that a repeated recording makes nobody twice. */
export async function appoint(db: Db, decision: DecisionRow<'appoint'>, context: ActContext): Promise<void> {
  const { fullName, email, phone, personalNumber, role } = decision.payload;
  const { id } = decision;
  await touched(db, `INSERT INTO person (id, full_name, personal_number, email, phone) VALUES (:id, :fullName, :personalNumber, :email, :phone)`, { id, fullName, personalNumber, email, phone });
  await touched(db, 'INSERT INTO role_grant (person_id, role) VALUES (:id, :role)', { id, role });
  await inviteWithoutAccount(db, [id], context);
  await writeAudit(db, [{ actorId: decision.actorId, act: decision.act, subjectKind: 'person', subjectId: id, decisionId: id, detail: { role } }]);
}

/** Another invitation, for a lost, refused or stale one; the link of an earlier one dies. */
export async function inviteAgain(db: Db, decision: DecisionRow<'invite_again'>, context: ActContext): Promise<void> {
  const { personId } = decision.payload;
  await killLinks(db, { personId, purposes: ['set_password'], at: context.now });
  await inviteWithoutAccount(db, [personId], context, decision.id);
  await writeAudit(db, [{ actorId: decision.actorId, act: decision.act, subjectKind: 'person', subjectId: personId, decisionId: decision.id }]);
}

export async function setPacketKey(db: Db, decision: DecisionRow<'set_packet_key'>): Promise<void> {
  const { keyId } = decision.payload;
  await usePacketKey(db, keyId);
  await writeAudit(db, [{ actorId: decision.actorId, act: decision.act, subjectKind: 'directory', subjectId: keyId, decisionId: decision.id }]);
}

export async function usePacketKey(db: Db, keyId: string): Promise<void> {
  await touched(db, 'UPDATE packet_key SET active = false WHERE active AND id <> :keyId', { keyId });
  await touched(db, 'UPDATE packet_key SET active = true WHERE id = :keyId', { keyId });
}
