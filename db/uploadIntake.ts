import { createHash } from 'node:crypto';
import type { UploadFormat } from '../domain/sheets/roster.js';
import { rows, touched, type Db } from './connect.js';

export type NewUpload = {
  id: string; kind: 'units' | 'expected' | 'roster'; format: UploadFormat; campaignId: string | null; schoolCode: string | null; uploadedBy: string; fileName: string; bytes: Buffer;
};

/**
 * Intake of a file as received, kept as evidence; the same form sent twice stores it once.
 * @returns false when the id is taken by another file, which then stays as it is
 */
export async function insertUpload(db: Db, upload: NewUpload): Promise<boolean> {
  const row = { ...upload, fileName: upload.fileName.slice(-200), sha256: createHash('sha256').update(upload.bytes).digest('hex') };
  const inserted = await touched(db, `
    INSERT INTO upload (id, kind, format, campaign_id, school_code, uploaded_by, file_name, bytes, sha256)
    VALUES (:id, :kind, :format, :campaignId, :schoolCode, :uploadedBy, :fileName, :bytes, :sha256) ON CONFLICT (id) DO NOTHING`, row);
  if (inserted === 1) return true;
  const { bytes: _bytes, ...stored } = row;
  return (await rows(db, `
    SELECT 1 FROM upload WHERE id = :id AND kind = :kind AND campaign_id IS NOT DISTINCT FROM :campaignId::uuid AND school_code IS NOT DISTINCT FROM :schoolCode::text
      AND uploaded_by = :uploadedBy AND sha256 = :sha256`, stored)).length === 1;
}
