import { z } from 'zod';
import { DemoFault, lastOutage } from './patience.js';
import type { Counts, SchoolStanding, Standing } from './standing.js';
import type { Town } from './town.js';

/** Longer than any outage that a restart mends (PostgreSQL recovering, Temporal's store made anew), and than the longest pause of a circuit's first probes. */
export const STALL_MS = 180_000;

/** Notices that nothing moves: told of every standing, it says for how long they have been the same. */
export class Stillness {
  #before = '';
  #since = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** @returns milliseconds since the standing last changed; 0 when it has changed now */
  of({ state, counts, schools, heldBy, overdue }: Standing): number {
    const seen = JSON.stringify([state, counts, schools, heldBy, overdue]);
    if (seen !== this.#before) [this.#before, this.#since] = [seen, this.now()];
    return this.now() - this.#since;
  }
}

/** The first step that is not done for all whom nothing holds; null when there is none. */
export function waitingStep({ expected, held, exempt, collected, reviewed, signed, sealed, received, submitted, accepted, refused, open }: Counts): string | null {
  if (open === 0) return null;
  const whole = expected - held - exempt;
  const steps: [number, string][] = [
    [collected, 'data of the clerk (thu thập)'], [reviewed, 'the teacher (GVCN ký)'], [signed, 'the head (ký duyệt)'], [sealed, 'the seal (ký số phát hành)'],
    [received, 'the Sở (tiếp nhận)'], [submitted, 'a packet to the Kho (gửi Kho)'], [accepted + refused, 'the verdict of the Kho (kết quả)'], [accepted, 'the correction of refused cards (xử lí từ chối)'],
  ];
  const missing = steps.find(([done]) => done < whole);
  return missing === undefined ? `${open} cards that no step explains` : `${whole - missing[0]} wait for ${missing[1]}`;
}

const schoolPage = z.object({
  tasks: z.array(z.object({ kind: z.string(), className: z.string().nullable(), blockedCode: z.string().nullable(), personName: z.string().nullable() })),
  packets: z.array(z.object({ state: z.string(), attempts: z.number(), response: z.string().nullable() })),
});
/** Enough to see what is common to them; a province has hundreds. */
const SCHOOLS_SAID = 12;

/** Why nothing moves, school by school: what is waited for, which tasks and packets are open, the last look and the last problem met. */
export async function stallFault(town: Town, campaignId: string, standing: Standing, stillMs: number): Promise<DemoFault> {
  const stuck = standing.schools.filter((school) => school.counts.open > 0);
  const lines = [];
  for (const school of stuck.slice(0, SCHOOLS_SAID)) lines.push(`  ${await stuckSchool(town, campaignId, school)}`);
  if (stuck.length > SCHOOLS_SAID) lines.push(`  and ${stuck.length - SCHOOLS_SAID} schools more`);
  const outage = lastOutage();
  return new DemoFault([
    `nothing has moved for ${Math.round(stillMs / 1000)} s, though ${standing.counts.open} cards of ${stuck.length} schools are not done (campaign: ${standing.state}):`, ...lines,
    `  last call that nobody answered: ${outage ?? 'none'}`,
  ].join('\n'));
}

async function stuckSchool(town: Town, campaignId: string, { schoolCode, schoolName, classes, counts }: SchoolStanding): Promise<string> {
  const byStep = new Map<string, string[]>();
  for (const one of classes) {
    const step = waitingStep(one.counts);
    if (step !== null) byStep.set(step, [...byStep.get(step) ?? [], one.className]);
  }
  const waits = byStep.size === 0 ? waitingStep(counts) ?? '' : [...byStep].map(([step, names]) => `${names.join(', ')}: ${step}`).join('; ');
  const { tasks, packets } = await town.visitor(town.department('coordinator').code).page(`/dot/${campaignId}/truong/${schoolCode}`, schoolPage);
  const open = tasks.map(({ kind, className, blockedCode, personName }) => `${kind}${className === null ? '' : ` ${className}`}${blockedCode === null ? '' : ` blocked: ${blockedCode}`}${personName === null ? ' of nobody' : ''}`);
  const sent = packets.filter(({ state }) => state !== 'done').map(({ state, attempts, response }) => `${state} after ${attempts} attempts${response === null ? '' : ` (${response})`}`);
  return `${schoolName} (${schoolCode}): ${waits}; open tasks: ${open.join(', ') || 'none'}; open packets: ${sent.join(', ') || 'none'}; ${town.diary.about(schoolCode)}`;
}
