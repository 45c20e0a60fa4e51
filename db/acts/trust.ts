import type { TrustChange } from '../../domain/trust.js';
import { writeAudit } from '../audit.js';
import { row, touched, type Db } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';
import { usePacketKey } from './directory.js';

/** The proposal's id is the decision's, so that a repeated recording makes none twice. */
export async function proposeTrust(db: Db, decision: DecisionRow<'propose_trust'>): Promise<void> {
  const { id, actorId, payload: { change, reason } } = decision;
  await touched(db, 'INSERT INTO trust_change (id, content, reason, proposed_by) VALUES (:id, :content, :reason, :actorId)', { id, content: JSON.stringify(change), reason, actorId });
  await writeAudit(db, [{ actorId, act: decision.act, subjectKind: 'directory', subjectId: id, decisionId: id, detail: { kind: change.kind, reason } }]);
}

/** A confirmed change is carried out in the same transaction; an ended certificate stays, with the moment until which it was trusted. */
export async function settleTrust(db: Db, decision: DecisionRow<'settle_trust'>): Promise<void> {
  const { actorId, payload: { changeId, confirmed, reason } } = decision;
  const settled = (await row<{ content: TrustChange }>(db, `
    UPDATE trust_change SET state = :state, settled_by = :actorId, settled_at = now(), settled_reason = :reason WHERE id = :changeId AND state = 'proposed' RETURNING content`,
  { changeId, actorId, reason, state: confirmed ? 'confirmed' : 'rejected' }))!;
  if (confirmed) await carryOut(db, changeId, settled.content);
  await writeAudit(db, [{ actorId, act: decision.act, subjectKind: 'directory', subjectId: changeId, decisionId: decision.id, detail: { kind: settled.content.kind, confirmed, reason } }]);
}

async function carryOut(db: Db, changeId: string, change: TrustChange): Promise<void> {
  switch (change.kind) {
    case 'add_certificate': {
      const { authority, der, subject, notBefore, notAfter, selfSigned, uses, weak } = change;
      await touched(db, `
        INSERT INTO trust_anchor (authority, der, fingerprint, subject, not_before, not_after, self_signed, uses, weak, added_by)
        VALUES (:authority, decode(:der, 'base64'), encode(sha256(decode(:der, 'base64')), 'hex'), :subject, :notBefore, :notAfter, :selfSigned, :uses, :weak, :changeId)`,
      { authority, der, subject, notBefore, notAfter, selfSigned, uses, weak, changeId });
      return;
    }
    case 'use_packet_key':
      await usePacketKey(db, change.keyId);
      return;
    case 'add_source':
      await touched(db, 'INSERT INTO trust_source (authority, kind, address, added_by) VALUES (:authority, :source, :address, :changeId)', { authority: change.authority, source: change.source, address: change.address, changeId });
      return;
    case 'end_certificate':
      await touched(db, 'UPDATE trust_anchor SET trusted_to = now(), ended_by = :changeId WHERE id = :id AND trusted_to IS NULL', { id: change.id, changeId });
      return;
    case 'end_source':
      await touched(db, 'UPDATE trust_source SET used_to = now(), ended_by = :changeId WHERE id = :id AND used_to IS NULL', { id: change.id, changeId });
      return;
  }
}
