import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder that goes with the process: for what several tests share, so that none of them can take it away. */
export function passingFolder(prefix: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), prefix));
  process.once('exit', () => { rmSync(folder, { recursive: true, force: true }); });
  return folder;
}
