import type { Rendition } from '../../domain/sheets/rendition.js';
import type { SignatureRole } from '../../domain/card.js';
import { row, type Db } from '../connect.js';

/** The time written into the signature that the card bears now; the column knows only when it was attached. */
const signedAt = (role: SignatureRole, attached: string): string => `
    CASE WHEN ${attached} IS NOT NULL THEN coalesce((SELECT b.prepared_at FROM signature_item i JOIN signature_batch b ON b.id = i.batch_id
      WHERE i.card_id = c.id AND i.state = 'attached' AND b.role = '${role}' ORDER BY b.attached_at DESC LIMIT 1),
      (SELECT s.signed_at FROM card_signature s WHERE s.card_id = c.id AND s.role = '${role}' AND c.vendor IS NOT NULL), ${attached}) END`;

/** A live card with all it says; undefined when there is none. Neighbours follow the class list (by given name). */
export const rendition = (db: Db, input: { cardId: string }): Promise<Rendition | undefined> => row<Rendition>(db, `
  WITH card AS (SELECT * FROM report_card WHERE id = :cardId),
  list AS (
    SELECT c.id, lag(c.id) OVER w AS previous_id, lead(c.id) OVER w AS next_id
    FROM report_card c JOIN expected_pupil p ON p.id = c.expected_pupil_id
    WHERE c.class_id = (SELECT class_id FROM card) AND c.state NOT IN ('superseded', 'recalled')
    WINDOW w AS (ORDER BY regexp_replace(p.full_name, '^.*\\s', '') COLLATE vietnamese, p.full_name, p.pupil_code))
  SELECT c.id AS "cardId", c.version, c.state, c.record, c.context, c.school_code AS "schoolCode", s.name AS "schoolName", s.commune_name AS "communeName",
    v.name AS "provinceName", m.school_year AS "schoolYear", k.id AS "classId", k.name AS "className", k.grade,
    k.homeroom_person_id AS "teacherId", h.full_name AS "teacherName",
    ${signedAt('teacher', 'c.teacher_signed_at')} AS "teacherSignedAt", ${signedAt('principal', 'c.principal_signed_at')} AS "principalSignedAt", ${signedAt('seal', 'c.sealed_at')} AS "sealedAt",
    l.previous_id AS "previousId", l.next_id AS "nextId"
  FROM card c JOIN class k ON k.id = c.class_id JOIN school s ON s.code = c.school_code JOIN campaign m ON m.id = c.campaign_id
  JOIN province v ON v.code = m.province_code LEFT JOIN person h ON h.id = k.homeroom_person_id LEFT JOIN list l ON l.id = c.id`, input);
