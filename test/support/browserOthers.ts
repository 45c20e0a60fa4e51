import { classInBatch } from '../../db/cards/items.js';
import { rows } from '../../db/connect.js';
import { confirmPhones } from './players.js';
import { until, type Stage } from './stage.js';

type Kind = 'review' | 'approve' | 'seal';
type OpenTask = { id: string; version: number; assignee_id: string };

/** The people nobody watches: do one kind of work of one school, as often as it opens, until `isDone`. Decisions go through the pages' own function. */
export async function othersDo(stage: Stage, kind: Kind, schoolCode: string, isDone: () => Promise<boolean>, { butNot = [] }: { butNot?: readonly string[] } = {}): Promise<void> {
  await until(async () => {
    for (const task of await openTasks(stage, kind, schoolCode, butNot)) await decideOn(stage, kind, schoolCode, task);
    await confirmPhones(stage);
    return isDone();
  });
}

/** @param butNot names of classes whose work is left alone */
const openTasks = (stage: Stage, kind: Kind, schoolCode: string, butNot: readonly string[]): Promise<OpenTask[]> => rows<OpenTask>(stage.db, `
  SELECT t.id, t.version, t.assignee_id FROM task t JOIN class k ON k.id = t.class_id
  WHERE t.campaign_id = :campaignId AND t.school_code = :schoolCode AND t.kind = :kind AND t.state = 'open' AND t.assignee_id IS NOT NULL AND NOT (k.name = ANY(:butNot))
    AND NOT ${classInBatch('t.class_id')}`, { campaignId: stage.campaignId, schoolCode, kind, butNot });

async function decideOn(stage: Stage, kind: Kind, schoolCode: string, { id, version, assignee_id: actorId }: OpenTask): Promise<void> {
  const place = { actorId, campaignId: stage.campaignId, schoolCode };
  const task = { taskId: id, taskVersion: version };
  switch (kind) {
    case 'review': await stage.ask({ act: 'review_class', ...place, payload: task }); break;
    case 'approve': await stage.ask({ act: 'approve_classes', ...place, payload: { tasks: [task], excludedCardIds: [] } }); break;
    case 'seal': await stage.ask({ act: 'seal_classes', ...place, payload: { tasks: [task] } }); break;
  }
}

/** How many cards of a school stand in one of these states. */
export async function cardsIn(stage: Stage, schoolCode: string, states: readonly string[], className: string | null = null): Promise<number> {
  const [found] = await rows<{ count: number }>(stage.db, `
    SELECT count(*)::int AS count FROM report_card r JOIN class k ON k.id = r.class_id
    WHERE r.campaign_id = :campaignId AND k.school_code = :schoolCode AND r.state = ANY(:states) AND (:className::text IS NULL OR k.name = :className::text)`,
  { campaignId: stage.campaignId, schoolCode, states, className });
  return found?.count ?? 0;
}
