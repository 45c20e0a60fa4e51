import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type SandboxProcess = { ports: Record<string, number>; url: string; child: ChildProcess; kill(): Promise<void>; stop(): Promise<number | null> };

/** A stand-in as the world meets it: a process of its own, found beside this file whether compiled or not. */
export async function startSandbox(name: 'kho' | 'trust' | 'signing' | 'mailbox', environment: Record<string, string>): Promise<SandboxProcess> {
  const own = fileURLToPath(import.meta.url);
  const main = fileURLToPath(new URL(`../../sandbox/${name}/main${own.slice(own.lastIndexOf('.'))}`, import.meta.url));
  const child = spawn(process.execPath, [...loaderArguments(), main], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line'), ended.then(([code]) => Promise.reject(new Error(`sandbox ${name} ended with ${String(code)} before it was ready`)))]);
  const { ready, ...ports } = JSON.parse(String(first[0])) as { ready: boolean } & Record<string, number>;
  if (!ready) throw new Error(`sandbox ${name} said ${String(first[0])}`);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    await ended;
    return child.exitCode;
  };
  return { ports, url: `http://127.0.0.1:${ports['port']}`, child, kill: async () => void (await end('SIGKILL')), stop: () => end('SIGTERM') };
}

/** What lets this process read its own sources, when they are not compiled; the test runner's own arguments stay behind. */
const loaderArguments = (): string[] => process.execArgv.flatMap((argument, index, all) =>
  ['--require', '--import'].includes(argument) ? [argument, all[index + 1] ?? ''] : []);

/** A folder of the test's own and what removes it. */
export async function temporaryDirectory(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'hub-sandbox-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export async function postJson(url: string, body: unknown, headers: Record<string, string> = {}): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body), redirect: 'manual' });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) as unknown : text };
}

export async function getJson<T>(url: string, headers: Record<string, string> = {}): Promise<T> {
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return await response.json() as T;
}

/** Asks again until the answer satisfies, or fails with the last answer. */
export async function eventually<T>(ask: () => Promise<T>, satisfied: (answer: T) => boolean, withinMs = 10_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (satisfied(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms; last answer: ${JSON.stringify(answer)?.slice(0, 500)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
