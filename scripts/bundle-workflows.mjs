import fs from 'node:fs';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { bundleWorkflowCode } from '@temporalio/worker';

/**
 * Bundles the compiled workflows ahead, so that a worker starts in a second and every worker runs the same bytes.
 * Arguments: the folder of the build, the hash of the sources. Writes workflow-bundle.js and, beside it, its version
 * (sha256 of the code) and the list of modules, which a test holds against the import rules.
 */
const [outDir, sources] = process.argv.slice(2);
const { code } = await bundleWorkflowCode({
  workflowsPath: path.join(outDir, 'workflows', 'index.js'),
  // The one piece of runtime/ that runs inside the sandbox: it encrypts messages and stacks of failures.
  failureConverterPath: path.join(outDir, 'runtime', 'failureConverter.cjs'),
});

const mapComment = /\/\/# sourceMappingURL=data:application\/json;charset=utf-8;base64,(\S+)\s*$/;
const encodedMap = mapComment.exec(code)?.[1];
if (encodedMap === undefined) throw new Error('the bundle carries no source map, so its modules cannot be listed');

// The build is made under a temporary name; with its final name the same sources give the same bytes.
const underFinalName = (text) => text.replaceAll(path.basename(outDir), 'dist');
const body = underFinalName(code.replace(mapComment, ''));
const map = underFinalName(Buffer.from(encodedMap, 'base64').toString('utf8'));
const modules = JSON.parse(map)
  .sources.filter((source) => path.isAbsolute(source))
  .map((source) => path.relative(process.cwd(), source).replace(/^dist\//, ''))
  .sort();

const whole = `${body}//# sourceMappingURL=data:application/json;charset=utf-8;base64,${Buffer.from(map).toString('base64')}\n`;
// The SDK puts this same hash into a worker's build id, by which the doctor sees who runs an older bundle.
const version = createHash('sha256').update(whole).digest('hex');
fs.writeFileSync(path.join(outDir, 'workflow-bundle.js'), whole);
fs.writeFileSync(path.join(outDir, 'workflow-bundle.json'), `${JSON.stringify({ version, sources, modules }, null, 2)}\n`);
