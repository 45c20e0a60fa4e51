import { APPROVER_TITLES } from '../../domain/authority.js';
import type { Instant } from '../../domain/brand.js';
import { oddClass, oddRows } from '../../domain/oddRows.js';
import type { ApproverNote, ReviewPupil, ReviewSheet } from '../../domain/sheets/review.js';
import { row, rows, type Db } from '../connect.js';
import { routeClass, schoolAuthority, SIGNED_BY } from '../school/routing.js';
import { openDecision, schoolHead } from './schoolHead.js';
import { signingBatches } from './signing.js';
import { authorityNote } from './authority.js';

type ClassRow = {
  campaignId: string; schoolCode: string; className: string; grade: number; teacherId: string | null; teacherName: string | null; teacherNumber: string | null; signedBy: string[];
  taskId: string | null; taskVersion: number; dueAt: Date; assigneeId: string | null;
  returnReason: string | null; returnedAt: Date; returnedBy: string | null;
};
type PupilRow = Omit<ReviewPupil, 'odd'>;

/** Class, school and teacher behind a class id, for the routes' judgement of area; undefined when there is none. */
export async function classPlace(db: Db, input: { classId: string }): Promise<{ campaignId: string; schoolCode: string; className: string; teacherId: string | null } | undefined> {
  return row(db, `
    SELECT campaign_id AS "campaignId", school_code AS "schoolCode", name AS "className", homeroom_person_id AS "teacherId" FROM class WHERE id = :classId`, input);
}

/** Everything a homeroom teacher sees of a class before signing it; undefined when there is no such class. */
export async function reviewSheet(db: Db, input: { classId: string; now: Instant }): Promise<ReviewSheet | undefined> {
  const found = await classRow(db, input.classId);
  if (found === undefined) return undefined;
  const { campaignId, schoolCode } = found;
  const school = await schoolHead(db, { schoolCode, campaignId });
  if (school === undefined) return undefined;
  const [batch] = await signingBatches(db, { schoolCode, campaignId, role: 'teacher', classId: input.classId, limit: 1 });
  const pupils = ordered(await pupilRows(db, input.classId));
  return {
    school, classId: input.classId, className: found.className, grade: found.grade, teacherId: found.teacherId, teacherName: found.teacherName,
    task: found.taskId === null ? null : { id: found.taskId, version: found.taskVersion, dueAt: found.dueAt, assigneeId: found.assigneeId },
    returned: found.returnReason === null ? null : { reason: found.returnReason, at: found.returnedAt, by: found.returnedBy },
    approver: await approverOf(db, found, input.now),
    batch: batch ?? null,
    decision: found.teacherId === null ? null
      : await openDecision(db, { campaignId, schoolCode, acts: ['review_class', 'report_wrong_rows'], actorId: found.assigneeId ?? found.teacherId, classId: input.classId }),
    pupils,
    classNotes: oddClass(pupils.flatMap((pupil) => (pupil.record === null ? [] : [pupil.record]))),
    toSign: pupils.filter((pupil) => pupil.status === 'expected' && pupil.cardState === 'drafted').length,
  };
}

const classRow = (db: Db, classId: string): Promise<ClassRow | undefined> => row<ClassRow>(db, `
  SELECT k.campaign_id AS "campaignId", k.school_code AS "schoolCode", k.name AS "className", k.grade, k.homeroom_person_id AS "teacherId",
    h.full_name AS "teacherName", h.personal_number AS "teacherNumber", ${SIGNED_BY},
    t.id AS "taskId", t.version AS "taskVersion", t.due_at AS "dueAt", t.assignee_id AS "assigneeId",
    r.reason AS "returnReason", r.returned_at AS "returnedAt", b.full_name AS "returnedBy"
  FROM class k LEFT JOIN person h ON h.id = k.homeroom_person_id
  LEFT JOIN task t ON t.class_id = k.id AND t.kind = 'review' AND t.state = 'open'
  LEFT JOIN LATERAL (SELECT * FROM class_return x WHERE x.class_id = k.id AND x.from_stage = 'approve' AND x.resolved_at IS NULL ORDER BY x.returned_at DESC LIMIT 1) r ON true
  LEFT JOIN person b ON b.id = r.returned_by
  WHERE k.id = :classId`, { classId });

/** By given name, the way class lists are kept (Vietnamese collation). */
const pupilRows = (db: Db, classId: string): Promise<PupilRow[]> => rows<PupilRow>(db, `
  SELECT p.id AS "pupilId", p.pupil_code AS "pupilCode", p.full_name AS "fullName", p.birth_date AS "birthDate", p.sex, p.status, p.reason,
    p.reason_note AS "reasonNote", c.id AS "cardId", c.state AS "cardState", c.record
  FROM expected_pupil p LEFT JOIN report_card c ON c.expected_pupil_id = p.id AND c.state NOT IN ('superseded', 'recalled')
  WHERE p.class_id = :classId
  ORDER BY regexp_replace(p.full_name, '^.*\\s', '') COLLATE vietnamese, p.full_name, p.pupil_code`, { classId });

function ordered(pupils: PupilRow[]): ReviewPupil[] {
  const judged = pupils.filter((pupil) => pupil.record !== null && pupil.status !== 'excluded');
  const odd = new Map(oddRows(judged.map((pupil) => pupil.record!)).map((one) => [judged[one.index]!.pupilId, one]));
  return pupils
    .map((pupil, place) => ({ pupil: { ...pupil, odd: odd.get(pupil.pupilId)?.reasons ?? [] }, weight: odd.get(pupil.pupilId)?.weight ?? 0, place }))
    .sort((a, b) => b.weight - a.weight || a.place - b.place)
    .map((one) => one.pupil);
}

/** Whose name the card will carry, or why nobody may sign: the same rule that judges the act. */
async function approverOf(db: Db, one: ClassRow, now: Instant): Promise<ApproverNote> {
  const route = routeClass(await schoolAuthority(db, one.schoolCode), { className: one.className, homeroomPersonId: one.teacherId, homeroomNumber: one.teacherNumber, signedBy: one.signedBy }, now);
  if (route.kind === 'blocked') return route;
  const { fullName, ...authority } = await authorityNote(db, { authorityId: route.authority.id });
  return { kind: 'routed', fullName, title: APPROVER_TITLES[route.authority.basis], authority };
}
