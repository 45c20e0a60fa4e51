import { execFile } from 'node:child_process';

/** Runs OpenSSL's command with an emptied environment; what it says on stderr is the error's message. */
export const openssl = (path: string, args: readonly string[]): Promise<void> => new Promise((resolve, reject) => {
  execFile(path, args, { env: {}, timeout: 10_000 }, (error, _stdout, stderr) => {
    if (error === null) resolve();
    else reject(new Error(`openssl ${args[0] ?? ''} failed: ${stderr.trim().split('\n').at(-1) ?? ''}`, { cause: error }));
  });
});
