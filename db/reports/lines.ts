import type { ProgressScope } from '../../domain/progress.js';
import type { ProgressCounts } from '../../domain/rates.js';
import { LISTED_MEASURES, type ReportLine } from '../../domain/reports.js';
import type { WaitingStep } from '../../domain/turns.js';
import { rows, type Db } from '../connect.js';
import { COUNTERS_OF_SCHOOLS, MEASURES, OWNED, scopeWhere, STEP } from '../measures.js';
import { byGivenName } from '../names.js';

/** Which pupils a list holds: everybody of the list, those who left it included, or the ones that are held or exempt. */
export const LISTS = { cards: 'true', held: `p.position IN ('held', 'exempt')` } as const;
export type List = keyof typeof LISTS;
/** How long a list is, from the counts of the same snapshot. */
export const lengthOf = (list: List, counts: ProgressCounts): number => (list === 'cards' ? counts.expected + counts.excluded : counts.held + counts.exempt);

type SchoolRow = { officeName: string; schoolCode: string; schoolName: string };
type ClassTurn = { classId: string; position: string; step: WaitingStep; owned: boolean };
type PupilRow = {
  classId: string; className: string; position: string; reason: string | null; reasonNote: string | null; since: string; measures: number;
  pupilCode?: string; fullName?: string; birthDate?: string; personalNumber?: string | null; cardId?: string | null;
};

/** Whose turn it is, by class and position: one statement for the whole scope instead of a look at the tasks for each pupil. */
async function turnsOf(snapshot: Db, scope: ProgressScope): Promise<Map<string, ClassTurn>> {
  const found = await rows<ClassTurn>(snapshot, `
    SELECT p.class_id AS "classId", p.position, ${STEP} AS step, bool_and(${OWNED}) AS owned
    FROM campaign_school s ${COUNTERS_OF_SCHOOLS} WHERE ${scopeWhere(scope)} AND ${MEASURES.open} GROUP BY 1, 2, 3`, scope);
  return new Map(found.map((turn) => [`${turn.classId}/${turn.position}`, turn]));
}

const BITS = LISTED_MEASURES.map((measure, bit) => `CASE WHEN ${MEASURES[measure]} THEN ${1 << bit} ELSE 0 END`).join(' + ');
const PERSON = `, e.pupil_code AS "pupilCode", e.full_name AS "fullName", e.birth_date AS "birthDate", e.personal_number AS "personalNumber", p.card_id AS "cardId"`;

/** One school at a time, by its index: neither PostgreSQL nor this process ever holds or sorts the whole province. */
const ofSchool = (snapshot: Db, list: List, withNames: boolean, input: { campaignId: string; schoolCode: string }): Promise<PupilRow[]> => rows<PupilRow>(snapshot, `
  SELECT k.id AS "classId", k.name AS "className", p.position, CASE WHEN p.position IN ('held', 'exempt', 'excluded') THEN coalesce(p.reason, 'school_exempt') END AS reason,
    ${withNames ? 'e.reason_note' : 'NULL'} AS "reasonNote", coalesce(c.state_at, e.status_at)::date AS since, ${BITS} AS measures ${withNames ? PERSON : ''}
  FROM pupil_progress p JOIN expected_pupil e ON e.id = p.expected_pupil_id JOIN class k ON k.id = p.class_id LEFT JOIN report_card c ON c.id = p.card_id
  WHERE p.campaign_id = :campaignId AND p.school_code = :schoolCode AND ${LISTS[list]}
  ORDER BY k.grade, length(k.name), k.name, ${withNames ? byGivenName('e.full_name') : 'p.position, reason'}, e.pupil_code`, input);

/**
 * Every pupil of a list, school by school, in the order of the progress report: areas, schools, classes, given names.
 * @param snapshot a transaction that sees one snapshot
 * @param input.withNames whether names and numbers are read at all
 */
export async function* reportLines(snapshot: Db, scope: ProgressScope, { list, withNames }: { list: List; withNames: boolean }): AsyncGenerator<ReportLine[]> {
  const turns = await turnsOf(snapshot, scope);
  const schools = await rows<SchoolRow>(snapshot, `
    SELECT o.name AS "officeName", sc.code AS "schoolCode", sc.name AS "schoolName" FROM campaign_school s JOIN school sc ON sc.code = s.school_code JOIN office o ON o.code = s.office_code
    WHERE ${scopeWhere(scope)} ORDER BY o.name, o.code, sc.name, sc.code`, scope);
  const read = (place: number): Promise<PupilRow[]> | null => {
    const school = schools[place];
    if (school === undefined) return null;
    const asked = ofSchool(snapshot, list, withNames, { campaignId: scope.campaignId, schoolCode: school.schoolCode });
    // Awaited one school later: until then a fault must not count as unhandled.
    asked.catch(() => undefined);
    return asked;
  };
  let next = read(0);
  for (const [place, school] of schools.entries()) {
    const found = (await next)!;
    // PostgreSQL reads the next school while this one is written.
    next = read(place + 1);
    yield found.map((one) => lineOf(school, one, turns));
  }
}

function lineOf(school: SchoolRow, one: PupilRow, turns: ReadonlyMap<string, ClassTurn>): ReportLine {
  const turn = turns.get(`${one.classId}/${one.position}`);
  const person = one.pupilCode === undefined ? null
    : { pupilCode: one.pupilCode, fullName: one.fullName!, birthDate: one.birthDate!, personalNumber: one.personalNumber!, cardId: one.cardId! };
  return {
    ...school, className: one.className, person, position: one.position, reason: one.reason, reasonNote: one.reasonNote, since: one.since,
    step: turn?.step ?? null, owned: turn?.owned ?? false, measures: one.measures,
  };
}
