import type { CardState } from '../../domain/cardState.js';
import type { Cover, ProfileCode } from '../../domain/card.js';
import type { PupilRecord } from '../../domain/record.js';
import type { Vendor } from '../vendor/cards.js';
import { row, rows, type Db } from '../connect.js';
import { countsOfClass } from '../measures.js';

/** A card with all that its rendition is made from; `document` is null before the teacher's signature, then the rest stands in. */
export type CardToPrint = {
  cardId: string; state: CardState; document: Buffer | null; profile: ProfileCode; cover: Cover; vendor: Vendor | null; /** By the Sở, at some time. */ received: boolean; record: PupilRecord; schoolYear: string;
  departmentName: string; provinceName: string; schoolName: string; communeName: string; districtName: string | null; className: string; teacherName: string | null;
};

const SELECT = `
  SELECT c.id AS "cardId", c.state, c.document, coalesce(c.context->>'profile', m.policy->>'profile') AS profile, m.policy->>'cover' AS cover, c.vendor, c.received_at IS NOT NULL AS received, c.record, m.school_year AS "schoolYear",
    v.department_name AS "departmentName", v.name AS "provinceName", s.name AS "schoolName", s.commune_name AS "communeName", s.district_name AS "districtName", k.name AS "className", h.full_name AS "teacherName"
  FROM report_card c JOIN class k ON k.id = c.class_id JOIN school s ON s.code = c.school_code JOIN campaign m ON m.id = c.campaign_id JOIN province v ON v.code = m.province_code
  JOIN expected_pupil p ON p.id = c.expected_pupil_id LEFT JOIN person h ON h.id = k.homeroom_person_id`;

export const cardToPrint = (db: Db, input: { cardId: string }): Promise<CardToPrint | undefined> => row<CardToPrint>(db, `${SELECT} WHERE c.id = :cardId`, input);

/** The live cards of a class in the order of its list (by given name). */
export const classToPrint = (db: Db, input: { classId: string }): Promise<CardToPrint[]> => rows<CardToPrint>(db, `
  ${SELECT} WHERE c.class_id = :classId AND c.state NOT IN ('superseded', 'recalled')
  ORDER BY regexp_replace(p.full_name, '^.*\\s', '') COLLATE vietnamese, p.full_name, p.pupil_code`, input);

export type PrintedClass = { classId: string; className: string; schoolCode: string; schoolName: string; teacherId: string | null };
export const printedClass = (db: Db, input: { classId: string }): Promise<PrintedClass | undefined> => row<PrintedClass>(db, `
  SELECT k.id AS "classId", k.name AS "className", s.code AS "schoolCode", s.name AS "schoolName", k.homeroom_person_id AS "teacherId"
  FROM class k JOIN school s ON s.code = k.school_code WHERE k.id = :classId`, input);

export type SchoolClassCards = { classId: string; className: string; grade: number; teacherName: string | null; expected: number; sealed: number; received: number };
/** Classes of a school in the campaign its pages are about, with how far their cards are. */
export const schoolClassCards = (db: Db, input: { campaignId: string; schoolCode: string }): Promise<SchoolClassCards[]> => rows<SchoolClassCards>(db, `
  SELECT k.id AS "classId", k.name AS "className", k.grade, h.full_name AS "teacherName", g.expected, g.sealed, g.received
  FROM class k LEFT JOIN person h ON h.id = k.homeroom_person_id CROSS JOIN LATERAL ${countsOfClass(['expected', 'sealed', 'received'])} g
  WHERE k.campaign_id = :campaignId AND k.school_code = :schoolCode ORDER BY k.grade, length(k.name), k.name`, input);

export type ClassCard = { cardId: string; fullName: string; birthDate: string; pupilCode: string; state: CardState };
/** The live cards of a class by the order of its list. */
export const classCards = (db: Db, input: { classId: string }): Promise<ClassCard[]> => rows<ClassCard>(db, `
  SELECT c.id AS "cardId", p.full_name AS "fullName", p.birth_date AS "birthDate", p.pupil_code AS "pupilCode", c.state
  FROM report_card c JOIN expected_pupil p ON p.id = c.expected_pupil_id WHERE c.class_id = :classId AND c.state NOT IN ('superseded', 'recalled')
  ORDER BY regexp_replace(p.full_name, '^.*\\s', '') COLLATE vietnamese, p.full_name, p.pupil_code`, input);
