import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { rows, touched } from '../db/connect.js';
import { workflowsThatShouldRun } from '../db/campaign/advance.js';
import { sendDecision, sendWake } from '../runtime/messenger.js';
import { WAKE_CODES, type WakeCode } from '../domain/messageNames.js';

const PAUSE_MS = 1_000;
/** The api sends at once; the relay looks at what is older than this and not confirmed, or still without an outcome. */
const GRACE_S = 5;
const AGAIN_S = 15;
/** A step that takes longer than this confirms nothing: the message is sent again, which is the same message. */
const CONFIRM_MS = 5_000;
/** How often the relay looks whether what should run does run. */
const LOST_EVERY_MS = 15_000;

type Waiting = { id: number; decision_id: string | null; workflow_id: string; wake_code: WakeCode | null };

/**
 * Sends what the api could not, until Temporal has said that it keeps it and a decision has its outcome (design §3): with every worker away
 * a workflow refuses Updates, and a killed Temporal loses those it admitted. Runs in the core worker's process.
 */
export function startRelay({ db, client, log }: { db: Knex; client: Client; log: Logger }): { stop: () => Promise<void> } {
  let stopping = false;
  let sleeper: (() => void) | null = null;
  let lookAgainAt = 0;
  const loop = (async () => {
    while (!stopping) {
      if (Date.now() >= lookAgainAt) {
        lookAgainAt = Date.now() + LOST_EVERY_MS;
        await restartLost({ db, client, log }).catch((error: unknown) => log.warn({ code: nameOf(error) }, 'what runs could not be looked over, will be tried again'));
      }
      const sent = await relayOnce({ db, client, log }).catch((error: unknown) => { log.warn({ code: nameOf(error) }, 'the relay will try again'); return 0; });
      if (sent === 0 && !stopping) await new Promise<void>((resolve) => { sleeper = resolve; setTimeout(resolve, PAUSE_MS); });
    }
  })();
  return { stop: async () => { stopping = true; sleeper?.(); await loop; } };
}

/** One round; returns how many messages were accepted by Temporal. */
export async function relayOnce({ db, client, log }: { db: Knex; client: Client; log: Logger }): Promise<number> {
  const waiting = await rows<Waiting>(db, `
    UPDATE outbox o SET attempts = o.attempts + 1 FROM (
      SELECT x.id FROM outbox x
      WHERE x.id IN (
          SELECT u.id FROM outbox u WHERE u.sent_at IS NULL
          UNION ALL SELECT u.id FROM decision d JOIN outbox u ON u.decision_id = d.id WHERE d.outcome IS NULL AND u.sent_at < now() - make_interval(secs => ${AGAIN_S}))
        -- Said of the row itself too: somebody may have sent it since it was found.
        AND (x.sent_at IS NULL OR x.sent_at < now() - make_interval(secs => ${AGAIN_S}))
        AND x.created_at < now() - make_interval(secs => ${GRACE_S}) ORDER BY x.id LIMIT 50 FOR UPDATE OF x SKIP LOCKED) due
    WHERE o.id = due.id RETURNING o.id, o.decision_id, o.workflow_id, o.wake_code`);
  let sent = 0;
  // Temporal answers after the step of the workflow that is told: workflows side by side, and of one its messages in their order.
  const byWorkflow = new Map<string, Waiting[]>();
  for (const message of waiting.sort((a, b) => a.id - b.id)) byWorkflow.set(message.workflow_id, [...byWorkflow.get(message.workflow_id) ?? [], message]);
  await Promise.all([...byWorkflow.values()].map(async (messages) => {
    for (const message of messages) {
      try {
        await client.withDeadline(Date.now() + CONFIRM_MS, () => send(client, message));
        await touched(db, 'UPDATE outbox SET sent_at = now() WHERE id = :id', { id: message.id });
        sent += 1;
      } catch (error) {
        log.warn({ outbox: message.id, code: nameOf(error) }, 'not confirmed, will be tried again');
      }
    }
  }));
  return sent;
}

const send = (client: Client, { workflow_id: workflowId, decision_id: decisionId, wake_code: code }: Waiting): Promise<void> =>
  (decisionId !== null ? sendDecision(client, { workflowId, decisionId }) : sendWake(client, { workflowId, code: code !== null && WAKE_CODES.includes(code) ? code : 'resumed' }));

/**
 * What should run, as PostgreSQL sees it, and does not: Temporal's store was lost, or set back to an older copy. It is started again, and
 * finds its way from PostgreSQL; a campaign that starts again starts its schools.
 */
export async function restartLost({ db, client, log }: { db: Knex; client: Client; log: Logger }): Promise<void> {
  for (const workflowId of await workflowsThatShouldRun(db)) {
    if (await isRunning(client, workflowId)) continue;
    await sendWake(client, { workflowId, code: 'resumed' });
    log.warn({ workflowId }, 'did not run although it should, started again');
  }
}

async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
