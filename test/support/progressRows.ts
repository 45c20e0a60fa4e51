import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { CardState } from '../../domain/cardState.js';

/** One pupil: the state of the card (null: none yet) and, where the pupil is not simply expected, status and reason. */
export type PupilRow = { card: CardState | null; status?: 'held' | 'exempt' | 'excluded'; reason?: string };
export type ClassRow = { name: string; grade: number; pupils: readonly PupilRow[] };
export type SchoolRow = { name: string; exemptReason?: string; classes: readonly ClassRow[] };
export type OfficeRow = { name: string; schools: readonly SchoolRow[] };

export const pupils = (count: number, card: CardState | null, rest: Omit<PupilRow, 'card'> = {}): PupilRow[] => Array.from({ length: count }, () => ({ card, ...rest }));

const HOUR = 3_600_000;

/** Writes one running campaign as the owner; codes are `O1…` for offices and `S1…` for schools, in the order given. */
export async function insertCampaign(db: Knex, offices: readonly OfficeRow[]): Promise<string> {
  const campaignId = randomUUID();
  const due = [1, 2, 3, 4].map((hours) => new Date(Date.now() + hours * HOUR));
  await db('province').insert({ code: '97', name: 'Tỉnh Mô Phỏng', department_name: 'Sở Giáo dục và Đào tạo tỉnh Mô Phỏng', place_of_issue: 'Mô Phỏng' }).onConflict('code').ignore();
  await db('campaign').insert({
    id: campaignId, province_code: '97', school_year: '2025-2026', level: 'primary', cycle: 'main', state: 'running', policy: '{}',
    collect_due: due[0], review_due: due[1], approve_due: due[2], seal_due: due[3],
  });
  let schoolNumber = 0;
  for (const [index, office] of offices.entries()) {
    const officeCode = `O${index + 1}`;
    await db('office').insert({ code: officeCode, name: office.name, kind: 'commune' });
    for (const school of office.schools) {
      schoolNumber += 1;
      await insertSchool(db, campaignId, officeCode, `S${schoolNumber}`, school);
    }
  }
  return campaignId;
}

async function insertSchool(db: Knex, campaignId: string, officeCode: string, schoolCode: string, school: SchoolRow): Promise<void> {
  await db('school').insert({ code: schoolCode, name: school.name, office_code: officeCode, commune_name: 'Xã Mô Phỏng' });
  await db('campaign_school').insert({ campaign_id: campaignId, school_code: schoolCode, office_code: officeCode, state: 'open', exempt_reason: school.exemptReason ?? null });
  const classRows = school.classes.map((each) => ({ id: randomUUID(), campaign_id: campaignId, school_code: schoolCode, name: each.name, grade: each.grade }));
  if (classRows.length > 0) await db('class').insert(classRows);
  const pupilRows = school.classes.flatMap((each, classIndex) => each.pupils.map((pupil, position) => ({
    pupil, row: {
      id: randomUUID(), campaign_id: campaignId, class_id: classRows[classIndex]!.id, school_code: schoolCode, pupil_code: `${schoolCode}-${each.name}-${position}`,
      full_name: `Học sinh ${position}`, birth_date: '2016-05-05', sex: 'male', ethnicity: 'Kinh', nationality: 'Việt Nam',
      status: pupil.status ?? 'expected', reason: pupil.reason ?? null,
    },
  })));
  if (pupilRows.length > 0) await db.batchInsert('expected_pupil', pupilRows.map(({ row }) => row), 500);
  const cards = pupilRows.filter(({ pupil }) => pupil.card !== null).map(({ pupil, row }) => ({
    id: randomUUID(), campaign_id: campaignId, expected_pupil_id: row.id, class_id: row.class_id, school_code: schoolCode, state: pupil.card, record: '{}', document: Buffer.from('x'),
  }));
  if (cards.length > 0) await db.batchInsert('report_card', cards, 500);
}
