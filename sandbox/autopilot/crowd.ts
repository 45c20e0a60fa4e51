import { setTimeout as sleep } from 'node:timers/promises';
import type { Staff } from '../province/province.js';
import { lookAtWork } from './schoolLife.js';
import type { Town } from './town.js';

/** Schools whose people are at their browsers at once; the others wait in the order in which their mails came. */
const SCHOOLS_AT_ONCE = 8;
/** Whoever has begun something looks again so soon, then ever more seldom: with a whole province at work it takes its time, and a mail comes when it is done. */
const AGAIN_MS = 1_500;
const AGAIN_MOST_MS = 60_000;
const REST_MS = 100;
/** Whoever has a task that could not be done looks again after this, then ever more seldom: what kept it may send no mail. */
const WAITING_MS = 20_000;
const WAITING_GROWS = 2;

/** A clerk is told that the Kho refused a card in the moment of the verdict; the task comes with the school's next step. */
const CLERK_IDLE_MS = 80_000;

type Waiting = { person: Staff; at: number };
type Reason = 'mail' | 'again';

const isClerk = ({ roles }: Staff): boolean => roles.some(({ kind }) => kind === 'clerk');

/**
 * Plays the people of a large province: nobody looks without a reason, which is a mail about work or something the same person has begun.
 * A later start finds every mail again, so nothing is forgotten.
 */
export class Crowd {
  readonly #places = new Map<string, { schoolCode: string; person: Staff }[]>();
  /** Schools in the order in which something came for them; within one its people. */
  readonly #waiting = new Map<string, Map<string, Waiting>>();
  readonly #busy = new Set<string>();
  readonly #pauses = new Map<string, number>();
  /** Of those whose work is under way. */
  readonly #beginnings = new Map<string, number>();

  constructor(private readonly town: Town) {
    for (const { code } of town.world.province.schools) {
      for (const person of town.staffOf(code)) this.#places.set(person.email, [...this.#places.get(person.email) ?? [], { schoolCode: code, person }]);
    }
  }

  async live(over: AbortSignal): Promise<void> {
    this.town.post.listen((address) => {
      for (const { schoolCode, person } of this.#places.get(address) ?? []) this.#wait(schoolCode, person, 0, 'mail');
    });
    await Promise.all(Array.from({ length: SCHOOLS_AT_ONCE }, () => this.#lane(over)));
  }

  async #lane(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const next = this.#take();
      if (next === null) {
        await sleep(REST_MS, undefined, { signal: over }).catch(() => undefined);
        continue;
      }
      const { schoolCode, people } = next;
      for (const person of people) {
        if (over.aborted) break;
        const look = await lookAtWork(this.town, schoolCode, person);
        const pauseMs = look === 'busy' ? this.#beginningOf(schoolCode, person) : this.#pauseOf(schoolCode, person);
        if (look !== 'busy') this.#beginnings.delete(`${schoolCode}/${person.code}`);
        if (look !== 'idle' || (isClerk(person) && pauseMs <= CLERK_IDLE_MS)) this.#wait(schoolCode, person, Date.now() + pauseMs, 'again');
      }
      this.#busy.delete(schoolCode);
    }
  }

  /** Clerks and heads before all teachers: what a whole school has finished goes on its way while other schools are still reviewing. */
  #take(): { schoolCode: string; people: Staff[] } | null {
    return this.#first((person) => person.roles.some(({ kind }) => kind !== 'homeroom')) ?? this.#first(() => true);
  }

  /** The first school whose people nobody plays at this moment and of whom one of these has a reason to look. */
  #first(isMeant: (person: Staff) => boolean): { schoolCode: string; people: Staff[] } | null {
    const now = Date.now();
    for (const [schoolCode, waiting] of this.#waiting) {
      if (this.#busy.has(schoolCode)) continue;
      const people = [...waiting.values()].filter(({ at, person }) => at <= now && isMeant(person)).map(({ person }) => person);
      if (people.length === 0) continue;
      for (const { code } of people) waiting.delete(code);
      if (waiting.size === 0) this.#waiting.delete(schoolCode);
      this.#busy.add(schoolCode);
      return { schoolCode, people };
    }
    return null;
  }

  #beginningOf(schoolCode: string, { code }: Staff): number {
    const pause = this.#beginnings.get(`${schoolCode}/${code}`) ?? AGAIN_MS;
    this.#beginnings.set(`${schoolCode}/${code}`, Math.min(pause * WAITING_GROWS, AGAIN_MOST_MS));
    return pause;
  }

  #pauseOf(schoolCode: string, { code }: Staff): number {
    const pause = this.#pauses.get(`${schoolCode}/${code}`) ?? WAITING_MS;
    this.#pauses.set(`${schoolCode}/${code}`, pause * WAITING_GROWS);
    return pause;
  }

  /** A mail is news, so its reader's patience begins anew; a look that is due sooner stays due. */
  #wait(schoolCode: string, person: Staff, at: number, reason: Reason): void {
    if (reason === 'mail') this.#pauses.delete(`${schoolCode}/${person.code}`);
    const waiting = this.#waiting.get(schoolCode) ?? new Map<string, Waiting>();
    waiting.set(person.code, { person, at: Math.min(at, waiting.get(person.code)?.at ?? Infinity) });
    this.#waiting.set(schoolCode, waiting);
  }
}
