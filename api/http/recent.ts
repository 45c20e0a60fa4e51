/**
 * What many people look at together is read once: an answer serves everybody for a while, and for a while longer it is handed out while
 * the next one is being read, so that nobody waits for it. Everything that uses this says on the page as of when its figures are. A
 * fault is not kept.
 */
export class Recent<T> {
  readonly #kept = new Map<string, { from: number; answer: Promise<T>; next: Promise<T> | null }>();

  /** @param freshMs how long an answer serves as it is; @param staleMs how long it may serve while the next is read */
  constructor(private readonly freshMs: number, private readonly staleMs: number) {}

  /** @param key what is asked; never with personal data, and so few that all of them may be held */
  of(key: string, read: () => Promise<T>): Promise<T> {
    const now = performance.now();
    for (const [other, { from }] of this.#kept) if (now - from > this.staleMs) this.#kept.delete(other);
    const kept = this.#kept.get(key);
    if (kept === undefined) return this.#keep(key, now, read());
    if (now - kept.from > this.freshMs && kept.next === null) {
      const next = kept.next = read();
      // The old answer stays in use until this one is there; when it fails, whoever asks next tries again.
      void next.then(() => { void this.#keep(key, now, next); }, () => { kept.next = null; });
    }
    return kept.answer;
  }

  #keep(key: string, from: number, answer: Promise<T>): Promise<T> {
    this.#kept.set(key, { from, answer, next: null });
    void answer.catch(() => this.#kept.delete(key));
    return answer;
  }
}

/** Figures of a whole province: a few seconds old they serve everybody who looks. */
const [FRESH_MS, STALE_MS] = [3_000, 15_000];

/** What `read` answers is shared by everybody who asks the same hub for the same key; each use says as of when on its page. */
export function shared<T>(): (services: object, key: string, read: () => Promise<T>) => Promise<T> {
  const kept = new WeakMap<object, Recent<T>>();
  return (services, key, read) => {
    const recent = kept.get(services) ?? new Recent<T>(FRESH_MS, STALE_MS);
    kept.set(services, recent);
    return recent.of(key, read);
  };
}
