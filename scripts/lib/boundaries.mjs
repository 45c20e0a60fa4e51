import fs from 'node:fs';
import path from 'node:path';
import { projectRoot } from './files.mjs';

/**
 * The import table of the design: one direction only. A folder may always import itself and packages; `types` folders
 * may be named in `import type` only. Checked on the text of the sources, where `import type` still shows.
 */
const table = {
  domain: { may: [], node: false, packages: false },
  workflows: { may: ['domain'], types: ['activities'], node: false, packages: [/^@temporalio\/(workflow|common)$/] },
  activities: { may: ['domain', 'formats', 'db', 'dashboards', 'runtime'], types: ['workflows'] },
  formats: { may: ['domain'] },
  db: { may: ['domain'] },
  api: { may: ['domain', 'db', 'formats', 'workflows', 'dashboards', 'runtime'] },
  dashboards: { may: ['domain'] },
  runtime: { may: ['domain'] },
  sandbox: { may: ['domain', 'formats'] },
};

const importPattern = /(?:^|[\n;])\s*(import|export)(\s+type)?\s+(?:[^'";]*?\bfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/**
 * @param {string} file path from the checkout, for the folder's rules @param {string} text its source
 * @returns {string[]} one sentence per import against the table
 */
export function faultsOf(file, text) {
  const folder = file.split('/')[0];
  const rules = table[folder];
  if (rules === undefined) return [];
  const faults = [];
  for (const [, , type, statically, dynamically] of text.matchAll(importPattern)) {
    const specifier = statically ?? dynamically;
    const allowed = specifier.startsWith('.') ? mayImportFile(file, specifier, rules, type !== undefined) : mayImportPackage(specifier, rules);
    if (!allowed) faults.push(`${file}: ${folder}/ may not import ${specifier}`);
  }
  return faults;
}

function mayImportFile(file, specifier, rules, isType) {
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
  const folder = target.split('/')[0];
  // Both ends of the exchange must not share one mistake, so the stand-in for the Kho reads and writes with code of its own.
  if (file.startsWith('sandbox/kho/') && folder === 'formats') return false;
  return folder === file.split('/')[0] || rules.may.includes(folder) || (isType && rules.types?.includes(folder) === true);
}

function mayImportPackage(specifier, rules) {
  if (specifier.startsWith('node:')) return rules.node !== false;
  if (Array.isArray(rules.packages)) return rules.packages.some((pattern) => pattern.test(specifier));
  return rules.packages !== false;
}

/** @returns {string[]} faults of every source of the product */
export function boundaryFaults() {
  return Object.keys(table).flatMap((folder) => {
    const home = path.join(projectRoot, folder);
    if (!fs.existsSync(home)) return [];
    return fs
      .readdirSync(home, { recursive: true })
      .filter((name) => /\.tsx?$/.test(name))
      .flatMap((name) => faultsOf(`${folder}/${name.split(path.sep).join('/')}`, fs.readFileSync(path.join(home, name), 'utf8')));
  });
}
