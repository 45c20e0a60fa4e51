import type { Instant } from '../../domain/brand.js';
import { rows, type Db } from '../connect.js';
import type { ActContext } from '../acts/context.js';
import { queueNotice, recipients, type NoticePlace } from './notice.js';

/** A personal link lives this long, or until its tasks end. */
const LINK_DAYS = 30;

type Returned = { taskId: string; assigneeId: string; dueAt: Date; fromStage: 'review' | 'approve'; returnId: string; className: string; cards: number };

/**
 * Tells the one who must do it over (teacher, or clerk) of classes that were returned in this very transaction, by a person or because
 * the signer changed. The mail leads to the task and stands for the task's own.
 * @returns the tasks told of
 */
export async function noticeReturned(db: Db, place: NoticePlace, context: ActContext): Promise<string[]> {
  // `returned_at` is the transaction's own time (its default), so it tells this transaction's returns from all others.
  const returned = await rows<Returned>(db, `
    SELECT t.id AS "taskId", t.assignee_id AS "assigneeId", t.due_at AS "dueAt", r.from_stage AS "fromStage", r.id AS "returnId", k.name AS "className",
      (SELECT count(*)::int FROM report_card c WHERE c.class_id = k.id AND c.state = 'drafted') AS cards
    FROM class_return r JOIN class k ON k.id = r.class_id
    JOIN task t ON t.campaign_id = k.campaign_id AND t.school_code = k.school_code AND t.state = 'open' AND t.assignee_id IS NOT NULL
      AND CASE r.from_stage WHEN 'approve' THEN t.kind = 'review' AND t.class_id = k.id ELSE t.kind = 'collect' END
    WHERE k.campaign_id = :campaignId AND k.school_code = :schoolCode AND r.returned_at = now() ORDER BY k.grade, k.name`, place);
  const told: string[] = [];
  for (const whose of new Set(returned.map(nameOf))) {
    const all = returned.filter((one) => nameOf(one) === whose);
    const [first] = all as [Returned, ...Returned[]];
    const taskIds = [...new Set(all.map((one) => one.taskId))];
    const to = await recipients(db, [first.assigneeId]);
    await queueNotice(db, {
      cause: `returned/${first.returnId}`, place, to, facts: { notice: 'class-returned', fromStage: first.fromStage, dueAt: first.dueAt.toISOString() as Instant },
      classNames: [...new Set(all.map((one) => one.className))], cards: all.reduce((sum, one) => sum + one.cards, 0), linkPath: '/viec-cua-toi',
      link: { purpose: 'task', taskIds, expiresAt: new Date(Date.parse(context.now) + LINK_DAYS * 86_400_000).toISOString() as Instant },
    }, context);
    if (to.length > 0) told.push(...taskIds);
  }
  return told;
}

const nameOf = ({ assigneeId, fromStage }: Returned): string => `${assigneeId}/${fromStage}`;
