import fs from 'node:fs';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { bundleWorkflowCode } from '@temporalio/worker';

/**
 * Bundles dist/workflows ahead, so that a worker starts in a second and every worker runs the same bytes.
 * Arguments: the folder of the build, the hash of the sources. Writes workflow-bundle.js and, beside it, its version
 * (sha256 of the code) and the list of modules, which a test holds against the import rules.
 */
const [outDir, sources] = process.argv.slice(2);
const workflows = path.join(outDir, 'workflows');
const optional = (name) => (fs.existsSync(path.join(workflows, name)) ? path.join(workflows, name) : undefined);
const options = {
  workflowsPath: path.join(workflows, 'index.js'),
  payloadConverterPath: optional('payloadConverter.js'),
  failureConverterPath: optional('failureConverter.js'),
};
const { code } = await bundleWorkflowCode(Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)));

const map = /sourceMappingURL=data:application\/json;charset=utf-8;base64,(\S+)\s*$/.exec(code);
if (map === null) throw new Error('the bundle carries no source map, so its modules cannot be listed');
const modules = JSON.parse(Buffer.from(map[1], 'base64').toString('utf8'))
  .sources.filter((source) => path.isAbsolute(source))
  // Compiled files carry maps to their sources, so a module may be named by either; both lie under the checkout or the build.
  .map((source) => path.relative(source.startsWith(outDir + path.sep) ? outDir : process.cwd(), source))
  .sort();

fs.writeFileSync(path.join(outDir, 'workflow-bundle.js'), code);
fs.writeFileSync(
  path.join(outDir, 'workflow-bundle.json'),
  `${JSON.stringify({ version: createHash('sha256').update(code).digest('hex'), sources, modules }, null, 2)}\n`,
);
