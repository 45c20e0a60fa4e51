import { mkdirSync } from 'node:fs';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

type Waiting = { line: string; resolve: () => void; reject: (error: Error) => void };

/**
 * An append-only file of JSON lines that survives a kill at any moment. `append` resolves only when its line is on
 * disk (fsync); lines that arrive while one fsync runs share the next. A torn last line, which nobody was promised, is
 * cut off when the file is opened; a broken line anywhere else stops the start, because it means lost promises.
 */
export class Journal<T> {
  #queue: Waiting[] = [];
  #flushing: Promise<void> | null = null;

  private constructor(private readonly file: FileHandle) {}

  static async open<T>(path: string): Promise<{ journal: Journal<T>; entries: T[] }> {
    mkdirSync(dirname(path), { recursive: true });
    // 0600: the signing service's journal holds keys.
    const file = await open(path, 'a+', 0o600);
    const bytes = await readFile(path);
    const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
    if (whole.length < bytes.length) {
      await file.truncate(whole.length);
      await file.sync();
    }
    const entries = whole.toString('utf8').split('\n').slice(0, -1).map((line, index) => {
      try {
        return JSON.parse(line) as T;
      } catch (cause) {
        throw new Error(`line ${index + 1} of ${path} is damaged; restore the file or start afresh`, { cause });
      }
    });
    return { journal: new Journal<T>(file), entries };
  }

  append(entry: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ line: `${JSON.stringify(entry)}\n`, resolve, reject });
      this.#flushing ??= this.#flush();
    });
  }

  async close(): Promise<void> {
    await this.#flushing;
    await this.file.close();
  }

  async #flush(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0);
      try {
        await this.file.appendFile(batch.map((waiting) => waiting.line).join(''));
        await this.file.datasync();
        for (const waiting of batch) waiting.resolve();
      } catch (cause) {
        for (const waiting of batch) waiting.reject(new Error('the journal could not be written', { cause }));
      }
    }
    this.#flushing = null;
  }
}
