import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { wellTold, type Town } from './town.js';

const chasePage = z.object({ sheet: z.object({ schools: z.array(z.object({ schoolCode: z.string(), overdueSince: z.string().nullable() })) }) });
const EVERY_MS = 2_500;

/** The offices of late schools: once one is overdue, its office presses "Gửi nhắc". With `leavesJobs` that is for whoever watches. */
export async function chaseLateSchools(town: Town, over: AbortSignal): Promise<void> {
  /** By school: how often there was nobody to remind yet. */
  const open = new Map<string, number>(town.leavesJobs ? [] : town.world.story.late.map((schoolCode) => [schoolCode, 0]));
  while (open.size > 0 && !over.aborted) {
    for (const [schoolCode, tries] of open) {
      const { officeCode, name } = town.school(schoolCode);
      const visitor = town.visitor(town.officer(officeCode).code);
      const { sheet } = await visitor.page(`/dia-ban/${officeCode}`, chasePage);
      const line = sheet.schools.find((one) => one.schoolCode === schoolCode);
      if (line === undefined || line.overdueSince === null) continue;
      const answer = await visitor.tell(`/dia-ban/truong/${schoolCode}/nhac`, { decisionId: town.decisionId('chase', schoolCode, tries), stage: 'collect' });
      if (answer.code === 'nothing-to-remind') {
        open.set(schoolCode, tries + 1);
        continue;
      }
      wellTold(town, { schoolCode, who: town.officer(officeCode).code }, 'gửi nhắc', answer);
      town.say(`${name}: overdue, its office sends a reminder (gửi nhắc)`);
      open.delete(schoolCode);
    }
    await sleep(EVERY_MS, undefined, { signal: over }).catch(() => undefined);
  }
}
