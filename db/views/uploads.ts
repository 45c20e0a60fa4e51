import type { UnitsDifferences } from '../../domain/unitsDifferences.js';
import { row, rows, type Db } from '../connect.js';

export type UploadResult = {
  id: string; kind: 'units' | 'expected' | 'roster'; campaignId: string | null; schoolCode: string | null; fileName: string; createdAt: Date; uploadedBy: string;
  /** Null until a worker has taken notice. */
  state: 'queued' | 'refused' | 'read' | 'waiting' | 'applied' | 'discarded' | null;
  refusalMessage: string | null; errors: number; warnings: number; hasAnnotated: boolean; summary: Record<string, unknown> | null;
};

const UPLOADS = `
  SELECT u.id, u.kind, u.campaign_id AS "campaignId", u.school_code AS "schoolCode", u.file_name AS "fileName", u.created_at AS "createdAt", u.uploaded_by AS "uploadedBy",
    r.state, r.refusal_message AS "refusalMessage", coalesce(r.error_count, 0) AS errors, coalesce(r.warning_count, 0) AS warnings,
    coalesce(r.annotated IS NOT NULL, false) AS "hasAnnotated", r.summary
  FROM upload u LEFT JOIN upload_reading r ON r.upload_id = u.id`;

export const uploadResult = (db: Db, input: { uploadId: string }): Promise<UploadResult | undefined> => row<UploadResult>(db, `${UPLOADS} WHERE u.id = :uploadId`, input);

/** The newest files of a kind, for a campaign or a school where given. */
export const recentUploads = (db: Db, input: { kind: UploadResult['kind']; campaignId: string | null; schoolCode: string | null }): Promise<UploadResult[]> =>
  rows<UploadResult>(db, `${UPLOADS}
    WHERE u.kind = :kind AND (:campaignId::uuid IS NULL OR u.campaign_id = :campaignId::uuid) AND (:schoolCode::text IS NULL OR u.school_code = :schoolCode::text)
    ORDER BY u.created_at DESC LIMIT 10`, input);

/** What a waiting units workbook would change, as it was read; null for every other file. */
export async function waitingDifferences(db: Db, input: { uploadId: string }): Promise<UnitsDifferences | null> {
  const found = await row<{ differences: UnitsDifferences | null }>(db, `SELECT differences FROM upload_reading WHERE upload_id = :uploadId AND state = 'waiting'`, input);
  return found?.differences ?? null;
}

export type FaultLine = { seq: number; sheet: string; cell: string; header: string | null; className: string | null; rule: string; message: string; severity: 'error' | 'warning' };

/** Faults of a file, errors first; at most `limit`. */
export const uploadFaults = (db: Db, input: { uploadId: string; limit: number }): Promise<FaultLine[]> => rows<FaultLine>(db, `
  SELECT seq, sheet, cell, header, class_name AS "className", rule, message, severity FROM upload_fault
  WHERE upload_id = :uploadId ORDER BY severity, seq LIMIT :limit`, input);

export const annotatedFile = (db: Db, input: { uploadId: string }): Promise<{ fileName: string; bytes: Buffer } | undefined> => row(db, `
  SELECT u.file_name AS "fileName", r.annotated AS bytes FROM upload u JOIN upload_reading r ON r.upload_id = u.id WHERE u.id = :uploadId AND r.annotated IS NOT NULL`, input);
