import type { HeldReason } from '../../domain/pupilStatus.js';
import { rows, type Db } from '../connect.js';

export type HeldPupil = { pupilId: string; pupilCode: string; fullName: string; classId: string; className: string; reason: HeldReason; note: string | null };

/** Pupils of one school who are held, with the reason, class by class. */
export const heldPupils = (db: Db, input: { campaignId: string; schoolCode: string }): Promise<HeldPupil[]> => rows<HeldPupil>(db, `
  SELECT p.id AS "pupilId", p.pupil_code AS "pupilCode", p.full_name AS "fullName", k.id AS "classId", k.name AS "className", p.reason, p.reason_note AS note
  FROM expected_pupil p JOIN class k ON k.id = p.class_id WHERE p.campaign_id = :campaignId AND p.school_code = :schoolCode AND p.status = 'held'
  ORDER BY k.grade, length(k.name), k.name, p.full_name, p.pupil_code`, input);
