import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Outcome of one run: what it printed, or why there is nothing to go by. */
export type Run = { kind: 'done'; code: number; stdout: string; stderr: string } | { kind: 'timed-out' } | { kind: 'failed'; detail: string };

const KILLED_AFTER_MS = 5_000;
const MOST_OUTPUT = 16 * 1024 * 1024;

/**
 * Runs OpenSSL in a new folder of its own (mode 0700) that holds `files` and is gone afterwards, whatever happens. No shell, nothing of
 * our environment: a variable there could name other anchors.
 * @param opensslPath absolute @param args may name the files, which are in the working folder
 * @param ended exit codes with which the program has done its work; any other is a failure
 */
export async function runOpenssl({ opensslPath, args, files, ended }: { opensslPath: string; args: readonly string[]; files: ReadonlyMap<string, string | Uint8Array>; ended: readonly number[] }): Promise<Run> {
  if (!isAbsolute(opensslPath)) throw new TypeError('the path of openssl must be absolute');
  // mkdtemp makes it 0700.
  const folder = await mkdtemp(join(tmpdir(), 'hub-trust-'));
  try {
    await Promise.all([...files].map(([name, content]) => writeFile(join(folder, name), content, { mode: 0o600 })));
    return await started(opensslPath, args, folder, ended);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function started(file: string, args: readonly string[], cwd: string, ended: readonly number[]): Promise<Run> {
  const options = { cwd, env: {}, timeout: KILLED_AFTER_MS, killSignal: 'SIGKILL', maxBuffer: MOST_OUTPUT, windowsHide: true, encoding: 'utf8' } as const;
  return new Promise((resolve) => {
    execFile(file, [...args], options, (fault, stdout, stderr) => {
      const code = fault === null ? 0 : fault.code;
      if (typeof code === 'number' && ended.includes(code)) resolve({ kind: 'done', code, stdout, stderr });
      // `code` is a word when the program could not start or wrote too much; killed without one is our own time limit.
      else if (fault?.killed === true && typeof code !== 'string') resolve({ kind: 'timed-out' });
      else resolve({ kind: 'failed', detail: String(code ?? fault?.signal) });
    });
  });
}
