import { readFile } from 'node:fs/promises';
import type { RequestHandler } from 'express';
import type { z } from 'zod';
import { replaceFile } from './replaceFile.js';

type Counters<T> = { [K in keyof T]: T[K] extends number ? K : never }[keyof T];

/**
 * The faults a stand-in was told to play. They are kept on disk, so that a fault ordered before a crash still comes
 * after it; a played one is counted down before it is played.
 */
export class FaultScript<T extends Record<string, unknown>> {
  #saving: Promise<void> = Promise.resolve();

  private constructor(private readonly path: string, private readonly schema: z.ZodType<T>, private current: T) {}

  /** @param schema gives every field a default, so that `{}` means "no fault" */
  static async open<T extends Record<string, unknown>>(path: string, schema: z.ZodType<T>): Promise<FaultScript<T>> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '{}';
      throw error;
    });
    return new FaultScript(path, schema, schema.parse(JSON.parse(text)));
  }

  get now(): Readonly<T> {
    return this.current;
  }

  /** Changes the named fields and leaves the others. */
  async set(changes: unknown): Promise<T> {
    const merged = typeof changes === 'object' && changes !== null ? { ...this.current, ...changes } : changes;
    return this.#save(this.schema.parse(merged));
  }

  /** True when a "next n" fault is due; counts it down on disk first. */
  async take(field: Counters<T> & string): Promise<boolean> {
    const left = this.current[field] as number;
    if (left <= 0) return false;
    await this.#save({ ...this.current, [field]: left - 1 });
    return true;
  }

  async replace(next: T): Promise<void> {
    await this.#save(next);
  }

  /** `GET` shows the script; `POST` with JSON changes it and answers what holds now. */
  readonly show: RequestHandler = (_request, response) => {
    response.json(this.current);
  };

  readonly change: RequestHandler = async (request, response) => {
    response.json(await this.set(request.body as unknown));
  };

  async #save(next: T): Promise<T> {
    this.current = next;
    this.#saving = this.#saving.then(() => replaceFile(this.path, JSON.stringify(this.current)));
    await this.#saving;
    return next;
  }
}
