import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, openSync, closeSync, fsyncSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** The demo's own folder beside the hub's data: passwords and keys of people who do not exist, readable by the owner alone. */
export class Keepsakes {
  constructor(readonly directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  /** What was kept under a name, or else what `make` gives, kept from now on. Written by rename, so a kill leaves all or nothing. */
  async keep<S extends z.ZodType>(name: string, schema: S, make: () => z.infer<S> | Promise<z.infer<S>>): Promise<z.infer<S>> {
    const kept = this.read(name, schema);
    if (kept !== null) return kept;
    const made = await make();
    this.write(`${name}.json`, `${JSON.stringify(made, null, 2)}\n`);
    return made;
  }

  read<S extends z.ZodType>(name: string, schema: S): z.infer<S> | null {
    const text = textOf(join(this.directory, `${name}.json`));
    return text === null ? null : schema.parse(JSON.parse(text)) as z.infer<S>;
  }

  /** @returns the file's path */
  write(fileName: string, content: string | Uint8Array): string {
    const path = join(this.directory, fileName);
    const temporary = `${path}.${randomBytes(4).toString('hex')}`;
    const handle = openSync(temporary, 'w', 0o600);
    try {
      if (typeof content === 'string') writeSync(handle, content);
      else writeSync(handle, content);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, path);
    return path;
  }

  /** Lines added so far to a growing list; a last line that a kill cut short does not count. */
  lines(name: string): Set<string> {
    return new Set((textOf(join(this.directory, `${name}.txt`)) ?? '').split('\n').slice(0, -1));
  }

  addLine(name: string, line: string): void {
    appendFileSync(join(this.directory, `${name}.txt`), `${line}\n`, { mode: 0o600 });
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
