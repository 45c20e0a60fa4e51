import type { SchoolCode } from '../../domain/brand.js';
import type { Fate } from '../province/fates.js';
import type { School, Staff } from '../province/province.js';
import { MailReader } from './mailbox.js';
import { Diary } from './diary.js';
import { DemoFault } from './patience.js';
import { Phones } from './phone.js';
import { decisionIdFor } from './ids.js';
import { Post } from './postman.js';
import { Visitor, type Invitation, type Told } from './visitor.js';
import { ADMINISTRATOR, type World } from './world.js';

/** What a look at the own work came to: something was done or is under way (look again soon), or there is nothing to do. */
export type Look = 'busy' | 'idle';

/** Refusals that only say: somebody, or this very autopilot before it was killed, was faster. The next look sees the truth. */
const OVERTAKEN = new Set(['form-out-of-date', 'already-decided', 'task-closed', 'batch-open', 'upload-not-waiting', 'class-changed', 'not-refused', 'nothing-to-sign', 'not-your-task']);

/** Everybody of the province at their browsers, mailboxes and phones. Keeps nothing that a restart would miss. */
export class Town {
  readonly mailbox: MailReader;
  readonly post: Post;
  readonly phones: Phones;
  readonly diary = new Diary();
  readonly #visitors = new Map<string, Visitor>();
  readonly #accepted: Set<string>;
  readonly #staff: ReadonlyMap<string, Staff>;
  readonly #schools: ReadonlyMap<string, School>;
  readonly #staffOf = new Map<string, Staff[]>();

  /**
   * @param leavesJobs true without `--exit`: `story.left` and the other waiting jobs are for whoever watches
   * @param firstLink the administrator's one-time link's token; null when an administrator can sign in already
   */
  constructor(readonly world: World, readonly leavesJobs: boolean, private readonly firstLink: Invitation, readonly say: (line: string) => void) {
    this.mailbox = new MailReader(world.addresses.mailbox);
    this.post = new Post(this.mailbox);
    this.phones = new Phones(world.addresses.signing);
    const { staff, schools } = world.province;
    this.#staff = new Map(staff.map((one) => [one.code, one]));
    this.#schools = new Map(schools.map((one) => [one.code, one]));
    for (const one of staff) {
      for (const schoolCode of new Set(one.roles.flatMap((role) => ('schoolCode' in role ? [role.schoolCode] : [])))) this.#staffOf.set(schoolCode, [...this.#staffOf.get(schoolCode) ?? [], one]);
    }
    this.#accepted = world.keepsakes.lines('accepted');
  }

  /** @param code a post's, e.g. `T01-VT`, or the administrator's */
  visitor(code: string): Visitor {
    const known = this.#visitors.get(code);
    if (known !== undefined) return known;
    const userName = code === ADMINISTRATOR ? 'quan-tri' : this.staff(code).email;
    const invitation = code === ADMINISTRATOR ? this.firstLink : () => this.post.invitation(userName);
    const visitor = new Visitor(this.world.addresses.hub, { userName, password: this.world.passwords[code]! }, invitation, this.#accepted.has(code), () => this.world.keepsakes.addLine('accepted', code));
    this.#visitors.set(code, visitor);
    return visitor;
  }

  staff(code: string): Staff {
    const found = this.#staff.get(code);
    if (found === undefined) throw new RangeError(`nobody holds the post ${code}`);
    return found;
  }

  school(code: string): School {
    const found = this.#schools.get(code);
    if (found === undefined) throw new RangeError(`the province has no school ${code}`);
    return found;
  }

  staffOf(schoolCode: SchoolCode): Staff[] {
    return this.#staffOf.get(schoolCode) ?? [];
  }

  /** The one who holds a role of the Sở. */
  department(kind: 'coordinator' | 'official'): Staff {
    const found = this.world.province.staff.find(({ roles }) => roles.some((role) => role.kind === kind));
    if (found === undefined) throw new RangeError(`the Sở has no ${kind}`);
    return found;
  }

  officer(officeCode: string): Staff {
    const found = this.world.province.staff.find(({ roles }) => roles.some((role) => role.kind === 'office' && role.officeCode === officeCode));
    if (found === undefined) throw new RangeError(`nobody works at the office ${officeCode}`);
    return found;
  }

  decisionId(...about: readonly (string | number)[]): string {
    return decisionIdFor(this.world.province.seed, ...about);
  }

  /** What becomes of a class in a campaign that stays open; `accepted` in all others. */
  fate(schoolCode: string, className: string): Fate {
    return this.school(schoolCode).classes.find(({ name }) => name === className)?.fate ?? 'accepted';
  }

  isLeft(job: 'review' | 'approve' | 'seal', schoolCode: string, className: string): boolean {
    return this.leavesJobs && this.world.story.left.some((one) => one.job === job && one.schoolCode === schoolCode && one.className === className);
  }
}

/**
 * Done, recorded, or overtaken by events is well; anything else is a fault of the hub or of the story.
 * @param place whose act it was, for the diary
 */
export function wellTold(town: Town, { schoolCode, who }: { schoolCode: string; who: string }, what: string, answer: Told): Look {
  if (answer.outcome === 'done' || answer.outcome === 'recorded') return 'busy';
  town.diary.problem(schoolCode, who, `${what}: ${answer.code ?? answer.outcome}`);
  if (OVERTAKEN.has(answer.code ?? '')) return 'busy';
  throw new DemoFault(`${what}: the hub refused (${answer.code ?? answer.outcome}): ${answer.sentence ?? ''} ${JSON.stringify(answer.fields ?? {})}`);
}
