import type { Instant } from '../../domain/brand.js';
import type { RefusalCode } from '../../domain/refusals.js';
import { classInBatch } from '../cards/items.js';
import { row, rows, type Db } from '../connect.js';
import { decidedTasks, type DecisionRow } from '../decision/intake.js';
import { routeClass, schoolAuthority, SIGNED_BY, type ClassReviewer } from '../school/routing.js';

type SigningAct = 'review_class' | 'approve_classes' | 'seal_classes';
type SigningDecision = { [A in SigningAct]: DecisionRow<A> }[SigningAct];
type ReturnAct = 'return_class' | 'report_wrong_rows';
type ReturnDecision = { [A in ReturnAct]: DecisionRow<A> }[ReturnAct];

type DecidedTask = ClassReviewer & {
  id: string; kind: string; state: string; version: number; assignee_id: string | null; class_id: string; campaign_state: string; in_batch: boolean;
};
const KIND_OF_ACT = { review_class: 'review', approve_classes: 'approve', seal_classes: 'seal', return_class: 'approve', report_wrong_rows: 'review' } as const;

export async function judgeSigningAct(db: Db, decision: SigningDecision, now: Instant): Promise<RefusalCode | null> {
  const tasks = await decidedTaskRows(db, decision);
  const open = judgeTasks(tasks, decision);
  if (open !== null) return open;
  if (tasks.some((task) => task.in_batch)) return 'batch-open';
  const certificate = await signerCertificate(db, decision);
  if (certificate === undefined) return 'no-certificate';
  if (!certificate.valid) return 'certificate-expired';
  if (decision.act === 'seal_classes') return null;
  return judgeAuthority(db, decision, tasks, now);
}

export async function judgeReturnAct(db: Db, decision: ReturnDecision, now: Instant): Promise<RefusalCode | null> {
  if (decision.payload.reason.trim().length < 5) return 'reason-missing';
  const tasks = await decidedTaskRows(db, decision);
  const open = judgeTasks(tasks, decision);
  if (open !== null) return open;
  if (tasks.some((task) => task.in_batch)) return 'batch-open';
  if (decision.act === 'return_class') return judgeAuthority(db, decision, tasks, now);
  return await areOfClass(db, decision.payload.pupilIds, tasks[0]!.class_id) ? null : 'not-found';
}

async function areOfClass(db: Db, pupilIds: readonly string[], classId: string): Promise<boolean> {
  const found = await row<{ count: number }>(db, 'SELECT count(*)::int AS count FROM expected_pupil WHERE id = ANY(:pupilIds) AND class_id = :classId', { pupilIds, classId });
  return found?.count === new Set(pupilIds).size;
}

async function decidedTaskRows(db: Db, decision: SigningDecision | ReturnDecision): Promise<DecidedTask[]> {
  return rows<DecidedTask>(db, `
    SELECT t.id, t.kind, t.state, t.version, t.assignee_id, t.class_id, k.name AS "className", k.homeroom_person_id AS "homeroomPersonId", h.personal_number AS "homeroomNumber", ${SIGNED_BY},
      c.state AS campaign_state, ${classInBatch('t.class_id')} AS in_batch
    FROM task t JOIN class k ON k.id = t.class_id JOIN campaign c ON c.id = t.campaign_id LEFT JOIN person h ON h.id = k.homeroom_person_id
    WHERE t.id = ANY(:ids) AND t.campaign_id = :campaignId AND t.school_code = :schoolCode`,
  { ids: decidedTasks(decision).map((task) => task.taskId), campaignId: decision.campaignId, schoolCode: decision.schoolCode });
}

function judgeTasks(found: DecidedTask[], decision: SigningDecision | ReturnDecision): RefusalCode | null {
  const asked = decidedTasks(decision);
  if (asked.length === 0) return 'nothing-to-sign';
  for (const { taskId, taskVersion } of asked) {
    const task = found.find((one) => one.id === taskId);
    if (task === undefined || task.kind !== KIND_OF_ACT[decision.act]) return 'not-found';
    if (task.campaign_state !== 'running') return 'campaign-not-running';
    if (task.state !== 'open') return 'task-closed';
    if (task.assignee_id !== decision.actorId) return 'not-your-task';
    if (task.version !== taskVersion) return 'form-out-of-date';
  }
  return null;
}

async function judgeAuthority(db: Db, decision: SigningDecision | ReturnDecision, tasks: DecidedTask[], now: Instant): Promise<RefusalCode | null> {
  const school = await schoolAuthority(db, decision.schoolCode ?? '');
  for (const task of tasks) {
    const route = routeClass(school, task, now);
    // The signer's name stands inside what the teacher signs, so a class without a lawful signer cannot be reviewed yet.
    if (decision.act === 'review_class') {
      if (route.kind === 'blocked') return 'no-approver';
    } else {
      if (route.kind === 'blocked') return route.code;
      if (route.authority.personId !== decision.actorId) return 'no-authority';
    }
  }
  return null;
}

async function signerCertificate(db: Db, decision: SigningDecision): Promise<{ valid: boolean } | undefined> {
  const valid = 'k.revoked_at IS NULL AND k.valid_from <= now() AND now() < k.valid_to AS valid';
  return decision.act === 'seal_classes'
    ? row(db, `SELECT ${valid} FROM school_seal s JOIN certificate k ON k.id = s.certificate_id WHERE s.school_code = :code`, { code: decision.schoolCode })
    : row(db, `SELECT ${valid} FROM person p JOIN certificate k ON k.id = p.certificate_id WHERE p.id = :actorId AND p.signing_account IS NOT NULL`, { actorId: decision.actorId });
}
