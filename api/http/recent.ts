/**
 * What many people look at together is read once: an answer is handed out again for a while after it was asked for. Everything that
 * uses it says on the page as of when its figures are. A fault is not kept.
 */
export class Recent<T> {
  readonly #kept = new Map<string, { from: number; answer: Promise<T> }>();

  /** @param keepMs how long one answer serves */
  constructor(private readonly keepMs: number) {}

  /** @param key what is asked; never with personal data, and so few that all of them may be held */
  of(key: string, read: () => Promise<T>): Promise<T> {
    const now = performance.now();
    for (const [other, { from }] of this.#kept) if (now - from > this.keepMs) this.#kept.delete(other);
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept.answer;
    const answer = read();
    this.#kept.set(key, { from: now, answer });
    answer.catch(() => this.#kept.delete(key));
    return answer;
  }
}
