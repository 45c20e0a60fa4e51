import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Stillness } from './stall.js';
import type { Town } from './town.js';

const counts = z.object({ expected: z.number(), collected: z.number(), reviewed: z.number(), signed: z.number(), sealed: z.number(), received: z.number(), submitted: z.number(), accepted: z.number(), refused: z.number(), missing: z.number(), held: z.number(), exempt: z.number(), excluded: z.number(), eligible: z.number(), eligibleSigned: z.number(), open: z.number(), waiting: z.number(), unexplained: z.number() });
export type Counts = z.infer<typeof counts>;
const classLine = z.object({ className: z.string(), counts });
export type ClassStanding = z.infer<typeof classLine>;
const schoolLine = z.object({ schoolCode: z.string(), schoolName: z.string(), counts, classes: z.array(classLine) });
export type SchoolStanding = z.infer<typeof schoolLine>;
const cockpit = z.object({
  campaign: z.object({ state: z.string() }),
  tree: z.object({ counts, offices: z.array(z.object({ officeName: z.string(), schools: z.array(schoolLine) })) }),
  held: z.array(z.object({ reason: z.string(), cards: z.number(), kind: z.string() })),
  remaining: z.array(z.object({ step: z.string(), owned: z.boolean(), cards: z.number() })),
  overdue: z.array(z.object({ schoolCode: z.string() })),
});

export type Standing = { state: string; counts: Counts; schools: SchoolStanding[]; heldBy: Record<string, number>; waitingBy: Record<string, number>; overdue: readonly string[] };

/** How far the campaign has come, as the coordinator's cockpit says. */
export async function readStanding(town: Town, campaignId: string): Promise<Standing> {
  const { campaign, tree, held, remaining, overdue } = await town.visitor(town.department('coordinator').code).page(`/dot/${campaignId}?sau=class`, cockpit);
  const heldBy: Record<string, number> = {};
  for (const { reason, cards } of held) heldBy[reason] = (heldBy[reason] ?? 0) + cards;
  const waitingBy: Record<string, number> = {};
  for (const { step, owned, cards } of remaining) if (owned) waitingBy[step] = (waitingBy[step] ?? 0) + cards;
  return { waitingBy, state: campaign.state, counts: tree.counts, schools: tree.offices.flatMap((office) => office.schools), heldBy, overdue: overdue.map(({ schoolCode }) => schoolCode) };
}

/** Every so long, or so many times as long as the last answer took: the cockpit of a whole province is not asked for in one go after another. */
const EVERY_MS = 1_500;
const REST_FACTOR = 10;

/** From when to when each count moved, in seconds since the watch began. */
export type Stages = Record<string, { from: number; to: number }>;

class StageClock {
  readonly stages: Stages = {};
  readonly #begun = Date.now();
  #before: Counts | undefined;

  note(counts: Counts): void {
    const at = Math.round((Date.now() - this.#begun) / 100) / 10;
    for (const name of ['collected', 'reviewed', 'signed', 'sealed', 'received', 'submitted', 'accepted'] as const) {
      if (counts[name] === (this.#before?.[name] ?? 0)) continue;
      this.stages[name] = { from: this.stages[name]?.from ?? at, to: at };
    }
    this.#before = counts;
  }
}

export type Watch = {
  isOver: (standing: Standing) => boolean;
  /** Told at each look for how many milliseconds nothing has moved; what it throws ends the watch. */
  onStill: (standing: Standing, stillMs: number) => Promise<void>;
};

/** Reports how the campaign stands until `isOver` says so or `over` is; one line whenever a count has changed. */
export async function watchStanding(town: Town, campaignId: string, { isOver, onStill }: Watch, over: AbortSignal): Promise<{ standing: Standing; stages: Stages }> {
  const stillness = new Stillness();
  const clock = new StageClock();
  for (let before = ''; ;) {
    const asked = Date.now();
    const standing = await readStanding(town, campaignId);
    const tookMs = Date.now() - asked;
    const { expected, collected, reviewed, signed, sealed, accepted } = standing.counts;
    const line = `${expected} pupils: data ${collected} · reviewed (GVCN ký) ${reviewed} · signed (ký duyệt) ${signed} · sealed (ký số) ${sealed} · accepted (Kho nhận) ${accepted}`;
    if (line !== before) town.say(line);
    before = line;
    clock.note(standing.counts);
    if (isOver(standing) || over.aborted) return { standing, stages: clock.stages };
    await onStill(standing, stillness.of(standing));
    await sleep(Math.max(EVERY_MS, REST_FACTOR * tookMs), undefined, { signal: over }).catch(() => undefined);
  }
}

/** Nothing is left to do for anybody. */
export const isExplained = ({ counts: { open } }: Standing): boolean => open === 0;

/** Everything is done but the jobs for whoever watches, and each of those waits. */
export function onlyJobsAreLeft(town: Town, standing: Standing): boolean {
  const { story, badWorkbook } = town.world;
  return standing.schools.every((school) => {
    if (story.late.includes(school.schoolCode as never)) return school.counts.open === 0 || (school.counts.collected === 0 && standing.overdue.includes(school.schoolCode));
    return school.classes.every(({ className, counts: { expected, held, collected, reviewed, signed, sealed, open, refused } }) => {
      if (open === 0) return true;
      const has = (count: number): boolean => count === expected - held;
      const is = (one: { schoolCode: string; className: string }): boolean => one.schoolCode === school.schoolCode && one.className === className;
      switch (story.left.find(is)?.job) {
        case 'review': return has(collected) && reviewed === 0;
        case 'approve': return has(reviewed) && signed === 0;
        case 'seal': return has(signed) && sealed === 0;
        case undefined: break;
      }
      if (story.badRoster === school.schoolCode && badWorkbook?.classNames.includes(className) === true) return collected === 0;
      return open === 1 && refused === 1 && story.refusals.some((one) => one.way === 'resend' && is(one));
    });
  });
}
