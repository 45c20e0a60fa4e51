import type { UploadFormat } from '../../domain/sheets/roster.js';
import { classInBatch } from '../cards/items.js';
import { row, rows, touched, type Db } from '../connect.js';

/** A fault as every workbook reader says it; those of a roster also name the pupil. */
export type FaultRow = { sheet: string; cell: string; column: string; rule: string; message: string; severity: 'error' | 'warning'; className?: string | null; pupilCode?: string | null };

export type QueuedUpload = { id: string; kind: 'units' | 'expected' | 'roster'; format: UploadFormat; campaignId: string | null; schoolCode: string | null; uploadedBy: string; bytes: Buffer; fence: number };

/** Takes a queued upload for one attempt of reading it. */
export async function takeUpload(db: Db, uploadId: string): Promise<QueuedUpload | undefined> {
  return row<QueuedUpload>(db, `
    UPDATE upload_reading r SET fence = r.fence + 1 FROM upload u WHERE r.upload_id = :uploadId AND r.state = 'queued' AND u.id = r.upload_id
    RETURNING u.id, u.kind, u.format, u.campaign_id AS "campaignId", u.school_code AS "schoolCode", u.uploaded_by AS "uploadedBy", u.bytes, r.fence`, { uploadId });
}

export type ReadingResult = {
  state: 'refused' | 'read' | 'waiting' | 'applied'; refusal?: { code: string; message: string }; annotated?: Buffer | null;
  errors: number; warnings: number; summary?: Record<string, unknown>;
  /** Of a units workbook that waits: its rows, and what they would change. */
  content?: unknown; differences?: unknown;
};

/** Ends the reading of an upload, if this attempt still holds it. @returns false when a later attempt has taken over */
export async function finishReading(db: Db, upload: { id: string; fence: number }, result: ReadingResult): Promise<boolean> {
  return await touched(db, `
    UPDATE upload_reading SET state = :state, refusal_code = :code, refusal_message = :message, annotated = :annotated, error_count = :errors, warning_count = :warnings,
      summary = :summary::jsonb, content = :content::jsonb, differences = :differences::jsonb, read_at = now(), applied_at = CASE WHEN :state = 'applied' THEN now() END
    WHERE upload_id = :id AND state = 'queued' AND fence = :fence`,
  {
    id: upload.id, fence: upload.fence, state: result.state, code: result.refusal?.code ?? null, message: result.refusal?.message ?? null, annotated: result.annotated ?? null,
    errors: result.errors, warnings: result.warnings, summary: orNull(result.summary), content: orNull(result.content), differences: orNull(result.differences),
  }) === 1;
}

const orNull = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

/** More lines help nobody, and one statement could not carry the faults of every cell of a province. */
const MOST_FAULTS_KEPT = 20_000;

export async function storeFaults(db: Db, uploadId: string, faults: readonly FaultRow[]): Promise<void> {
  if (faults.length === 0) return;
  await touched(db, `
    INSERT INTO upload_fault (upload_id, seq, sheet, cell, header, class_name, pupil_code, rule, message, severity)
    SELECT :uploadId, seq, sheet, cell, "column", "className", "pupilCode", rule, message, severity
    FROM ROWS FROM (jsonb_to_recordset(:faults) AS (sheet text, cell text, "column" text, "className" text, "pupilCode" text, rule text, message text, severity text))
      WITH ORDINALITY AS f(sheet, cell, "column", "className", "pupilCode", rule, message, severity, seq)`, { uploadId, faults: JSON.stringify(faults.slice(0, MOST_FAULTS_KEPT)) });
}

/** The campaign's classes of a school with what a roster is compared with. */
export type ExpectedClassRow = {
  classId: string; name: string; grade: number; version: number; busy: boolean;
  /** The teacher reported wrong rows and no data came since. */
  returned: boolean;
  pupils: { pupilCode: string; fullName: string; birthDate: string; personalNumber: string | null; status: string }[];
};

export async function expectedClasses(db: Db, key: { campaignId: string; schoolCode: string }): Promise<ExpectedClassRow[]> {
  return rows<ExpectedClassRow>(db, `
    SELECT k.id AS "classId", k.name, k.grade, k.version, k.collect_state = 'returned' AS returned, ${classInBatch('k.id')} AS busy,
      coalesce(jsonb_agg(jsonb_build_object('pupilCode', p.pupil_code, 'fullName', p.full_name, 'birthDate', p.birth_date, 'personalNumber', p.personal_number, 'status', p.status)
        ORDER BY p.full_name, p.pupil_code) FILTER (WHERE p.id IS NOT NULL AND p.status <> 'excluded'), '[]') AS pupils
    FROM class k LEFT JOIN expected_pupil p ON p.class_id = k.id WHERE k.campaign_id = :campaignId AND k.school_code = :schoolCode GROUP BY k.id ORDER BY k.grade, k.name`, key);
}

export type CardRecordRow = { classId: string; state: string; record: unknown };
/** Records the school's live cards were drafted from. */
export const cardRecords = (db: Db, key: { campaignId: string; schoolCode: string }): Promise<CardRecordRow[]> => rows(db, `
  SELECT class_id AS "classId", state, record FROM report_card
  WHERE campaign_id = :campaignId AND school_code = :schoolCode AND state NOT IN ('superseded', 'recalled')`, key);

export type UploadClassRow = {
  classId: string; outcome: 'accepted' | 'errors' | 'differs' | 'reviewed' | 'unchanged'; classVersion: number; pupils: number; errors: number; records: unknown; differences: unknown;
};

export async function storeUploadClasses(db: Db, uploadId: string, classes: readonly UploadClassRow[]): Promise<void> {
  await touched(db, `
    INSERT INTO upload_class (upload_id, class_id, outcome, class_version, pupils, errors, records, differences)
    SELECT :uploadId, "classId", outcome, "classVersion", pupils, errors, records, differences
    FROM jsonb_to_recordset(:classes) AS c("classId" uuid, outcome text, "classVersion" integer, pupils integer, errors integer, records jsonb, differences jsonb)`,
  { uploadId, classes: JSON.stringify(classes) });
}
