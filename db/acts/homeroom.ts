import { writeAudit } from '../audit.js';
import { row, touched, type Db } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';
import { inviteWithoutAccount } from '../mail/invite.js';
import { noticeHomeroomEnded } from '../mail/standing.js';
import type { ActContext } from './context.js';

/**
 * Another homeroom teacher for a class. What the former one signed stays signed and names that teacher; what is not signed yet is the
 * new one's, whose role at the school begins here if it is new.
 */
export async function replaceHomeroom(db: Db, decision: DecisionRow<'replace_homeroom'>, context: ActContext): Promise<void> {
  const { classId, personId, reason } = decision.payload;
  const before = (await row<{ former: string | null; name: string }>(db, 'SELECT homeroom_person_id AS former, name FROM class WHERE id = :classId FOR UPDATE', { classId }))!;
  await touched(db, 'UPDATE class SET homeroom_person_id = :personId, version = version + 1 WHERE id = :classId', { classId, personId });
  const bindings = { personId, schoolCode: decision.schoolCode, former: before.former, name: before.name };
  await touched(db, `
    UPDATE role_grant SET class_names = array_remove(class_names, :name) WHERE person_id = :former::uuid AND role = 'homeroom' AND school_code = :schoolCode AND revoked_at IS NULL`, bindings);
  await touched(db, `
    INSERT INTO role_grant (person_id, role, school_code, class_names) SELECT :personId, 'homeroom', :schoolCode, ARRAY[:name]::text[]
    WHERE NOT EXISTS (SELECT FROM active_grant WHERE person_id = :personId AND role = 'homeroom' AND school_code = :schoolCode)`, bindings);
  await touched(db, `
    UPDATE role_grant SET class_names = array_append(coalesce(class_names, '{}'), :name)
    WHERE person_id = :personId AND role = 'homeroom' AND school_code = :schoolCode AND revoked_at IS NULL AND NOT :name = ANY(coalesce(class_names, '{}'))`, bindings);
  await inviteWithoutAccount(db, [personId], context);
  if (before.former !== null && before.former !== personId) await noticeHomeroomEnded(db, { personId: before.former, classId, round: decision.id }, context);
  await writeAudit(db, [{ actorId: decision.actorId, act: decision.act, subjectKind: 'class', subjectId: classId, decisionId: decision.id, detail: { former: before.former, personId, reason } }]);
}
