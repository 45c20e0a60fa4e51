import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { SchoolCode } from '../../domain/brand.js';
import type { School, Staff } from '../province/province.js';
import { approveClasses } from './acts/approve.js';
import { collect } from './acts/collect.js';
import { correctCards } from './acts/correct.js';
import { reviewClass } from './acts/review.js';
import { sealClasses } from './acts/seal.js';
import type { Post } from './postman.js';
import type { Look, Town } from './town.js';

const tasks = z.object({ tasks: z.array(z.object({ kind: z.enum(['collect', 'review', 'approve', 'seal', 'correct']), schoolCode: z.string(), classId: z.string().nullable(), className: z.string().nullable() })) });

/** Somebody busy looks again so soon; everybody else when a mail comes, or after a while all the same. */
const BUSY_MS = 500;
const IDLE_MS = 15_000;

/** Plays everybody of one school until `over`: each one looks at "Việc của tôi" and does what stands there. */
export async function liveSchool(town: Town, school: School, post: Post, over: AbortSignal): Promise<void> {
  await Promise.all(town.staffOf(school.code).map((person) => livePerson(town, school.code, person, post, over)));
}

async function livePerson(town: Town, schoolCode: SchoolCode, person: Staff, post: Post, over: AbortSignal): Promise<void> {
  // Nobody comes before the first mail about work; a later start of the autopilot finds that mail again.
  for (let look: Look | 'waiting' = 'idle'; !over.aborted;) {
    await (look === 'busy' ? sleep(BUSY_MS, undefined, { signal: over }).catch(() => undefined) : post.next(person.email, IDLE_MS, over));
    if (over.aborted || !post.hasWork(person.email)) continue;
    look = await lookAtWork(town, schoolCode, person);
  }
}

/**
 * One look of a person at "Việc của tôi" in a school, with everything that stands there done as far as it can be now.
 * @returns `waiting`: tasks stand there, and none of them can be done yet, or ever in this story
 */
export async function lookAtWork(town: Town, schoolCode: string, person: Staff): Promise<Look | 'waiting'> {
  const mine = (await town.visitor(person.code).page('/viec-cua-toi', tasks)).tasks.filter((task) => task.schoolCode === schoolCode);
  const looks: Look[] = [];
  for (const { classId, className } of mine.filter(({ kind }) => kind === 'review')) {
    if (classId !== null && !town.isLeft('review', schoolCode, className ?? '')) looks.push(await reviewClass(town, person, { schoolCode, classId }));
  }
  const has = (kind: string): boolean => mine.some((task) => task.kind === kind);
  if (has('approve')) looks.push(await approveClasses(town, person, schoolCode));
  if (has('seal')) looks.push(await sealClasses(town, person, schoolCode));
  if (has('correct')) looks.push(await correctCards(town, person, schoolCode));
  if (has('collect')) looks.push(await collect(town, person, schoolCode));
  const look = looks.includes('busy') ? 'busy' : mine.length > 0 ? 'waiting' : 'idle';
  town.diary.looked(schoolCode, person.code, `${mine.map(({ kind, className }) => (className === null ? kind : `${kind} ${className}`)).join(', ') || 'no task'}: ${look}`);
  return look;
}
