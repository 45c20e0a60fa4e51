import type { ArrivalReason } from '../../domain/pupilStatus.js';
import type { WaitingStep } from '../../domain/turns.js';
import { row, rows, type Db } from '../connect.js';
import { byGivenName, nameHolds, nameSought } from '../names.js';
import { MEASURES, STEP, type Measure } from '../measures.js';

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
  /** Of one who joined after the launch: why, since when, by which evidence. */
  arrival: ArrivalReason | null; arrivedAt: Date | null; arrivalNote: string | null;
  officeCode: string; schoolCode: string; schoolName: string; classId: string; className: string; khoError: string | null;
};

const FROM = `
  FROM pupil_progress p JOIN campaign_school s ON s.campaign_id = p.campaign_id AND s.school_code = p.school_code
  JOIN expected_pupil e ON e.id = p.expected_pupil_id JOIN class k ON k.id = p.class_id JOIN school c ON c.code = p.school_code JOIN office o ON o.code = s.office_code
  LEFT JOIN report_card r ON r.id = p.card_id`;
const LINE = `p.expected_pupil_id AS "pupilId", p.card_id AS "cardId", e.pupil_code AS "pupilCode", e.full_name AS "fullName", p.position,
  CASE WHEN p.position IN ('held', 'exempt', 'excluded') THEN coalesce(p.reason, 'school_exempt') END AS reason, e.reason_note AS "reasonNote", coalesce(r.state_at, e.status_at) AS since,
  e.arrival, e.arrived_at AS "arrivedAt", e.arrival_note AS "arrivalNote",
  s.office_code AS "officeCode", c.code AS "schoolCode", c.name AS "schoolName", k.id AS "classId", k.name AS "className", r.kho_error_description AS "khoError"`;
/** The same pupils by class, counted. */
const COUNTERS = 'FROM progress_count p JOIN campaign_school s ON s.campaign_id = p.campaign_id AND s.school_code = p.school_code';

/**
 * Joins and conditions of a filter, only those that it asks for: a condition that might be none would give PostgreSQL one plan for a class
 * and for a province.
 */
function chosen({ measure, position, reason, step, officeCode, schoolCode, classId }: PupilFilter): { turn: string; where: string } {
  const turn = step !== null || measure === 'waiting' || measure === 'unexplained' ? 'JOIN class_turn w ON w.class_id = p.class_id' : '';
  const where = [
    'p.campaign_id = :campaignId', `(${MEASURES[measure]})`, ...(position === null ? [] : ['p.position = :position']), ...(reason === null ? [] : [`coalesce(p.reason, 'school_exempt') = :reason`]),
    ...(step === null ? [] : [`${STEP} = :step`]), ...(officeCode === null ? [] : ['s.office_code = :officeCode']), ...(schoolCode === null ? [] : ['p.school_code = :schoolCode']), ...(classId === null ? [] : ['p.class_id = :classId']),
  ];
  return { turn, where: `WHERE ${where.join(' AND ')}` };
}

/** How many the list holds, from the counters: as quick for a province as for a class. */
export async function countPupils(db: Db, filter: PupilFilter): Promise<number> {
  const { turn, where } = chosen(filter);
  return (await row<{ count: number }>(db, `SELECT coalesce(sum(p.cards), 0)::int AS count ${COUNTERS} ${turn} ${where}`, filter, 'varied'))!.count;
}

/**
 * One page of the list in the order of offices, schools, classes and given names. The counters say in which classes the page lies; only
 * these are read; names are compared school by school, not class by class. Give a transaction that sees one snapshot.
 */
export async function listPupils(db: Db, filter: PupilFilter, page: { limit: number; offset: number }): Promise<PupilLine[]> {
  const { turn, where } = chosen(filter);
  const classes = await rows<{ classId: string; before: number }>(db, `
    SELECT * FROM (
      SELECT k.id AS "classId", k.cards, (sum(k.cards) OVER (ORDER BY a.place, k.grade, length(k.name), k.name ROWS UNBOUNDED PRECEDING) - k.cards)::int AS before
      FROM (SELECT k.id, k.grade, k.name, k.school_code, sum(p.cards)::int AS cards ${COUNTERS} JOIN class k ON k.id = p.class_id ${turn} ${where} GROUP BY k.id) k
      JOIN (
        SELECT s.school_code, row_number() OVER (ORDER BY o.name, o.code, c.name, c.code) AS place
        FROM campaign_school s JOIN school c ON c.code = s.school_code JOIN office o ON o.code = s.office_code WHERE s.campaign_id = :campaignId) a ON a.school_code = k.school_code) k
    WHERE before < :offset::int + :limit::int AND before + cards > :offset::int ORDER BY before`, { ...filter, ...page }, 'varied');
  const first = classes[0];
  if (first === undefined) return [];
  return rows<PupilLine>(db, `
    SELECT ${LINE} ${FROM} ${turn} ${where} AND p.class_id = ANY(:classIds) AND e.class_id = ANY(:classIds)
    ORDER BY array_position(:classIds::uuid[], p.class_id), ${byGivenName('e.full_name')}, e.pupil_code LIMIT :limit OFFSET :offset`,
  { ...filter, classIds: classes.map((one) => one.classId), limit: page.limit, offset: page.offset - first.before }, 'varied');
}

/** So many pupils of a name are looked at before the first fifty are shown. */
const MOST_SOUGHT = 1_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Pupils by name, 12-digit number, sector code or look-up code (UUID of the card); at most 50. Each way has its index. */
export async function searchPupils(db: Db, { campaignId, text }: { campaignId: string; text: string }): Promise<PupilLine[]> {
  // The fifty are chosen by name before anything else about them is read.
  const found = await rows<{ id: string }>(db, `
    SELECT e.id FROM expected_pupil e WHERE e.id IN (
      (SELECT e.id FROM expected_pupil e WHERE e.campaign_id = :campaignId AND ${nameHolds('e.full_name')} LIMIT ${MOST_SOUGHT})
      UNION SELECT id FROM expected_pupil WHERE personal_number = :text AND campaign_id = :campaignId
      UNION SELECT id FROM expected_pupil WHERE campaign_id = :campaignId AND pupil_code = :text
      UNION SELECT expected_pupil_id FROM report_card WHERE id = :cardId AND campaign_id = :campaignId)
    ORDER BY ${byGivenName('e.full_name')}, e.pupil_code LIMIT 50`,
  { campaignId, text, cardId: UUID.test(text) ? text : null, ...nameSought(text) });
  if (found.length === 0) return [];
  return rows<PupilLine>(db, `
    SELECT ${LINE} ${FROM} WHERE p.expected_pupil_id = ANY(:ids) ORDER BY ${byGivenName('e.full_name')}, e.pupil_code`, { ids: found.map((one) => one.id) });
}
