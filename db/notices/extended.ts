import type { Instant } from '../../domain/brand.js';
import type { Stage } from '../../domain/policy.js';
import type { Db } from '../connect.js';
import type { ActContext } from '../acts/context.js';
import { taskGroups } from '../school/taskMails.js';
import { queueNotice, type NoticePlace } from './notice.js';

/** Tells everybody who has an open task of the stage that its deadline moved; one mail a person. */
export async function noticeExtended(db: Db, input: NoticePlace & { decisionId: string; stage: Stage; dueAt: string; taskIds: readonly string[] }, context: ActContext): Promise<void> {
  const { campaignId, schoolCode, decisionId, stage, dueAt } = input;
  const groups = await taskGroups(db, input.taskIds);
  for (const assigneeId of new Set(groups.map((group) => group.assigneeId))) {
    const own = groups.filter((group) => group.assigneeId === assigneeId);
    await queueNotice(db, {
      cause: `extended/${decisionId}`, place: { campaignId, schoolCode }, to: own.slice(0, 1).map(({ fullName, email }) => ({ personId: assigneeId, fullName, email })),
      facts: { notice: 'deadline-extended', taskKind: stage, dueAt: dueAt as Instant }, classNames: [...new Set(own.flatMap((group) => group.classNames))],
      cards: own.reduce((sum, group) => sum + group.cards, 0), linkPath: '/viec-cua-toi',
    }, context);
  }
}
