import { Agent, request } from 'node:http';
import type { Knex } from 'knex';
import { newToken, tokenHash } from '../../api/auth/token.js';
import { openDatabase, rows } from '../../db/connect.js';
import { visitsOf, type Visit } from './pagesVisits.js';
import { benchWorkbooks, type WorkbookResult } from './pagesWorkbook.js';
import { seedMergedProvince, sizeOf } from './pagesProvince.js';

/** What the issue asks: 95 of 100 answers within so many milliseconds, and so much on the wire. */
const LIMITS = { p95Ms: 150, cockpitMs: 300, wireKb: 60 };
const PEOPLE = 50;
const EVERY_MS = 2_000;

type Seen = { ms: number; bytes: number; status: number };
export type PagesResult = {
  province: { pupils: number; schools: number; classes: number }; people: number; seconds: number; requests: number; failed: number;
  p95Ms: Record<string, number>; medianMs: Record<string, number>; wireKb: Record<string, number>; within: boolean; over: string[];
} & Omit<WorkbookResult, 'over'>;

/**
 * Fifty people at once on a merged province, each opening a page every two seconds over a connection of their own that stays open, as a
 * browser asks (gzip). Times are from the request's first byte to the answer's last; bytes are those on the wire, heads included.
 * @param hub addresses of a hub whose api serves; the province is loaded when there is none
 */
export async function benchPages({ ownerUrl, origin, seconds, pupils, onProgress }: {
  ownerUrl: string; origin: string; seconds: number; pupils: number; onProgress: (line: string) => void;
}): Promise<PagesResult> {
  const owner = openDatabase(ownerUrl, 2);
  try {
    const [loaded] = await rows<{ id: string }>(owner, 'SELECT id FROM campaign LIMIT 1');
    const campaignId = loaded?.id ?? await seedMergedProvince(owner, sizeOf(pupils), onProgress);
    const crowd = await visitsOf(owner, campaignId, PEOPLE);
    const people = await Promise.all(crowd.map(async ({ personId, visits }) => ({ ...await openSession(owner, personId), visits, agent: new Agent({ keepAlive: true, maxSockets: 1 }) })));
    const pages = new Map<string, Seen[]>();
    // Once round without being counted: what a process compiles at its first look is not what people wait for all day.
    onProgress('every page once, uncounted');
    const first = new Map(people.flatMap((person) => person.visits.map((visit) => [visit.page, { person, visit }] as const)));
    for (const { person, visit } of first.values()) await open(origin, person, visit);
    onProgress(`${people.length} people, a page every ${EVERY_MS / 1000} s, ${seconds} s`);
    const until = performance.now() + seconds * 1_000;
    await Promise.all(people.map((person, place) => walk(origin, person, place, until, pages)));
    for (const { agent } of people) agent.destroy();
    const workbooks = await benchWorkbooks({ ownerUrl, campaignId, personId: crowd[0]!.personId, onProgress });
    return await resultOf(owner, pages, seconds, workbooks);
  } finally {
    await owner.destroy();
  }
}

type Person = { cookie: string; csrf: string; visits: readonly Visit[]; agent: Agent };

async function openSession(owner: Knex, personId: string): Promise<{ cookie: string; csrf: string }> {
  const [token, csrf] = [newToken(), newToken()];
  await owner.raw(`INSERT INTO session (token_hash, person_id, csrf, expires_at) VALUES (:hash, :personId, :csrf, now() + interval '2 hours')`, { hash: tokenHash(token), personId, csrf });
  return { cookie: `hub_session=${token}`, csrf };
}

/** One person: the first page at a moment of their own, then one each two seconds, however long the one before took. */
async function walk(origin: string, person: Person, place: number, until: number, pages: Map<string, Seen[]>): Promise<void> {
  let next = performance.now() + (place / PEOPLE) * EVERY_MS;
  for (let step = place; next < until; step += 1) {
    await new Promise((resolve) => { setTimeout(resolve, Math.max(0, next - performance.now())); });
    const visit = person.visits[step % person.visits.length]!;
    const seen = await open(origin, person, visit);
    pages.set(visit.page, [...pages.get(visit.page) ?? [], seen]);
    next = Math.max(next + EVERY_MS, performance.now());
  }
}

function open(origin: string, { cookie, csrf, agent }: Person, { path, form }: Visit): Promise<Seen> {
  const body = form === undefined ? undefined : new URLSearchParams({ csrf, ...form }).toString();
  const from = performance.now();
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, origin), {
      agent, method: body === undefined ? 'GET' : 'POST',
      headers: { cookie, 'accept': 'text/html', 'accept-encoding': 'gzip', ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body), 'origin': origin }) },
    }, (answer) => {
      let bytes = answer.rawHeaders.reduce((sum, one) => sum + one.length + 2, 0);
      answer.on('data', (chunk: Buffer) => { bytes += chunk.length; });
      answer.on('end', () => { resolve({ ms: performance.now() - from, bytes, status: answer.statusCode ?? 0 }); });
      answer.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

const at = (sorted: readonly number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
const tenths = (value: number): number => Math.round(value * 10) / 10;

async function resultOf(owner: Knex, pages: ReadonlyMap<string, readonly Seen[]>, seconds: number, { over: booksOver, ...workbooks }: WorkbookResult): Promise<PagesResult> {
  const all = [...pages].sort(([one], [other]) => (one < other ? -1 : 1));
  const [province] = await rows<{ pupils: number; schools: number; classes: number }>(owner, 'SELECT (SELECT count(*)::int FROM expected_pupil) AS pupils, (SELECT count(*)::int FROM campaign_school) AS schools, (SELECT count(*)::int FROM class) AS classes');
  const by = (of: (seen: readonly Seen[]) => number): Record<string, number> => Object.fromEntries(all.map(([page, seen]) => [page, tenths(of(seen))]));
  const sorted = (seen: readonly Seen[]): number[] => seen.map(({ ms }) => ms).sort((one, other) => one - other);
  const p95Ms = by((seen) => at(sorted(seen), 0.95));
  const wireKb = by((seen) => Math.max(...seen.map(({ bytes }) => bytes)) / 1_000);
  const over = all.flatMap(([page]) => [
    ...(p95Ms[page]! > (page.startsWith('cockpit') ? LIMITS.cockpitMs : LIMITS.p95Ms) ? [`${page}: ${p95Ms[page]!} ms`] : []), ...(wireKb[page]! > LIMITS.wireKb ? [`${page}: ${wireKb[page]!} kB`] : []),
  ]);
  over.push(...booksOver);
  const answers = all.flatMap(([, seen]) => seen);
  const failed = answers.filter(({ status }) => status !== 200).length;
  return { province: province!, people: PEOPLE, seconds, requests: answers.length, failed, p95Ms, medianMs: by((seen) => at(sorted(seen), 0.5)), wireKb, within: over.length === 0 && failed === 0, over, ...workbooks };
}
