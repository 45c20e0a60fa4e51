import type { AuthorityBasis } from '../../domain/authority.js';
import type { Instant, PlainDate } from '../../domain/brand.js';
import { rows, type Db } from '../connect.js';
import type { ActContext } from '../acts/context.js';
import { queueNotice, recipients, schoolPeople, type NoticePlace } from './notice.js';

type Change = {
  id: string; change: 'granted' | 'ended'; personId: string; holderName: string; basis: AuthorityBasis; instrumentNumber: string | null; instrumentDate: PlainDate | null;
  validFrom: Date; validTo: Date | null;
};

/**
 * Tells the holder and the head that a deputy's signing authority was granted, or ended by a person or by its window. Looked for at every
 * step of the school, so it does not matter by which road the authority came or went; what was before launch is not told of.
 */
export async function noticeAuthority(db: Db, place: NoticePlace, context: ActContext): Promise<void> {
  const changes = await rows<Change>(db, `
    SELECT a.id, e.change, a.person_id AS "personId", p.full_name AS "holderName", a.basis, a.instrument_number AS "instrumentNumber", a.instrument_date AS "instrumentDate",
      a.valid_from AS "validFrom", least(a.valid_to, a.revoked_at) AS "validTo"
    FROM authority a JOIN person p ON p.id = a.person_id JOIN campaign c ON c.id = :campaignId
    CROSS JOIN LATERAL (VALUES ('granted', a.created_at), ('ended', least(a.valid_to, a.revoked_at))) AS e(change, at)
    WHERE a.school_code = :schoolCode AND a.basis <> 'head' AND e.at > c.launched_at AND e.at <= :now
      -- Granted and ended before anybody looked: only the end is news.
      AND (e.change = 'ended' OR coalesce(least(a.valid_to, a.revoked_at) > :now, true))
      AND NOT EXISTS (SELECT FROM mail_outbox m WHERE m.dedupe_key = 'notice/authority-' || e.change || '/' || a.id || '/' || a.person_id)`, { ...place, now: context.now });
  if (changes.length === 0) return;
  const heads = await schoolPeople(db, { schoolCode: place.schoolCode, roles: ['principal'] });
  for (const one of changes) {
    await queueNotice(db, {
      cause: `authority-${one.change}/${one.id}`, place, to: [...await recipients(db, [one.personId]), ...heads],
      facts: (recipient) => ({
        notice: `authority-${one.change}`, authority: { basis: one.basis, instrumentNumber: one.instrumentNumber, instrumentDate: one.instrumentDate },
        holderName: one.holderName, isHolder: recipient.personId === one.personId, validFrom: one.validFrom.toISOString() as Instant, validTo: one.validTo && one.validTo.toISOString() as Instant,
      }),
      linkPath: `/truong/${encodeURIComponent(place.schoolCode)}/giao-ky`,
    }, context);
  }
}
