import type { Instant } from '../../domain/brand.js';
import { row, type Db } from '../connect.js';
import type { ActContext } from '../acts/context.js';
import type { Grant } from '../directory/ending.js';
import { queueMails } from './queue.js';

const NOBODYS_CARDS = { schoolYear: null, classNames: [], cards: 0, linkPath: '/viec-cua-toi' } as const;

/** Tells somebody that a role was given or has an end. Those without an account learn of a new role by their invitation. */
export async function noticeRole(db: Db, input: { grant: Grant; notice: 'role-granted' | 'role-ended'; from: Instant; round: string }, context: ActContext): Promise<void> {
  const { grant, notice, from, round } = input;
  const person = await row<{ full_name: string; email: string; unit: string; department_name: string }>(db, `
    SELECT p.full_name, p.email, coalesce((SELECT name FROM school WHERE code = :schoolCode::text), (SELECT name FROM office WHERE code = :officeCode::text), v.department_name) AS unit, v.department_name
    FROM person p CROSS JOIN province v WHERE p.id = :personId AND p.email IS NOT NULL AND EXISTS (SELECT FROM account a WHERE a.person_id = p.id)`, grant);
  if (person === undefined) return;
  await queueMails(db, [{
    dedupeKey: `notice/role/${round}/${grant.id}`, personId: grant.personId, to: person.email, campaignId: null, schoolCode: grant.schoolCode, link: null,
    model: { kind: 'notice', notice, role: grant.role, from, recipientName: person.full_name, departmentName: person.department_name, schoolName: person.unit, ...NOBODYS_CARDS },
  }], context);
}

/** Tells a teacher that a class is somebody else's now; the successor hears of it by the task. */
export async function noticeHomeroomEnded(db: Db, input: { personId: string; classId: string; round: string }, context: ActContext): Promise<void> {
  const found = await row<{ full_name: string; email: string; school_code: string; school_name: string; department_name: string; campaign_id: string; school_year: string; name: string }>(db, `
    SELECT p.full_name, p.email, k.school_code, s.name AS school_name, v.department_name, k.campaign_id, c.school_year, k.name
    FROM class k JOIN campaign c ON c.id = k.campaign_id JOIN school s ON s.code = k.school_code JOIN person p ON p.id = :personId CROSS JOIN province v
    WHERE k.id = :classId AND p.email IS NOT NULL`, input);
  if (found === undefined) return;
  await queueMails(db, [{
    dedupeKey: `notice/homeroom/${input.round}`, personId: input.personId, to: found.email, campaignId: found.campaign_id, schoolCode: found.school_code, link: null,
    model: {
      kind: 'notice', notice: 'homeroom-ended', recipientName: found.full_name, departmentName: found.department_name, schoolName: found.school_name, schoolYear: found.school_year,
      classNames: [found.name], cards: 0, linkPath: '/viec-cua-toi',
    },
  }], context);
}
