import type { Instant } from '../../domain/brand.js';
import type { DigestMail, TaskKind } from '../../domain/mail.js';
import type { ProgressCounts } from '../../domain/rates.js';
import type { ActContext } from '../acts/context.js';
import { row, rows, type Db } from '../connect.js';
import { queueMails, type MailToQueue } from '../mail/queue.js';
import { progressTree } from '../progress.js';
import { overdueSchools, type OverdueSchool } from '../views/overdue.js';
import type { RoundCampaign } from './take.js';

type Reader = { personId: string | null; fullName: string; email: string; officeCode: string | null };
type Waiting = { officeCode: string | null; refused: number; blocked: number; parked: number };

/** Rows a mail shows; the page has the rest. */
const MOST_ROWS = 15;

/**
 * The day's digest: to each office about its area, to coordinators about the province. Counts and rates are those of the pages. Who has
 * nothing overdue, refused, blocked or parked gets no mail; nobody gets two of one day.
 */
export async function mailDigests(db: Db, campaign: RoundCampaign, context: ActContext): Promise<number> {
  const scope = { campaignId: campaign.id };
  const tree = await progressTree(db, scope);
  const overdue = await overdueSchools(db, { ...scope, officeCode: null });
  const waiting = await waitingByOffice(db, campaign.id);
  const day = (await row<{ day: string }>(db, `SELECT to_char(:now::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD') AS day`, { now: context.now }))!.day;
  const offices = new Map(tree.offices.map((office) => [office.officeCode, office]));
  const mails = (await readers(db, campaign.id)).flatMap((reader): MailToQueue[] => {
    const office = reader.officeCode === null ? null : offices.get(reader.officeCode);
    if (office === undefined) return [];
    const area: Area = office === null
      ? { officeCode: null, name: campaign.departmentName, counts: tree.counts, overdue, waiting: waiting.find((one) => one.officeCode === null)! }
      : {
        officeCode: office.officeCode, name: office.officeName, counts: office.counts, overdue: overdue.filter((school) => school.officeCode === office.officeCode),
        waiting: waiting.find((one) => one.officeCode === office.officeCode) ?? { officeCode: office.officeCode, refused: 0, blocked: 0, parked: 0 },
      };
    if (!hasNews(area)) return [];
    return [{
      dedupeKey: `digest/${campaign.id}/${reader.officeCode ?? 'province'}/${day}/${reader.personId ?? 'office'}`, personId: reader.personId, to: reader.email, campaignId: campaign.id,
      schoolCode: null, link: null, model: modelOf(reader, area, campaign, context.now),
    }];
  });
  return queueMails(db, mails, context);
}

type Area = { officeCode: string | null; name: string; counts: ProgressCounts; overdue: readonly OverdueSchool[]; waiting: Waiting };

const hasNews = ({ overdue, waiting }: Area): boolean => overdue.length > 0 || waiting.refused + waiting.blocked + waiting.parked > 0;

function modelOf(reader: Reader, area: Area, campaign: RoundCampaign, now: Instant): DigestMail {
  return {
    kind: 'digest', recipientName: reader.fullName, departmentName: campaign.departmentName, areaName: area.name, isProvince: area.officeCode === null, schoolYear: campaign.schoolYear, asOf: now,
    counts: area.counts, overdueSchools: area.overdue.length,
    overdue: area.overdue.slice(0, MOST_ROWS).map((school) => ({ schoolName: school.schoolName, schoolPhone: school.phone, since: school.since.toISOString() as Instant, tasks: school.tasks, kinds: school.kinds as TaskKind[] })),
    refused: area.waiting.refused, blockedClasses: area.waiting.blocked, parkedPackets: area.waiting.parked,
    linkPath: area.officeCode === null ? `/dot/${campaign.id}` : `/dia-ban/${encodeURIComponent(area.officeCode)}`,
  };
}

/** Staff of the offices whose schools take part, the office's own address where no staff has one, and the coordinators. */
const readers = (db: Db, campaignId: string): Promise<Reader[]> => rows<Reader>(db, `
  WITH area AS (SELECT DISTINCT office_code FROM campaign_school WHERE campaign_id = :campaignId),
  staff AS (
    SELECT DISTINCT p.id AS "personId", p.full_name AS "fullName", p.email, g.office_code AS "officeCode" FROM active_grant g JOIN person p ON p.id = g.person_id
    WHERE p.email IS NOT NULL AND p.disabled_at IS NULL AND (g.role = 'coordinator' OR (g.role = 'office' AND g.office_code IN (SELECT office_code FROM area))))
  SELECT * FROM staff
  UNION ALL SELECT NULL, o.name, o.email, o.code FROM office o JOIN area ON area.office_code = o.code
    WHERE o.email IS NOT NULL AND NOT EXISTS (SELECT FROM staff s WHERE s."officeCode" = o.code)`, { campaignId });

/** Cards refused by the Kho, classes nobody may approve, packets that stand still: by office, and of the province where the code is null. */
const waitingByOffice = (db: Db, campaignId: string): Promise<Waiting[]> => rows<Waiting>(db, `
  SELECT x.office_code AS "officeCode", coalesce(sum(g.refused), 0)::int AS refused, coalesce(sum(t.blocked), 0)::int AS blocked, coalesce(sum(p.parked), 0)::int AS parked
  FROM campaign_school x
  LEFT JOIN (SELECT school_code, sum(refused) AS refused FROM class_progress WHERE campaign_id = :campaignId GROUP BY 1) g ON g.school_code = x.school_code
  LEFT JOIN (SELECT school_code, count(*) AS blocked FROM task WHERE campaign_id = :campaignId AND state = 'open' AND kind = 'approve' AND blocked_code IS NOT NULL GROUP BY 1) t ON t.school_code = x.school_code
  LEFT JOIN (SELECT school_code, count(*) AS parked FROM packet WHERE campaign_id = :campaignId AND state = 'parked' GROUP BY 1) p ON p.school_code = x.school_code
  WHERE x.campaign_id = :campaignId GROUP BY GROUPING SETS ((x.office_code), ())`, { campaignId });
