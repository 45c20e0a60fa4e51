import { randomUUID } from 'node:crypto';
import { writeAudit } from '../audit.js';
import { cardInBatch } from '../cards/items.js';
import { moveCards } from '../cards/move.js';
import { touched, type Db } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';

/** The principal returns a class: its cards lose the teacher's signature and wait for a new review, with the reason shown. */
export async function returnClass(db: Db, decision: DecisionRow<'return_class'>): Promise<void> {
  const { taskId, reason } = decision.payload;
  await moveCards(db, {
    from: ['teacher_signed'], to: 'drafted', act: decision.act, actorId: decision.actorId, decisionId: decision.id,
    using: 'task s', where: `s.id = :taskId AND c.class_id = s.class_id AND NOT ${cardInBatch('c.id')}`, bindings: { taskId }, set: 'teacher_signed_at = NULL',
  });
  await recordReturn(db, { taskId, fromStage: 'approve', reason, decision });
}

/** The teacher reports wrong rows: the class goes back to the clerk; its cards stay drafts that the next upload replaces. */
export async function reportWrongRows(db: Db, decision: DecisionRow<'report_wrong_rows'>): Promise<void> {
  const { taskId, reason, pupilIds } = decision.payload;
  await touched(db, `UPDATE class k SET collect_state = 'returned', version = k.version + 1 FROM task t WHERE t.id = :taskId AND k.id = t.class_id`, { taskId });
  await recordReturn(db, { taskId, fromStage: 'review', reason, decision, detail: { pupilIds } });
}

async function recordReturn(db: Db, input: {
  taskId: string; fromStage: 'review' | 'approve'; reason: string; decision: DecisionRow<'return_class' | 'report_wrong_rows'>; detail?: Record<string, unknown>;
}): Promise<void> {
  const { taskId, fromStage, reason, decision } = input;
  const id = randomUUID();
  const { rows: [task] } = await db.raw<{ rows: { class_id: string }[] }>('SELECT class_id FROM task WHERE id = :taskId', { taskId });
  const classId = task!.class_id;
  await touched(db, 'INSERT INTO class_return (id, class_id, from_stage, reason, returned_by) VALUES (:id, :classId, :fromStage, :reason, :actorId)', { id, classId, fromStage, reason, actorId: decision.actorId });
  await writeAudit(db, [{ actorId: decision.actorId, act: decision.act, subjectKind: 'class', subjectId: classId, decisionId: decision.id, detail: { reason, ...input.detail } }]);
}
