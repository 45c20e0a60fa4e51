import type { WaitingStep } from '../../domain/turns.js';
import { row, rows, type Db } from '../connect.js';
import { byGivenName, nameHolds, nameSought } from '../names.js';
import { OPEN, TURN_OF_PUPIL, UNEXPLAINED, WAITING } from '../progress.js';

/**
 * The list behind every count: the same view, the same condition. `measure` is a count of `ProgressCounts`; a test holds each list to be
 * as long as its tile.
 */
export const MEASURES = {
  expected: 'in_denominator', collected: 'in_denominator AND card_id IS NOT NULL', reviewed: 'reviewed', signed: 'signed', sealed: 'sealed', received: 'received',
  submitted: 'submitted', accepted: 'accepted', refused: 'refused', missing: `p.position = 'missing'`, held: `p.position = 'held'`, exempt: `p.position = 'exempt'`,
  excluded: `p.position = 'excluded'`, open: OPEN, waiting: WAITING, unexplained: UNEXPLAINED,
} as const;
export type Measure = keyof typeof MEASURES;

export type PupilFilter = {
  campaignId: string; measure: Measure;
  /** Where the pupil stands now, e.g. `drafted`; and why, e.g. `no_personal_number`. */
  position: string | null; reason: string | null;
  /** The step at which an open one waits, e.g. `review`. */
  step: WaitingStep | null;
  officeCode: string | null; schoolCode: string | null; classId: string | null;
};
export type PupilLine = {
  pupilId: string; cardId: string | null; pupilCode: string; fullName: string; position: string; reason: string | null; reasonNote: string | null; since: Date;
  officeCode: string; schoolCode: string; schoolName: string; classId: string; className: string; khoError: string | null;
};

const FROM = `
  FROM pupil_progress p JOIN campaign_school s ON s.campaign_id = p.campaign_id AND s.school_code = p.school_code
  JOIN expected_pupil e ON e.id = p.expected_pupil_id JOIN class k ON k.id = p.class_id JOIN school c ON c.code = p.school_code JOIN office o ON o.code = s.office_code
  LEFT JOIN report_card r ON r.id = p.card_id ${TURN_OF_PUPIL}`;
const WHERE = (measure: Measure): string => `
  WHERE p.campaign_id = :campaignId AND (${MEASURES[measure]}) AND (:position::text IS NULL OR p.position = :position::text)
    AND (:reason::text IS NULL OR coalesce(p.reason, 'school_exempt') = :reason::text) AND (:step::text IS NULL OR w.step = :step::text)
    AND (:officeCode::text IS NULL OR s.office_code = :officeCode::text) AND (:schoolCode::text IS NULL OR p.school_code = :schoolCode::text) AND (:classId::uuid IS NULL OR p.class_id = :classId::uuid)`;

export async function countPupils(db: Db, filter: PupilFilter): Promise<number> {
  const { measure, ...bindings } = filter;
  return (await row<{ count: number }>(db, `SELECT count(*)::int AS count ${FROM} ${WHERE(measure)}`, bindings))!.count;
}

export function listPupils(db: Db, filter: PupilFilter, page: { limit: number; offset: number }): Promise<PupilLine[]> {
  const { measure, ...bindings } = filter;
  return rows<PupilLine>(db, `
    SELECT p.expected_pupil_id AS "pupilId", p.card_id AS "cardId", e.pupil_code AS "pupilCode", e.full_name AS "fullName", p.position,
      CASE WHEN p.position IN ('held', 'exempt', 'excluded') THEN coalesce(p.reason, 'school_exempt') END AS reason, e.reason_note AS "reasonNote", coalesce(r.state_at, e.status_at) AS since,
      s.office_code AS "officeCode", c.code AS "schoolCode", c.name AS "schoolName", k.id AS "classId", k.name AS "className", r.kho_error_description AS "khoError"
    ${FROM} ${WHERE(measure)} ORDER BY o.name, o.code, c.name, c.code, k.grade, length(k.name), k.name, ${byGivenName('e.full_name')}, e.pupil_code LIMIT :limit OFFSET :offset`, { ...bindings, ...page });
}

/** Pupils by name, 12-digit number, sector code or look-up code (UUID of the card); at most 50. */
export const searchPupils = (db: Db, input: { campaignId: string; text: string }): Promise<PupilLine[]> => rows<PupilLine>(db, `
  SELECT p.expected_pupil_id AS "pupilId", p.card_id AS "cardId", e.pupil_code AS "pupilCode", e.full_name AS "fullName", p.position,
    CASE WHEN p.position IN ('held', 'exempt', 'excluded') THEN coalesce(p.reason, 'school_exempt') END AS reason, e.reason_note AS "reasonNote", coalesce(r.state_at, e.status_at) AS since,
    s.office_code AS "officeCode", c.code AS "schoolCode", c.name AS "schoolName", k.id AS "classId", k.name AS "className", r.kho_error_description AS "khoError"
  ${FROM} WHERE p.campaign_id = :campaignId AND (${nameHolds('e.full_name')} OR e.personal_number = :sought OR e.pupil_code = :sought
    OR e.id IN (SELECT expected_pupil_id FROM report_card WHERE campaign_id = :campaignId AND id::text = lower(:sought)))
  ORDER BY ${byGivenName('e.full_name')}, e.pupil_code LIMIT 50`, { campaignId: input.campaignId, sought: input.text, ...nameSought(input.text) });
