import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './projectRoot.js';

/** The demo's last line with `--json`. */
export type DemoSummary = {
  ok: boolean; expected: number; signed: number; accepted: number; signedRate: string; acceptedOfSigned: string; held: Record<string, number>; open: number; waiting: number; waitingBy: Record<string, number>; unexplained: number; ledgerEqual: boolean; workflowsFailed: number;
  campaignId: string; report: string; card: string; seconds: number; peakMemoryMb: Record<string, number>;
};

/** `npm run demo -- …` in a process of its own. */
export class Demo {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;

  constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, [path.join(projectRoot, 'scripts', 'demo.mjs'), ...args], { cwd: projectRoot, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) createInterface({ input: stream! }).on('line', (line) => void this.lines.push(line));
    this.#ended = once(this.#child, 'close');
  }

  /** @returns exit code, or the signal that ended it */
  async ended(): Promise<number | string> {
    const [code, signal] = await this.#ended as [number | null, string | null];
    return code ?? signal ?? '';
  }

  /** Ctrl-C. */
  interrupt(): void {
    this.#child.kill('SIGINT');
  }

  get text(): string {
    return this.lines.join('\n');
  }

  get summary(): DemoSummary {
    const last = this.lines.findLast((line) => line.startsWith('{"ok"'));
    if (last === undefined) throw new Error(`the demo printed no summary; it said:\n${this.lines.slice(-30).join('\n')}`);
    return JSON.parse(last) as DemoSummary;
  }
}

/** Ends whatever a demo left running in a folder, so that the next one finds a free machine. */
export async function endDemo(dir: string): Promise<void> {
  const { endSurvivors } = await import(pathToFileURL(path.join(projectRoot, 'scripts', 'lib', 'survivors.mjs')).href) as { endSurvivors: (dir: string, say: () => void) => Promise<void> };
  await endSurvivors(dir, () => undefined);
}
