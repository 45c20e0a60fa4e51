import path from 'node:path';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { boundaryFaults } from './boundaries.mjs';
import { projectRoot } from './files.mjs';

/**
 * The linter's rules and the import table of the design. Prints what it finds.
 * @returns {Promise<string | undefined>} a sentence when there are faults
 */
export async function lint() {
  const boundaries = boundaryFaults();
  for (const fault of boundaries) process.stdout.write(`${fault}\n`);
  const require = createRequire(path.join(projectRoot, 'package.json'));
  const oxlint = path.join(path.dirname(require.resolve('oxlint/package.json')), 'dist', 'cli.js');
  const code = await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [oxlint, '--type-aware', '--deny-warnings', '-f', 'unix'], { cwd: projectRoot, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (boundaries.length === 0 && code === 0) return undefined;
  return `${boundaries.length} imports against the design's table${code === 0 ? '' : ', and the faults that oxlint names'}`;
}
