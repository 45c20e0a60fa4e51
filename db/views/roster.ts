import type { PupilIdentity, PupilRecord } from '../../domain/record.js';
import type { RosterClassLine, RosterSheet, UploadClass, UploadFault, UploadLine, UploadSheet } from '../../domain/sheets/roster.js';
import type { RosterDifference } from '../../domain/rosterDifferences.js';
import { row, rows, type Db } from '../connect.js';
import { countsOfClass } from '../measures.js';
import { SUBMITTED_WITHOUT_CARD } from '../upload/submitted.js';
import { putAsideCards } from '../vendor/cards.js';
import { heldPupils } from './held.js';
import { openDecision, schoolHead } from './schoolHead.js';

const ACTS = ['upload_roster', 'confirm_upload', 'discard_upload'] as const;
/** More would make the page heavy on a weak line; the annotated workbook holds them all. */
const FAULTS_SHOWN = 200;

const UPLOADS = `
  SELECT u.id AS "uploadId", u.file_name AS "fileName", u.format, (SELECT p.full_name FROM person p WHERE p.id = u.uploaded_by) AS "uploadedBy", u.created_at AS "createdAt",
    coalesce(r.state, 'received') AS state, coalesce(r.error_count, 0) AS "errorCount", coalesce(r.warning_count, 0) AS "warningCount",
    EXISTS (SELECT 1 FROM upload_class x WHERE x.upload_id = u.id AND x.outcome = 'errors')
      AND NOT EXISTS (SELECT 1 FROM upload_class x JOIN class k ON k.id = x.class_id
        WHERE x.upload_id = u.id AND x.outcome = 'errors' AND NOT (k.collect_state = 'accepted' AND k.collected_at > r.read_at)) AS overtaken
  FROM upload u LEFT JOIN upload_reading r ON r.upload_id = u.id`;

/** What the clerk sees before an upload: each class's data, past uploads; undefined when there is no such school. */
export async function rosterSheet(db: Db, input: { schoolCode: string; actorId: string }): Promise<RosterSheet | undefined> {
  const school = await schoolHead(db, input);
  if (school === undefined) return undefined;
  if (school.campaign === null) return { school, task: null, classes: [], uploads: [], decision: null, held: [], putAside: [] };
  const place = { campaignId: school.campaign.id, schoolCode: input.schoolCode };
  const task = await row<{ id: string; dueAt: Date; assigneeName: string | null }>(db, `
    SELECT t.id, t.due_at AS "dueAt", p.full_name AS "assigneeName" FROM task t LEFT JOIN person p ON p.id = t.assignee_id
    WHERE t.campaign_id = :campaignId AND t.school_code = :schoolCode AND t.kind = 'collect' AND t.state = 'open'`, place);
  return {
    school, task: task ?? null,
    classes: await rows<RosterClassLine>(db, `
      SELECT k.id AS "classId", k.name AS "className", k.grade, (SELECT p.full_name FROM person p WHERE p.id = k.homeroom_person_id) AS "teacherName", k.collect_state AS "collectState",
        g.expected, g.collected, g.held, g.missing,
        (SELECT reason FROM class_return x WHERE x.class_id = k.id AND x.from_stage = 'review' AND x.resolved_at IS NULL ORDER BY x.returned_at DESC LIMIT 1) AS "returnedReason"
      FROM class k CROSS JOIN LATERAL ${countsOfClass(['expected', 'collected', 'held', 'missing'])} g
      WHERE k.campaign_id = :campaignId AND k.school_code = :schoolCode ORDER BY k.grade, length(k.name), k.name`, place),
    uploads: await rows<UploadLine>(db, `${UPLOADS} WHERE u.kind = 'roster' AND u.campaign_id = :campaignId AND u.school_code = :schoolCode ORDER BY u.created_at DESC LIMIT 20`, place),
    decision: await openDecision(db, { ...place, acts: ACTS, actorId: input.actorId }), held: await heldPupils(db, place), putAside: await putAsideCards(db, place),
  };
}

/** One upload of this school and what came of it; undefined when there is none. */
export async function uploadSheet(db: Db, input: { uploadId: string; schoolCode: string; actorId: string }): Promise<UploadSheet | undefined> {
  type Found = UploadLine & { campaignId: string; refusalCode: string | null; refusalMessage: string | null; readAt: Date | null; appliedAt: Date | null; hasAnnotated: boolean; signedCards: UploadSheet['signedCards'] };
  const found = await row<Found>(db, `
    SELECT x.*, u.campaign_id AS "campaignId", r.refusal_code AS "refusalCode", r.refusal_message AS "refusalMessage", r.summary->'signedCards' AS "signedCards", r.read_at AS "readAt", r.applied_at AS "appliedAt",
      r.annotated IS NOT NULL AS "hasAnnotated"
    FROM (${UPLOADS} WHERE u.id = :uploadId AND u.kind = 'roster' AND u.school_code = :schoolCode) x JOIN upload u ON u.id = x."uploadId" LEFT JOIN upload_reading r ON r.upload_id = u.id`, input);
  if (found === undefined) return undefined;
  const school = await schoolHead(db, { schoolCode: input.schoolCode, campaignId: found.campaignId });
  if (school === undefined) return undefined;
  const { refusalCode, refusalMessage, campaignId, ...line } = found;
  return {
    ...line, school,
    refusal: refusalCode === null ? null : { code: refusalCode, message: refusalMessage ?? '' },
    classes: await uploadClasses(db, input.uploadId),
    faults: await rows<UploadFault>(db, `
      SELECT sheet, cell, header, class_name AS "className", rule, message, severity FROM upload_fault
      WHERE upload_id = :uploadId ORDER BY severity, seq LIMIT ${FAULTS_SHOWN}`, input),
    // A refused file has one fault, the refusal itself: no cell of it was read.
    faultCount: line.state === 'refused' ? 0 : line.errorCount + line.warningCount,
    decision: await openDecision(db, { campaignId, schoolCode: input.schoolCode, acts: ACTS, actorId: input.actorId }),
  };
}

async function uploadClasses(db: Db, uploadId: string): Promise<UploadClass[]> {
  const found = await rows<Omit<UploadClass, 'differences'> & { differences: RosterDifference[] | null; names: Record<string, string> }>(db, `
    SELECT c.class_id AS "classId", k.name AS "className", c.outcome, c.pupils, c.errors, c.differences,
      CASE WHEN c.differences IS NULL THEN '{}'::jsonb ELSE (SELECT coalesce(jsonb_object_agg(p.pupil_code, p.full_name ORDER BY p.status <> 'excluded'), '{}') FROM expected_pupil p WHERE p.class_id = c.class_id) END AS names
    FROM upload_class c JOIN class k ON k.id = c.class_id WHERE c.upload_id = :uploadId
    ORDER BY array_position(ARRAY['differs', 'errors', 'reviewed', 'accepted', 'unchanged'], c.outcome), k.grade, length(k.name), k.name`, { uploadId });
  return found.map(({ names, differences, ...one }) => ({ ...one, differences: (differences ?? []).map((each) => ({ ...each, fullName: names[each.pupilCode] ?? null })) }));
}

/** The workbook with its faults marked; undefined when there is none. */
export const annotatedWorkbook = (db: Db, input: { uploadId: string; schoolCode: string }): Promise<{ fileName: string; bytes: Buffer } | undefined> => row(db, `
  SELECT u.file_name AS "fileName", r.annotated AS bytes FROM upload u JOIN upload_reading r ON r.upload_id = u.id
  WHERE u.id = :uploadId AND u.school_code = :schoolCode AND u.kind = 'roster' AND r.annotated IS NOT NULL`, input);

type TemplateClass = {
  name: string; grade: number; homeroomTeacher: string | null;
  pupils: (Pick<PupilIdentity, 'pupilCode' | 'fullName'> & Partial<PupilIdentity>)[]; records: PupilRecord[];
};
/** A school's classes with their pupils, and the records handed in so far, held pupils' too, as the template is pre-filled: unchanged, it goes back in. */
export const templateClasses = (db: Db, input: { campaignId: string; schoolCode: string }): Promise<TemplateClass[]> => rows<TemplateClass>(db, `
  SELECT k.name, k.grade, h.full_name AS "homeroomTeacher",
    coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('pupilCode', p.pupil_code, 'fullName', p.full_name, 'birthDate', p.birth_date, 'sex', p.sex, 'ethnicity', p.ethnicity,
      'nationality', p.nationality, 'personalNumber', p.personal_number)) ORDER BY regexp_replace(p.full_name, '^.*\\s', '') COLLATE vietnamese, p.full_name, p.pupil_code)
      FILTER (WHERE p.id IS NOT NULL), '[]') AS pupils,
    coalesce(jsonb_agg(coalesce(c.record, s.record)) FILTER (WHERE c.id IS NOT NULL OR s.pupil_id IS NOT NULL), '[]') AS records
  FROM class k LEFT JOIN person h ON h.id = k.homeroom_person_id
  LEFT JOIN expected_pupil p ON p.class_id = k.id AND p.status <> 'excluded'
  LEFT JOIN report_card c ON c.expected_pupil_id = p.id AND c.state NOT IN ('superseded', 'recalled')
  LEFT JOIN (${SUBMITTED_WITHOUT_CARD}) s ON s.pupil_id = p.id
  WHERE k.campaign_id = :campaignId AND k.school_code = :schoolCode GROUP BY k.id, h.full_name ORDER BY k.grade, length(k.name), k.name`, input);
