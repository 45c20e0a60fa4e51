import type { SignatureRole } from '../../domain/card.js';
import { rows, type Db } from '../connect.js';
import type { ActContext } from '../acts/context.js';
import { queueMails } from '../mail/queue.js';

/** Tells the signer that a signature request ended without signatures: expired, declined at the service, or failed. */
export async function noticeEndedBatches(db: Db, batchIds: readonly string[], context: ActContext): Promise<void> {
  if (batchIds.length === 0) return;
  const ended = await rows<{
    id: string; state: 'expired' | 'declined' | 'failed'; role: SignatureRole; person_id: string; full_name: string; email: string | null; campaign_id: string;
    school_code: string; school_name: string; school_year: string; department_name: string; cards: number; class_names: string[];
  }>(db, `
    SELECT b.id, b.state, b.role, b.person_id, p.full_name, p.email, b.campaign_id, b.school_code, s.name AS school_name, c.school_year, v.department_name,
      count(i.card_id)::int AS cards, coalesce(array_agg(DISTINCT k.name) FILTER (WHERE k.name IS NOT NULL), '{}') AS class_names
    FROM signature_batch b JOIN person p ON p.id = b.person_id JOIN school s ON s.code = b.school_code JOIN campaign c ON c.id = b.campaign_id CROSS JOIN province v
    LEFT JOIN signature_item i ON i.batch_id = b.id LEFT JOIN class k ON k.id = i.class_id
    WHERE b.id = ANY(:batchIds) AND b.state IN ('expired', 'declined', 'failed') GROUP BY b.id, p.id, s.code, c.id, v.code`, { batchIds });
  await queueMails(db, ended.flatMap((batch) => (batch.email === null ? [] : [{
    dedupeKey: `notice/batch/${batch.id}`, personId: batch.person_id, to: batch.email, campaignId: batch.campaign_id, schoolCode: batch.school_code, link: null,
    model: {
      kind: 'notice' as const, notice: `signing-${batch.state}` as const, signingRole: batch.role, recipientName: batch.full_name, departmentName: batch.department_name,
      schoolName: batch.school_name, schoolYear: batch.school_year, classNames: batch.class_names, cards: batch.cards, linkPath: '/viec-cua-toi',
    },
  }])), context);
}
