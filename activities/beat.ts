import { Context } from '@temporalio/activity';

const BEAT_MS = 2_000;

type Activity = (input: never) => Promise<unknown>;

/** Lets every activity beat while it runs: heartbeats only prove life and carry cancellation, progress stands in the database. */
export function beating<A extends Record<string, Activity>>(activities: A): A {
  const wrap = (activity: Activity): Activity => async (input) => {
    const context = Context.current();
    // Its workflow's task lives and dies with this process.
    if (context.info.isLocal) return activity(input);
    const timer = setInterval(() => context.heartbeat(), BEAT_MS);
    try {
      return await activity(input);
    } finally {
      clearInterval(timer);
    }
  };
  return Object.fromEntries(Object.entries(activities).map(([name, activity]) => [name, wrap(activity)])) as A;
}
