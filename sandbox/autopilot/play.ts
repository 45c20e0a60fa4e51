import { setMaxListeners } from 'node:events';
import { chaseLateSchools } from './office.js';
import { endCampaign } from './ending.js';
import { prepareCampaign, grantMoreTime } from './department.js';
import { openForVisitors, type WaitingJob } from './jobs.js';
import { compareLedgers, ourAcceptedCards, saveCard, saveReport, type LedgerComparison } from './outcome.js';
import { DemoFault } from './patience.js';
import { Crowd } from './crowd.js';
import { haveAllMoved, isAsScripted } from './script.js';
import { liveSchool } from './schoolLife.js';
import { STALL_MS, stallFault } from './stall.js';
import { isExplained, onlyJobsAreLeft, watchStanding, type Stages, type Standing, type Watch } from './standing.js';
import { Town } from './town.js';
import type { Invitation } from './visitor.js';
import type { World } from './world.js';

export type PlayInput = {
  world: World;
  /** True for `--exit`: the jobs for whoever watches are done too, and the campaign is ended. */
  toTheEnd: boolean;
  /** The token of the first administrator's one-time link; null when an administrator can sign in already. */
  firstLink: Invitation;
  say: (line: string) => void;
  /** After so long without any change of the standing the play says what it waits for and ends; default three minutes. */
  stallMs?: number | undefined;
  /** Ends the play early (Ctrl-C). */
  signal: AbortSignal;
};
export type Played = {
  campaignId: string; standing: Standing; stages: Stages;
  /** Everything stands where the story ends. */
  asScripted: boolean;
  ledger: LedgerComparison; report: string; card: string | null;
  /** What waits for whoever watches; empty with `toTheEnd`. */
  jobs: WaitingJob[];
  /** Without `toTheEnd`: what nobody but whoever watches can move on, when more stood still than the story leaves; null when all is as told. */
  stalled: string | null;
  /** For `playOn`. */
  town: Town;
};

/**
 * Plays everybody of the province from an empty hub to where `toTheEnd` says, through the doors that people use. Started again at any
 * moment it goes on: what is open is read from the hub, and what was decided has the same id again.
 * @throws DemoFault when the hub refuses what the story needs, when with `toTheEnd` nothing moves any more, or `signal` ended the play
 */
export async function play(input: PlayInput): Promise<Played> {
  const { world, toTheEnd, say, signal, stallMs = STALL_MS } = input;
  const town = new Town(world, !toTheEnd, input.firstLink, say);
  const campaignId = await prepareCampaign(town);
  const { open } = world.story;
  let stalled: string | null = null;
  const isDone = open ? twice((now) => isAsScripted(town, now)) : isExplained;
  const { standing, stages } = await live(town, campaignId, {
    isOver: toTheEnd ? isDone : (now) => isDone(now) || stalled !== null || onlyJobsAreLeft(town, now),
    onStill: async (now, stillMs) => {
      // In an open campaign the end is the deadline of the data: only the clock can move it.
      if (stillMs < stallMs || (open && haveAllMoved(town, now))) return;
      const fault = await stallFault(town, campaignId, now, stillMs);
      if (toTheEnd) throw fault;
      // Somebody may have begun a job in an earlier run and left it half done: the jobs are shown all the same.
      stalled = fault.message;
      say(stalled);
    },
  }, signal);
  if (signal.aborted) throw new DemoFault('stopped');
  if (toTheEnd && !open) await endCampaign(town, campaignId);
  const accepted = await ourAcceptedCards(town, campaignId);
  return {
    town, campaignId, standing, stages, asScripted: open ? isAsScripted(town, standing) : isExplained(standing), ledger: await compareLedgers(town, accepted), report: await saveReport(town), card: await saveCard(town, accepted),
    stalled, jobs: toTheEnd || standing.state !== 'running' ? [] : await openForVisitors(town, campaignId, standing),
  };
}

/** What holds at two looks in a row holds. */
function twice(holds: (standing: Standing) => boolean): (standing: Standing) => boolean {
  let held = false;
  return (standing) => {
    const before = held;
    held = holds(standing);
    return before && held;
  };
}

/** Goes on playing beside whoever watches, until `signal`: followers of their acts act. */
export async function playOn(town: Town, campaignId: string, signal: AbortSignal): Promise<void> {
  // Whoever watches may take all day.
  await live(town, campaignId, { isOver: ({ state }) => state !== 'running', onStill: () => Promise.resolve() }, signal);
}

/** Everybody at once, until the standing is as wanted; the first fault of anybody ends it for all. */
async function live(town: Town, campaignId: string, watch: Watch, signal: AbortSignal): Promise<{ standing: Standing; stages: Stages }> {
  const over = new AbortController();
  const either = AbortSignal.any([over.signal, signal]);
  // Everybody listens for the end.
  setMaxListeners(0, either);
  const { post } = town;
  const { schools } = town.world.province;
  const parts = [
    watchStanding(town, campaignId, watch, either).finally(() => { over.abort(); }),
    post.deliver(either),
    grantMoreTime(town, campaignId, either),
    chaseLateSchools(town, either),
    ...(town.world.story.open ? [new Crowd(town).live(either)] : schools.map((school) => liveSchool(town, school, post, either))),
  ] as const;
  const stopped = parts.map((part) => (part as Promise<unknown>).catch((error: unknown) => { over.abort(); throw error; }));
  const results = await Promise.allSettled(stopped);
  const fault = results.find((result) => result.status === 'rejected');
  if (fault !== undefined) throw fault.reason;
  return parts[0];
}
