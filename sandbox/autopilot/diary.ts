/** What a person of a school did last, or what kept them from it; `who` is the post's code, so that it names nobody. */
export type Entry = { who: string; words: string; at: number };

/**
 * Remembers of each school the last look at its work and the last problem met. Nothing is decided by it: it is read when the play has
 * to say why nothing moves any more.
 */
export class Diary {
  readonly #looks = new Map<string, Entry>();
  readonly #problems = new Map<string, Entry>();

  constructor(private readonly now: () => number = Date.now) {}

  looked(schoolCode: string, who: string, words: string): void {
    this.#looks.set(schoolCode, { who, words, at: this.now() });
  }

  problem(schoolCode: string, who: string, words: string): void {
    this.#problems.set(schoolCode, { who, words, at: this.now() });
  }

  /** One line about a school: `last look 3 s ago (T01-HT: nothing to do); last problem 40 s ago (T01-HT: task-closed)`. */
  about(schoolCode: string): string {
    return `last look ${this.#said(this.#looks.get(schoolCode))}; last problem ${this.#said(this.#problems.get(schoolCode))}`;
  }

  #said(entry: Entry | undefined): string {
    return entry === undefined ? 'none' : `${Math.round((this.now() - entry.at) / 1000)} s ago (${entry.who}: ${entry.words})`;
  }
}
