import type { BlockedCode } from '../../domain/authority.js';
import { rows, type Db } from '../connect.js';
import type { ActContext } from '../acts/context.js';
import { queueNotice, schoolPeople, type NoticePlace } from './notice.js';

type Blocked = { code: BlockedCode; taskId: string; version: number; classNames: string[]; cards: number };

/** Tells the head, who can give the signing to somebody, that classes wait and nobody may approve them. @param taskIds approval tasks that became blocked */
export async function noticeBlocked(db: Db, place: NoticePlace, taskIds: readonly string[], context: ActContext): Promise<void> {
  if (taskIds.length === 0) return;
  const blocked = await rows<Blocked>(db, `
    SELECT t.blocked_code AS code, min(t.id::text) AS "taskId", max(t.version) AS version, array_agg(k.name ORDER BY k.grade, k.name) AS "classNames",
      sum((SELECT count(*) FROM report_card c WHERE c.class_id = k.id AND c.state = 'teacher_signed'))::int AS cards
    FROM task t JOIN class k ON k.id = t.class_id WHERE t.id = ANY(:taskIds) AND t.kind = 'approve' AND t.blocked_code IS NOT NULL GROUP BY t.blocked_code`, { taskIds });
  for (const { code, taskId, version, classNames, cards } of blocked) {
    await queueNotice(db, {
      cause: `blocked/${taskId}/${version}`, place, to: await schoolPeople(db, { schoolCode: place.schoolCode, roles: ['principal'] }),
      facts: { notice: 'no-approver', code }, classNames, cards, linkPath: `/truong/${encodeURIComponent(place.schoolCode)}/giao-ky`,
    }, context);
  }
}
