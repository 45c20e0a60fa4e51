import type { PathAnswer } from './question.js';

const MOST_KEYS = 20_000;
/** A certificate is asked about at few times that differ in what they see: now, a receipt before a renewal of a list. */
const MOST_SPANS = 16;

/** Answers by question, each for the times for which it holds; the question longest kept goes first when there are too many. */
export class KeptAnswers {
  private readonly byKey = new Map<string, PathAnswer[]>();

  /** @param at milliseconds */
  find(key: string, at: number): PathAnswer | null {
    return this.byKey.get(key)?.find(({ holds }) => holds !== null && (holds.from?.getTime() ?? -Infinity) <= at && at < (holds.to?.getTime() ?? Infinity)) ?? null;
  }

  /** One that may be another the next moment is not kept. */
  keep(key: string, answer: PathAnswer): void {
    if (answer.holds === null) return;
    const answers = this.byKey.get(key) ?? [];
    if (this.byKey.size >= MOST_KEYS && !this.byKey.has(key)) this.byKey.delete(this.byKey.keys().next().value as string);
    this.byKey.set(key, [...answers.slice(-(MOST_SPANS - 1)), answer]);
  }
}
