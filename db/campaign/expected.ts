import { heldReason } from '../../domain/pupilStatus.js';
import { rows, touched, type Db } from '../connect.js';

/** Rows of the expected-pupils workbook, as read and free of errors. */
export type ExpectedImport = {
  schoolCode: string; className: string; grade: number; teacherNumber: string; pupilCode: string; fullName: string; birthDate: string; sex: string;
  ethnicity: string; nationality: string; personalNumber: string | null; note: string | null;
};

const CHUNK = 5_000;

/** Schools whose lists a file replaces: those it names, or all of them. */
export type ExpectedRange = 'all' | 'schools';

const schoolsOf = (pupils: readonly ExpectedImport[]): string[] => [...new Set(pupils.map((pupil) => pupil.schoolCode))];

/** Pupils of a file that the lists of schools outside it hold already, by code, with that school's name. */
export async function expectedElsewhere(db: Db, campaignId: string, pupils: readonly ExpectedImport[]): Promise<Map<string, string>> {
  const found = await rows<{ code: string; school: string }>(db, `
    SELECT p.pupil_code AS code, s.name AS school FROM expected_pupil p JOIN school s ON s.code = p.school_code
    WHERE p.campaign_id = :campaignId AND p.pupil_code = ANY(:codes) AND p.school_code <> ALL(:schools)`,
  { campaignId, codes: pupils.map((pupil) => pupil.pupilCode), schools: schoolsOf(pupils) });
  return new Map(found.map(({ code, school }) => [code, school]));
}

/** Replaces a draft campaign's list, whole or of the schools in it; the rows of a launched one are frozen and never come here. */
export async function replaceExpected(db: Db, campaignId: string, pupils: readonly ExpectedImport[], range: ExpectedRange): Promise<void> {
  const replaced = range === 'all' ? '' : 'AND school_code = ANY(:schools)';
  const which = { campaignId, schools: schoolsOf(pupils) };
  await touched(db, `DELETE FROM expected_pupil WHERE campaign_id = :campaignId ${replaced}`, which);
  await touched(db, `DELETE FROM class WHERE campaign_id = :campaignId ${replaced}`, which);
  const classes = [...new Map(pupils.map((pupil) => [`${pupil.schoolCode}/${pupil.className}`, pupil])).values()]
    .map(({ schoolCode, className, grade, teacherNumber }) => ({ schoolCode, className, grade, teacherNumber }));
  await touched(db, `
    INSERT INTO class (id, campaign_id, school_code, name, grade, homeroom_person_id)
    SELECT gen_random_uuid(), :campaignId, k."schoolCode", k."className", k.grade, p.id
    FROM jsonb_to_recordset(:classes) AS k("schoolCode" text, "className" text, grade smallint, "teacherNumber" text) LEFT JOIN person p ON p.personal_number = k."teacherNumber"`,
  { campaignId, classes: JSON.stringify(classes) });
  for (let start = 0; start < pupils.length; start += CHUNK) {
    const chunk = pupils.slice(start, start + CHUNK).map((pupil) => ({ ...pupil, reason: heldReason(pupil) }));
    await touched(db, `
      INSERT INTO expected_pupil (id, campaign_id, class_id, school_code, pupil_code, full_name, birth_date, sex, ethnicity, nationality, personal_number, status, reason, reason_note)
      SELECT gen_random_uuid(), :campaignId, k.id, k.school_code, p."pupilCode", p."fullName", p."birthDate", p.sex, p.ethnicity, p.nationality, p."personalNumber",
        CASE WHEN p.reason IS NULL THEN 'expected' ELSE 'held' END, p.reason, p.note
      FROM jsonb_to_recordset(:pupils) AS p("schoolCode" text, "className" text, "pupilCode" text, "fullName" text, "birthDate" date, sex text, ethnicity text,
        nationality text, "personalNumber" text, reason text, note text)
      JOIN class k ON k.campaign_id = :campaignId AND k.school_code = p."schoolCode" AND k.name = p."className"`, { campaignId, pupils: JSON.stringify(chunk) });
  }
}
