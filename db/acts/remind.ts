import { row, rows, touched, type Db } from '../connect.js';
import { PRESS_AGAIN_AFTER_S } from '../../domain/reminders.js';
import { writeAudit } from '../audit.js';
import type { DecisionRow } from '../decision/intake.js';
import { PRESSED_AT } from '../school/pressed.js';
import { mailTaskGroups, taskGroups } from '../school/taskMails.js';
import type { ActContext } from './context.js';

/** "Gửi nhắc": one mail a person and kind of work, now, whatever the policy's rhythm; none about what was pressed for a moment ago. */
export async function remindSchool(db: Db, decision: DecisionRow<'remind_school'>, context: ActContext): Promise<void> {
  const { campaignId, schoolCode } = decision;
  const tasks = await rows<{ id: string }>(db, `
    SELECT t.id FROM task t WHERE campaign_id = :campaignId AND school_code = :schoolCode AND state = 'open' AND assignee_id IS NOT NULL
      AND (:stage::text IS NULL OR kind = :stage) AND coalesce(${PRESSED_AT} <= now() - :again * interval '1 second', true)`,
  { campaignId, schoolCode, stage: decision.payload.stage, again: PRESS_AGAIN_AFTER_S });
  const ids = tasks.map((task) => task.id);
  const unit = await row<{ name: string }>(db, `
    SELECT coalesce(o.name, v.department_name) AS name FROM province v
    LEFT JOIN active_grant g ON g.person_id = :actorId AND g.role = 'office' LEFT JOIN office o ON o.code = g.office_code LIMIT 1`, { actorId: decision.actorId });
  await mailTaskGroups(db, await taskGroups(db, ids), { kind: 'reminder', requestedByUnit: unit?.name ?? null, round: decision.id }, context);
  await touched(db, 'UPDATE task SET reminders = reminders + 1, reminded_at = :now WHERE id = ANY(:ids)', { ids, now: context.now });
  await writeAudit(db, [{ actorId: decision.actorId, act: decision.act, subjectKind: 'school', subjectId: schoolCode ?? '', decisionId: decision.id, detail: { stage: decision.payload.stage, tasks: ids.length } }]);
}
