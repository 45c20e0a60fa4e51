import type { AuthorityBasis } from '../../domain/authority.js';
import type { Instant, PlainDate } from '../../domain/brand.js';
import type { NoticeFacts } from '../../domain/mail.js';
import { WARN_DAYS } from '../../domain/rounds.js';
import type { ActContext } from '../acts/context.js';
import { rows, type Db } from '../connect.js';
import { queueMails, type MailToQueue } from '../mail/queue.js';
import type { RoundCampaign } from './take.js';

type Ending = {
  what: 'person' | 'seal' | 'packet' | 'authority'; id: string; validFrom: Date; validTo: Date; schoolCode: string | null; schoolName: string | null;
  personId: string; fullName: string; email: string;
  holderId: string | null; holderName: string | null; basis: AuthorityBasis | null; instrumentNumber: string | null; instrumentDate: PlainDate | null;
};

/**
 * Tells people once at each of `WARN_DAYS` that a certificate or a deputy's authority ends: the signer about the own one, clerk and head
 * about the school's seal, administrators and coordinators about the Sở's, holder and head about an authority. Only where schools of the
 * campaign still work. @returns how many mails are new
 */
export async function warnOfExpiry(db: Db, campaign: RoundCampaign, context: ActContext): Promise<number> {
  const found = await rows<Ending>(db, `
    WITH working AS (SELECT s.* FROM campaign_school x JOIN school s ON s.code = x.school_code WHERE x.campaign_id = :campaignId AND x.state = 'open' AND NOT exemption_holds(x.exempt_reason, x.exempt_until)),
    staff AS (
      SELECT g.role, g.school_code, p.id, p.full_name, p.email, p.certificate_id FROM active_grant g JOIN person p ON p.id = g.person_id WHERE p.email IS NOT NULL AND p.disabled_at IS NULL),
    ending AS (
      SELECT DISTINCT ON (p.id) 'person' AS what, k.id, k.valid_from, k.valid_to, w.code, w.name, p.id AS person_id, p.full_name, p.email, NULL::uuid AS holder_id, NULL::text AS holder_name,
        NULL::text AS basis, NULL::text AS instrument_number, NULL::date AS instrument_date
      FROM staff p JOIN working w ON w.code = p.school_code JOIN certificate k ON k.id = p.certificate_id WHERE p.role IN ('homeroom', 'principal', 'deputy') AND k.revoked_at IS NULL
      UNION ALL SELECT DISTINCT ON (k.id, p.id) 'seal', k.id, k.valid_from, k.valid_to, w.code, w.name, p.id, p.full_name, p.email, NULL, NULL, NULL, NULL, NULL
      FROM working w JOIN school_seal z ON z.school_code = w.code JOIN certificate k ON k.id = z.certificate_id JOIN staff p ON p.school_code = w.code AND p.role IN ('clerk', 'principal') WHERE k.revoked_at IS NULL
      UNION ALL SELECT DISTINCT ON (k.id, p.id) 'packet', k.id, k.valid_from, k.valid_to, NULL, NULL, p.id, p.full_name, p.email, NULL, NULL, NULL, NULL, NULL
      FROM packet_key y JOIN certificate k ON k.id = y.certificate_id JOIN staff p ON p.role IN ('administrator', 'coordinator') WHERE y.active
      UNION ALL SELECT DISTINCT ON (a.id, p.id) 'authority', a.id, a.valid_from, a.valid_to, w.code, w.name, p.id, p.full_name, p.email, h.id, h.full_name, a.basis, a.instrument_number, a.instrument_date
      FROM authority a JOIN working w ON w.code = a.school_code JOIN person h ON h.id = a.person_id
      JOIN staff p ON p.school_code = w.code AND (p.role = 'principal' OR p.id = a.person_id) WHERE a.basis <> 'head' AND a.revoked_at IS NULL)
    SELECT what, id, valid_from AS "validFrom", valid_to AS "validTo", code AS "schoolCode", name AS "schoolName", person_id AS "personId", full_name AS "fullName", email,
      holder_id AS "holderId", holder_name AS "holderName", basis, instrument_number AS "instrumentNumber", instrument_date AS "instrumentDate"
    FROM ending WHERE valid_to > :now AND valid_to <= :now::timestamptz + make_interval(days => :days)`, { campaignId: campaign.id, now: context.now, days: Math.max(...WARN_DAYS) });
  return queueMails(db, found.flatMap((ending) => mailOf(ending, campaign, context.now)), context);
}

function mailOf(ending: Ending, campaign: RoundCampaign, now: Instant): MailToQueue[] {
  const days = (until: number): number => until / 86_400_000;
  const threshold = [...WARN_DAYS].sort((a, b) => a - b).find((warn) => days(ending.validTo.getTime() - Date.parse(now)) <= warn);
  // An assignment for a week is not announced a month ahead, on the day it is given.
  if (threshold === undefined || days(ending.validTo.getTime() - ending.validFrom.getTime()) <= threshold) return [];
  return [{
    dedupeKey: `expiry/${ending.id}/${threshold}/${ending.personId}`, personId: ending.personId, to: ending.email, campaignId: campaign.id, schoolCode: ending.schoolCode, link: null,
    model: {
      kind: 'notice', recipientName: ending.fullName, departmentName: campaign.departmentName, schoolName: ending.schoolName ?? campaign.departmentName, schoolYear: campaign.schoolYear,
      classNames: [], cards: 0, ...factsOf(ending), linkPath: pathOf(ending),
    },
  }];
}

function factsOf({ what, personId, holderId, holderName, basis, instrumentNumber, instrumentDate, ...rest }: Ending): NoticeFacts {
  const validTo = rest.validTo.toISOString() as Instant;
  if (what !== 'authority') return { notice: 'certificate-expiring', whose: what, validTo };
  return {
    notice: 'authority-expiring', authority: { basis: basis!, instrumentNumber, instrumentDate }, holderName: holderName!, isHolder: personId === holderId, validFrom: rest.validFrom.toISOString() as Instant, validTo,
  };
}

function pathOf({ what, schoolCode }: Ending): string {
  switch (what) {
    case 'person': case 'packet': return '/';
    case 'seal': return '/viec-cua-toi';
    case 'authority': return `/truong/${encodeURIComponent(schoolCode ?? '')}/giao-ky`;
  }
}
