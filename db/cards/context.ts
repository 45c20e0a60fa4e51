import type { AuthorityBasis } from '../../domain/authority.js';
import type { PlainDate, SchoolYear } from '../../domain/brand.js';
import type { Cover, ProfileCode, SignatureRole } from '../../domain/card.js';
import type { PupilRecord } from '../../domain/record.js';
import { row, rows, type Db } from '../connect.js';

export type BatchRow = {
  id: string; role: SignatureRole; state: string; fence: number; campaignId: string; schoolCode: string; personId: string; decisionId: string;
  /** At the signing service; null when the hub signs with the school's own key, `sealKeyId`. */
  account: string | null; sealKeyId: string | null;
  certificate: Buffer; fingerprint: string; personalNumber: string | null; profile: ProfileCode; cover: Cover; xades: boolean; expiresAt: Date; preparedAt: Date | null; pollSeconds: number; takenAt: Date;
};

/** Takes a batch for one attempt: its fence grows, so that an older attempt can write nothing any more. Undefined when it left `state`. */
export async function takeBatch(db: Db, batchId: string, state: string): Promise<BatchRow | undefined> {
  return row<BatchRow>(db, `
    UPDATE signature_batch b SET fence = b.fence + 1 FROM certificate k, campaign c, person p
    WHERE b.id = :batchId AND b.state = :state AND k.id = b.certificate_id AND c.id = b.campaign_id AND p.id = b.person_id
    RETURNING b.id, b.role, b.state, b.fence, b.campaign_id AS "campaignId", b.school_code AS "schoolCode", b.person_id AS "personId", b.decision_id AS "decisionId", b.account, b.seal_key_id AS "sealKeyId",
      k.der AS certificate, k.fingerprint, p.personal_number AS "personalNumber", c.policy->>'profile' AS profile, c.policy->>'cover' AS cover, coalesce((c.policy->>'xades')::boolean, false) AS xades,
      b.expires_at AS "expiresAt", b.prepared_at AS "preparedAt", (c.policy->>'signingPoll')::float AS "pollSeconds", clock_timestamp() AS "takenAt"`, { batchId, state });
}

export type CardToWrite = {
  cardId: string; record: PupilRecord; classId: string; className: string; grade: number; teacherName: string; teacherNumber: string;
};

/** Cards of a teacher's batch whose document is still to be written; they name the teacher who signs, whoever has the class by now. */
export async function cardsToWrite(db: Db, batchId: string, limit: number): Promise<CardToWrite[]> {
  return rows<CardToWrite>(db, `
    SELECT c.id AS "cardId", c.record, k.id AS "classId", k.name AS "className", k.grade,
      t.full_name AS "teacherName", t.personal_number AS "teacherNumber"
    FROM signature_item i JOIN report_card c ON c.id = i.card_id JOIN class k ON k.id = c.class_id JOIN signature_batch b ON b.id = i.batch_id JOIN person t ON t.id = b.person_id
    WHERE i.batch_id = :batchId AND i.state = 'new' ORDER BY c.id LIMIT :limit`, { batchId, limit });
}

export type SchoolHead = {
  departmentCode: string; departmentName: string; provinceName: string; placeOfIssue: string; schoolCode: string; schoolName: string; communeName: string; districtName: string | null;
  schoolYear: SchoolYear; plannedIssueOn: PlainDate;
};

/** What every card of a school states about where it comes from. */
export async function schoolHead(db: Db, key: { campaignId: string; schoolCode: string }): Promise<SchoolHead> {
  const found = await row<SchoolHead>(db, `
    SELECT v.code AS "departmentCode", v.department_name AS "departmentName", v.name AS "provinceName", v.place_of_issue AS "placeOfIssue", s.code AS "schoolCode", s.name AS "schoolName",
      s.commune_name AS "communeName", s.district_name AS "districtName", c.school_year AS "schoolYear",
      to_char(d.due_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD') AS "plannedIssueOn"
    FROM campaign c JOIN school s ON s.code = :schoolCode CROSS JOIN province v
    JOIN school_deadline d ON d.campaign_id = c.id AND d.school_code = s.code AND d.stage = 'seal' WHERE c.id = :campaignId`, key);
  if (found === undefined) throw new Error(`no school ${key.schoolCode} in the campaign`);
  return found;
}

export type ApproverPerson = { id: string; fullName: string; personalNumber: string; basis: AuthorityBasis };

export async function people(db: Db, ids: readonly string[]): Promise<Map<string, { fullName: string; personalNumber: string | null }>> {
  const found = await rows<{ id: string; full_name: string; personal_number: string | null }>(db, 'SELECT id, full_name, personal_number FROM person WHERE id = ANY(:ids)', { ids });
  return new Map(found.map((person) => [person.id, { fullName: person.full_name, personalNumber: person.personal_number }]));
}
