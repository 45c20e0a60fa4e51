import { createHash } from 'node:crypto';
import type { Db } from './connect.js';

export type NewUpload = {
  id: string; kind: 'units' | 'expected' | 'roster'; format: 'xlsx' | 'json'; campaignId: string | null; schoolCode: string | null; uploadedBy: string; fileName: string; bytes: Buffer;
};

/** Intake of a file as received, kept as evidence; the same form sent twice stores it once. */
export async function insertUpload(db: Db, upload: NewUpload): Promise<void> {
  await db.raw(`
    INSERT INTO upload (id, kind, format, campaign_id, school_code, uploaded_by, file_name, bytes, sha256)
    VALUES (:id, :kind, :format, :campaignId, :schoolCode, :uploadedBy, :fileName, :bytes, :sha256) ON CONFLICT (id) DO NOTHING`,
  { ...upload, fileName: upload.fileName.slice(0, 200), sha256: createHash('sha256').update(upload.bytes).digest('hex') });
}
