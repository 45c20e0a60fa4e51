import { sleep, workflowInfo } from '@temporalio/workflow';
import { workflowSubject } from '../domain/workflowIds.js';
import { wake } from './children.js';
import { outbound } from './proxies.js';

/**
 * One packet's way to the Ministry's repository. `sending` is committed before the first byte leaves; a receipt makes it submitted;
 * an answer that was lost makes it unknown, and the Kho is asked by messageid before the same bytes are sent again; then the verdicts
 * are fetched until every card has one. All of it stands in PostgreSQL: each step starts from there and says when to look again.
 * It ends when the packet is done, or parked for a person; the school's plan then shows what follows.
 */
export async function packet(): Promise<void> {
  const subject = workflowSubject(workflowInfo().workflowId);
  if (subject.type !== 'packet') throw new Error('not a packet');
  for (;;) {
    const step = await outbound.drivePacket({ messageId: subject.messageId });
    if (step.kind === 'ended') {
      await wake(step.schoolWorkflowId, 'packet');
      return;
    }
    await sleep(Math.max(100, Date.parse(step.until) - Date.now()));
  }
}
