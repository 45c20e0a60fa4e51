import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './projectRoot.js';

/** What scripts/lib/hub.mjs takes and gives; the scripts are plain JavaScript and are described here for the tests. */
export interface HubOptions {
  readonly dir: string;
  readonly fresh?: boolean;
  readonly children?: readonly string[];
  readonly throwaway?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface RunningHub {
  readonly dir: string;
  readonly env: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly ports: Readonly<Record<'api' | 'mailboxHttp' | 'mailboxSmtp' | 'signing' | 'trust' | 'kho' | 'temporal' | 'temporalUi' | 'postgres', number>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly urls: { readonly owner: string; readonly temporal: string };
  pids(): Record<string, number>;
  child(name: string): { readonly pid: number; readonly logFile: string; kill(signal?: NodeJS.Signals): void } | undefined;
  /** Kills a process and keeps it away until the returned function is called. */
  hold(name: string): Promise<() => void>;
  /** The most memory each process was seen to use, in MiB. */
  peakMemoryMb(): Record<string, number>;
  stop(): Promise<void>;
}

/** A hub of the test's own, in `.hub/test/<name>` of the checkout, beside the user's. */
export async function startTestHub(name: string, options: Omit<HubOptions, 'dir'> = {}): Promise<RunningHub> {
  const { startHub } = (await import(pathToFileURL(path.join(projectRoot, 'scripts', 'lib', 'hub.mjs')).href)) as {
    startHub: (options: HubOptions) => Promise<RunningHub>;
  };
  return startHub({ ...options, dir: testHubDir(name) });
}

export const testHubDir = (name: string): string => path.join(projectRoot, '.hub', 'test', name);
