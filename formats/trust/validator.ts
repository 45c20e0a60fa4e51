import { availableParallelism } from 'node:os';
import type { PathCertificate } from './certificate.js';
import { judgeGroup, plainAnswer, type Group, type Verify } from './judge.js';
import { KeptAnswers } from './keptAnswers.js';
import { prepare, type Prepared } from './prepare.js';
import type { PathAnswer, PathQuestion, PathValidator } from './question.js';
import { Slots } from './slots.js';
import { verifyLeaves } from './verifyRun.js';

/** A process takes about as long to start as 15 certificates take to judge; with lists, 250 stay far below its time limit on a busy machine too. */
const FEWEST_APART = 16;
const MOST_TOGETHER = 250;

type Waiting = { prepared: Prepared; certificate: PathCertificate; flight: string; at: number; resolve: (answer: PathAnswer) => void; reject: (fault: unknown) => void };

/**
 * Judges certificates by OpenSSL's command, at most `processes` of them at once (default: as many as there are cores).
 * @param opensslPath absolute path of OpenSSL 3
 * @param clock milliseconds since 1970, for questions about now
 */
export function createPathValidator({ opensslPath, processes = availableParallelism(), clock = Date.now }: { opensslPath: string; processes?: number; clock?: () => number }): PathValidator {
  const kept = new KeptAnswers();
  const flights = new Map<string, Promise<PathAnswer>>();
  const slots = new Slots(processes);
  let waiting: Waiting[] = [];

  const verify: Verify = async (terms, leaves) => {
    const size = Math.min(MOST_TOGETHER, Math.max(FEWEST_APART, Math.ceil(leaves.length / processes)));
    const parts = Array.from({ length: Math.ceil(leaves.length / size) }, (_, part) => leaves.slice(part * size, (part + 1) * size));
    return (await Promise.all(parts.map((part) => slots.run(() => verifyLeaves(opensslPath, terms, part))))).flat();
  };

  const timeOf = (question: PathQuestion): number => Math.floor((question.at?.getTime() ?? clock()) / 1000) * 1000;
  const known = (prepared: Prepared, at: number): PathAnswer | null => immediate(prepared) ?? kept.find(prepared.key, at);

  function ask(question: PathQuestion): Promise<PathAnswer> {
    const prepared = prepare(question);
    const at = timeOf(question);
    const answer = known(prepared, at);
    if (answer !== null) return Promise.resolve(answer);
    const flight = `${prepared.key} ${at}`;
    const flying = flights.get(flight);
    if (flying !== undefined) return flying;
    const promise = new Promise<PathAnswer>((resolve, reject) => {
      // Whatever is asked in this turn of the event loop is judged together.
      if (waiting.length === 0) setImmediate(depart);
      waiting.push({ prepared, certificate: prepared.certificate as PathCertificate, flight, at, resolve, reject });
    }).finally(() => flights.delete(flight));
    flights.set(flight, promise);
    return promise;
  }

  function depart(): void {
    const groups = new Map<string, Waiting[]>();
    for (const one of waiting) {
      const key = `${one.at} ${one.prepared.termsKey}`;
      const members = groups.get(key);
      if (members === undefined) groups.set(key, [one]);
      else members.push(one);
    }
    waiting = [];
    for (const members of groups.values()) void settle(members);
  }

  async function settle(members: readonly Waiting[]): Promise<void> {
    const [{ prepared: { terms, question }, at }] = members as [Waiting];
    const group: Group = { terms, question, at, certificates: members.map(({ certificate }) => certificate) };
    try {
      const answers = await judgeGroup(verify, group);
      for (const [place, { prepared, resolve }] of members.entries()) {
        const answer = answers[place] as PathAnswer;
        kept.keep(prepared.key, answer);
        resolve(answer);
      }
    } catch (fault) {
      for (const { reject } of members) reject(fault);
    }
  }

  return {
    ask,
    askMany: (questions) => Promise.all(questions.map(ask)),
    known: (question) => known(prepare(question), timeOf(question)),
  };
}

/** What needs no process: bytes that are no certificate, terms on which none can be judged. */
function immediate({ certificate, terms: { fault } }: Prepared): PathAnswer | null {
  if (fault !== null) return plainAnswer(fault);
  return certificate === null ? plainAnswer('certificate-malformed') : null;
}
