import { row, rows } from '../../db/connect.js';
import type { ActStage } from './actStage.js';
import { teacher } from './actSamples.js';

/** What the people of school 0 decide about its classes, and what has become of them; each act throws unless it is carried out. */
export function schoolActs(stage: ActStage) {
  const place = { campaignId: stage.campaignId, schoolCode: stage.school(0) };
  const done = async (asked: Parameters<ActStage['ask']>[0]): Promise<void> => {
    const result = await stage.ask(asked);
    if (result.kind !== 'done') throw new Error(`${asked.act}: ${JSON.stringify(result)}`);
  };
  const versions = (kind: string, classIndexes: readonly number[]) => Promise.all(classIndexes.map(async (index) => {
    const task = await stage.task(kind, stage.classId(0, index));
    return { taskId: task.id, taskVersion: task.version };
  }));
  const batches = () => rows<{ id: string; role: string; state: string; failure_code: string | null }>(stage.owner, 'SELECT id, role, state, failure_code FROM signature_batch ORDER BY created_at DESC, id');
  const last = async () => (await batches())[0]!;
  return {
    place, batches, last,
    /** These three open a signature batch and answer with its id. */
    review: async (classIndex: number): Promise<string> => {
      const [task] = await versions('review', [classIndex]);
      await done({ act: 'review_class', actorId: teacher(stage, classIndex), ...place, payload: task! });
      return (await last()).id;
    },
    approve: async (classIndexes: number[], excludedCardIds: string[] = [], actorId = stage.who.at('deputy', 0)): Promise<string> => {
      await done({ act: 'approve_classes', actorId, ...place, payload: { tasks: await versions('approve', classIndexes), excludedCardIds } });
      return (await last()).id;
    },
    seal: async (...classIndexes: number[]): Promise<string> => {
      await done({ act: 'seal_classes', actorId: stage.who.at('clerk', 0), ...place, payload: { tasks: await versions('seal', classIndexes) } });
      return (await last()).id;
    },
    /** The head ends the deputy's assignment. */
    revoke: async (): Promise<void> => {
      const { id } = (await row<{ id: string }>(stage.owner, `SELECT id FROM authority WHERE school_code = :code AND basis = 'deputy_assignment' ORDER BY created_at LIMIT 1`, { code: place.schoolCode }))!;
      await done({ act: 'revoke_authority', actorId: stage.who.at('principal', 0), ...place, payload: { authorityId: id, reason: 'Hiệu trưởng đã về' } });
    },
    /** How many live cards of a class stand where. */
    states: async (classId: string): Promise<Record<string, number>> => Object.fromEntries((await rows<{ state: string; count: number }>(stage.owner,
      `SELECT state, count(*)::int AS count FROM report_card WHERE class_id = :classId AND state <> 'superseded' GROUP BY state`, { classId })).map((one) => [one.state, one.count])),
    notices: async (): Promise<string[]> => (await rows<{ notice: string }>(stage.owner, `SELECT model->>'notice' AS notice FROM mail_outbox WHERE kind = 'notice' ORDER BY 1`)).map((one) => one.notice),
  };
}
