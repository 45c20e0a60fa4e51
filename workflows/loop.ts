import {
  allHandlersFinished, CancellationScope, condition, continueAsNew, isCancellation, log, setHandler, sleep, workflowInfo,
} from '@temporalio/workflow';
import type { WakeCode } from '../domain/messageNames.js';
import type { Plan } from '../domain/plan.js';
import { decideUpdate, wakeSignal } from './messages.js';

/** Carried over continue-as-new, and what a test may set. */
export type Carried = {
  /** False on the first run of a chain only. */
  continued?: boolean;
  /** Continue as new beyond so many events; the default leaves room under the 4,096 of design §3. */
  eventLimit?: number;
};

const EVENT_LIMIT = 2_500;
/** A piece of work that failed for good is tried again when the plan still lists it after this. */
const FAILED_PAUSE = '30s';

type Work = { kind: string; id: string };
type Advance<W extends Work> = () => Promise<Plan<W>>;
type Run<W extends Work> = (work: W) => Promise<Plan<W> | void>;
type Manners<W extends Work> = {
  /** Work that lives on by itself (a packet's workflow): nobody waits for it before ending or continuing as new. */
  isDetached?: (work: W) => boolean;
  /** Work that a wake's code names by itself, so that no plan need be made first; null: ask for a plan. */
  onWake?: (code: WakeCode) => W | null;
};

/**
 * The level-triggered loop that directory, campaign and school share. Nothing it keeps is truth: `called` only says that PostgreSQL
 * should be asked again, `running` only which work is under way, so that the same is not started twice.
 */
export async function runPlans<W extends Work>(carried: Carried, advance: Advance<W>, run: Run<W>, { isDetached = () => false, onWake = () => null }: Manners<W> = {}): Promise<void> {
  let called = false;
  let plan: Plan<W> | null = null;
  const running = new Set<string>();
  /** Work that a wake named while it was running: what it was called for may have come after it looked. */
  const again = new Map<string, W>();
  /** Of the running ones, those this workflow must see the end of. */
  let own = 0;
  /** Plans may arrive out of order; a new object either way, so that the loop starts what the ended work's name kept back. */
  const take = (next: Plan<W>): void => { plan = { ...(plan === null || plan.asOf <= next.asOf ? next : plan) }; };

  const start = (work: W): void => {
    const name = nameOf(work);
    if (running.has(name)) return;
    running.add(name);
    const detached = isDetached(work);
    if (!detached) own += 1;
    void (async () => {
      try {
        const next = await run(work);
        if (next === undefined) called = true;
        else take(next);
      } catch (error) {
        if (isCancellation(error)) return;
        log.warn('work failed and waits before it is tried again', { work: work.kind });
        await sleep(FAILED_PAUSE);
        called = true;
      } finally {
        running.delete(name);
        if (!detached) own -= 1;
        const asked = again.get(name);
        again.delete(name);
        // The next run asks PostgreSQL anyway, and the sooner this one comes to an end.
        if (asked !== undefined && !tired(carried)) start(asked);
      }
    })();
  };

  setHandler(decideUpdate, () => { called = true; });
  setHandler(wakeSignal, (code) => {
    const work = onWake(code);
    if (work === null) called = true;
    else if (running.has(nameOf(work))) again.set(nameOf(work), work);
    else start(work);
  });

  let alarm: { at: number; scope: CancellationScope } | null = null;
  let rung = false;
  /** One timer serves many plans: it is replaced by an earlier one only, and a plan that wakes later than it rings sets the next then. */
  const setAlarm = (at: number): void => {
    if (alarm !== null && alarm.at <= at) return;
    alarm?.scope.cancel();
    const set = alarm = { at, scope: new CancellationScope() };
    void set.scope.run(() => sleep(Math.max(50, at - Date.now()))).then(() => {
      // It may have rung in the moment in which an earlier one took its place.
      if (alarm === set) alarm = null;
      rung = true;
    }, (error: unknown) => { if (!isCancellation(error)) throw error; });
  };

  for (;;) {
    if (rung) {
      rung = false;
      const due = plan as Plan<W> | null;
      if (due !== null && due.nextWakeAt !== null && Date.parse(due.nextWakeAt) <= Date.now()) called = true;
    }
    if (called || plan === null) {
      called = false;
      take(await advance());
    }
    const current: Plan<W> = plan!;
    if (tired(carried)) {
      // Work of its own may be retried for hours. What people decide and what falls due meanwhile is carried out all the same; only no more
      // work is begun.
      if (current.nextWakeAt !== null) setAlarm(Date.parse(current.nextWakeAt));
      await condition(() => called || rung || (own === 0 && allHandlersFinished()));
      if (called || rung) continue;
      await continueAsNew({ ...carried, continued: true });
    }
    current.work.forEach(start);
    if (current.closed && own === 0 && !called && plan === current && allHandlersFinished()) return;
    if (current.nextWakeAt !== null) setAlarm(Date.parse(current.nextWakeAt));
    await condition(() => called || rung || plan !== current || (current.closed && own === 0));
  }
}

const nameOf = (work: Work): string => `${work.kind}/${work.id}`;

const tired = ({ eventLimit = EVENT_LIMIT }: Carried): boolean => workflowInfo().continueAsNewSuggested || workflowInfo().historyLength > eventLimit;
