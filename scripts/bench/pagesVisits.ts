import type { Knex } from 'knex';
import { row, rows } from '../../db/connect.js';

/** One page as a person opens it. `page` names it in the result; a page with `form` is a POST that only reads (a search). */
export type Visit = { page: string; path: string; form?: Record<string, string> };
export type BenchPerson = { personId: string; visits: readonly Visit[] };

type Review = { classId: string; teacher: string };
type Place = { schoolCode: string; officeCode: string; classId: string; cardId: string; clerk: string; head: string; teacher: string; office: string };

/** Schools spread over the province, each with a class that is being reviewed or further and a card of it, and who works there. */
const places = (owner: Knex, count: number): Promise<Place[]> => rows<Place>(owner, `
  SELECT DISTINCT ON (md5(s.school_code), s.school_code) s.school_code AS "schoolCode", s.office_code AS "officeCode", k.id AS "classId", k.homeroom_person_id AS teacher, c.id AS "cardId",
    (SELECT g.person_id FROM active_grant g WHERE g.school_code = s.school_code AND g.role = 'clerk' LIMIT 1) AS clerk, (SELECT g.person_id FROM active_grant g WHERE g.school_code = s.school_code AND g.role = 'principal' LIMIT 1) AS head,
    (SELECT g.person_id FROM active_grant g WHERE g.office_code = s.office_code AND g.role = 'office' LIMIT 1) AS office
  FROM campaign_school s JOIN class k ON k.school_code = s.school_code JOIN LATERAL (SELECT id FROM report_card WHERE class_id = k.id LIMIT 1) c ON true
  WHERE s.exempt_reason IS NULL ORDER BY md5(s.school_code), s.school_code, k.id LIMIT :count`, { count });

/** Classes that somebody reviews now. */
const reviews = (owner: Knex, count: number): Promise<Review[]> => rows<Review>(owner, `
  SELECT class_id AS "classId", assignee_id AS teacher FROM task WHERE kind = 'review' AND state = 'open' AND assignee_id IS NOT NULL ORDER BY md5(class_id::text) LIMIT :count`, { count });

/** Who is there on a busy day: a few of the Sở, more of the offices, most of the schools; each with the pages of their work. */
export async function visitsOf(owner: Knex, campaignId: string, people: number): Promise<BenchPerson[]> {
  const found = await places(owner, people);
  const reviewed = await reviews(owner, people);
  const official = await row<{ id: string }>(owner, `SELECT person_id AS id FROM active_grant WHERE role = 'official' LIMIT 1`);
  const coordinators = await rows<{ id: string }>(owner, `SELECT person_id AS id FROM active_grant WHERE role = 'coordinator' ORDER BY 1 LIMIT 10`);
  const { pages } = (await row<{ pages: number }>(owner, `SELECT greatest(1, sum(cards) / 100)::int AS pages FROM class_count WHERE status <> 'excluded'`))!;
  return found.map((place, index): BenchPerson => {
    const kind = index % 5;
    const coordinator = coordinators[index % coordinators.length]!;
    if (kind === 0) return { personId: coordinator.id, visits: ofCoordinator(campaignId, place, 1 + (index * 97) % pages) };
    if (kind === 1) return { personId: place.office, visits: ofOffice(campaignId, place) };
    if (kind === 2) return { personId: place.head, visits: ofHead(place) };
    if (kind === 3) return { personId: place.clerk, visits: ofClerk(place) };
    if (index === people - 1 && official !== undefined) return { personId: official.id, visits: ofOfficial(campaignId) };
    const review = reviewed[index % reviewed.length]!;
    return index % 2 === 0 ? { personId: place.teacher, visits: ofTeacher(place) } : { personId: review.teacher, visits: ofReviewer(review) };
  });
}

const ofCoordinator = (campaignId: string, { schoolCode, officeCode, classId, cardId }: Place, deep: number): Visit[] => {
  const base = `/dot/${campaignId}`;
  return [
    { page: 'cockpit', path: base }, { page: 'cockpit, one area', path: `${base}?xa=${officeCode}` }, { page: 'list of what is open', path: `${base}/danh-sach?muc=open` },
    { page: 'cockpit', path: base }, { page: 'list of all, deep inside', path: `${base}/danh-sach?muc=expected&trang=${deep}` }, { page: 'list of the held', path: `${base}/danh-sach?muc=held&li-do=no_personal_number` },
    { page: 'school', path: `${base}/truong/${schoolCode}` }, { page: 'class', path: `${base}/lop/${classId}` }, { page: 'card', path: `/hoc-ba/${cardId}` },
    { page: 'cockpit by old districts', path: `${base}?nhom=district` }, { page: 'search by name', path: `${base}/tim`, form: { text: 'nguyen van an' } }, { page: 'search by a short name', path: `${base}/tim`, form: { text: 'Vy' } },
    { page: 'search by number', path: `${base}/tim`, form: { text: '950000012345' } }, { page: 'overdue schools', path: `${base}/qua-han` }, { page: 'reconciliation', path: `${base}/doi-soat` },
    { page: 'as-of report', path: `${base}/tong-ket` }, { page: 'end of the campaign', path: `${base}/ket-thuc` }, { page: 'units', path: '/don-vi' }, { page: 'revoked certificates', path: `${base}/chung-thu-thu-hoi` },
  ];
};
const ofOffice = (campaignId: string, { officeCode, schoolCode }: Place): Visit[] => [
  { page: 'chase list of an area', path: `/dia-ban/${officeCode}` }, { page: 'school, for its office', path: `/dot/${campaignId}/truong/${schoolCode}` }, { page: 'reports', path: '/bao-cao' },
];
const ofHead = ({ schoolCode }: Place): Visit[] => [{ page: 'my tasks', path: '/viec-cua-toi' }, { page: 'approval of a school', path: `/truong/${schoolCode}/ky-duyet` }, { page: 'authority', path: `/truong/${schoolCode}/giao-ky` }, { page: 'cards of a school', path: `/truong/${schoolCode}/hoc-ba` }];
const ofClerk = ({ schoolCode }: Place): Visit[] => [{ page: 'data of a school', path: `/truong/${schoolCode}/du-lieu` }, { page: 'seal', path: `/truong/${schoolCode}/ky-so` }, { page: 'refused by the Kho', path: `/truong/${schoolCode}/kho-tu-choi` }, { page: 'my tasks', path: '/viec-cua-toi' }];
const ofTeacher = ({ classId }: Place): Visit[] => [{ page: 'my tasks', path: '/viec-cua-toi' }, { page: 'cards of a class', path: `/lop/${classId}/hoc-ba` }];
const ofReviewer = ({ classId }: Review): Visit[] => [{ page: 'my tasks', path: '/viec-cua-toi' }, { page: 'review of a class', path: `/lop/${classId}/ra-soat` }];
const ofOfficial = (campaignId: string): Visit[] => [{ page: 'reports of the province', path: `/bao-cao?dot=${campaignId}` }, { page: 'as-of report', path: `/dot/${campaignId}/tong-ket` }, { page: 'workbooks', path: '/bao-cao/xuat-excel' }];
