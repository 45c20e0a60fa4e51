import fs from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { distDir, projectRoot, readJson, removeLeftovers, temporaryBeside, writeJson } from './files.mjs';
import { withLock } from './lock.mjs';
import { SetupError } from './report.mjs';

/** The folders that hold the product's sources; see docs for what each may import. */
export const sourceFolders = ['domain', 'workflows', 'activities', 'formats', 'db', 'api', 'dashboards', 'runtime', 'sandbox', 'test'];

const stampOf = (dist) => path.join(dist, '.build.json');
const bundleStampOf = (dist) => path.join(dist, 'workflow-bundle.json');

/**
 * Compiles to dist/ and builds the workflow bundle, each only when its sources changed. The result is made beside and
 * takes its place by rename: a kill in between leaves the old build or none, never a mixture.
 * @param {(line: string) => void} onProgress
 * @param {{keepGoing?: boolean}} [options] keepGoing: use what the compiler emitted in spite of type errors, while at work
 */
export async function build(onProgress, { keepGoing = process.env.HUB_BUILD_KEEP_GOING === '1' } = {}) {
  const sources = listSources();
  const hash = hashFiles(sources);
  if (readJson(stampOf(distDir))?.hash === hash) return;
  await withLock(path.join(projectRoot, '.hub', 'locks', 'build'), 'building', onProgress, async () => {
    if (readJson(stampOf(distDir))?.hash === hash) return;
    removeLeftovers(distDir);
    const making = temporaryBeside(distDir);
    onProgress('compiling');
    await compile(making, keepGoing, onProgress);
    copyAssets(making);
    await bundle(making, hashFiles(sources.filter((file) => /^(domain|workflows)\/|^runtime\/failureConverter|^package-lock\.json$|^scripts\/bundle-workflows/.test(file))), onProgress);
    writeJson(stampOf(making), { hash });
    replaceDist(making);
    onProgress('built');
  });
}

/** @returns {'current' | 'outdated' | 'absent'} how dist/ stands to the sources */
export function builtState() {
  const stamp = readJson(stampOf(distDir));
  if (stamp === undefined) return 'absent';
  return stamp.hash === hashFiles(listSources()) ? 'current' : 'outdated';
}

/** @returns {string[]} every file that decides what dist/ holds, relative to the checkout, sorted */
function listSources() {
  const found = ['package-lock.json', 'tsconfig.json', 'scripts/lib/build.mjs', 'scripts/bundle-workflows.mjs'];
  for (const folder of [...sourceFolders, 'scripts']) {
    const home = path.join(projectRoot, folder);
    if (!fs.existsSync(home)) continue;
    for (const entry of fs.readdirSync(home, { recursive: true, withFileTypes: true })) {
      const file = path.relative(projectRoot, path.join(entry.parentPath ?? entry.path, entry.name));
      if (entry.isFile() && (folder !== 'scripts' || /\.tsx?$/.test(file))) found.push(file);
    }
  }
  return found.sort();
}

function hashFiles(files) {
  const hash = createHash('sha256').update(process.version);
  for (const file of files) {
    hash.update(`\0${file}\0`);
    const full = path.join(projectRoot, file);
    if (fs.existsSync(full)) hash.update(fs.readFileSync(full));
  }
  return hash.digest('hex');
}

async function compile(outDir, keepGoing, onProgress) {
  const { code, output } = await runNode([compilerFile(), '-p', projectRoot, '--outDir', outDir, '--pretty', 'false']);
  if (code === 0) return;
  const errors = output.split('\n').filter((line) => line.includes('error TS'));
  if (keepGoing && errors.length > 0) return onProgress(`going on in spite of ${errors.length} type errors`);
  fs.rmSync(outDir, { recursive: true, force: true });
  process.stderr.write(`${output}\n`);
  throw new SetupError(`the sources do not compile: ${errors.length} errors, the first ${errors[0] ?? 'not told by the compiler'}`);
}

/** Not the bin: it has no extension, which Node before 20.10 takes for no module. */
function compilerFile() {
  const require = createRequire(path.join(projectRoot, 'package.json'));
  return path.join(path.dirname(require.resolve('typescript/package.json')), 'lib', 'tsc.js');
}

/** Files that are served or read as they are: whatever lies in a folder called static, and saved histories of tests. */
function copyAssets(outDir) {
  for (const file of listSources()) {
    if (/(^|\/)(static|fixtures)\//.test(file) && !/\.tsx?$/.test(file)) {
      fs.mkdirSync(path.dirname(path.join(outDir, file)), { recursive: true });
      fs.copyFileSync(path.join(projectRoot, file), path.join(outDir, file));
    }
  }
}

/** webpack takes seconds, so the bundle is taken over from the last build while domain/ and workflows/ stay the same. */
async function bundle(outDir, hash, onProgress) {
  if (!fs.existsSync(path.join(outDir, 'workflows', 'index.js'))) return;
  if (readJson(bundleStampOf(distDir))?.sources === hash && fs.existsSync(path.join(distDir, 'workflow-bundle.js'))) {
    for (const name of ['workflow-bundle.js', 'workflow-bundle.json']) fs.copyFileSync(path.join(distDir, name), path.join(outDir, name));
    return;
  }
  onProgress('bundling workflows');
  const { code, output } = await runNode([path.join(projectRoot, 'scripts', 'bundle-workflows.mjs'), outDir, hash]);
  if (code === 0) return;
  process.stderr.write(`${output}\n`);
  throw new SetupError('the workflows cannot be bundled; the lines above say which import does it');
}

function replaceDist(made) {
  const old = temporaryBeside(distDir);
  if (fs.existsSync(distDir)) fs.renameSync(distDir, old);
  fs.renameSync(made, distDir);
  fs.rmSync(old, { recursive: true, force: true });
}

function runNode(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
