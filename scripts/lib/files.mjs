import fs from 'node:fs';
import path from 'node:path';
import { createHash, randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';

/** The checkout: the folder that holds package.json. */
export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const distDir = path.join(projectRoot, 'dist');

/** Everything a running hub keeps, one folder per hub, so that a test's hub lives beside the user's. */
export const defaultHubDir = path.join(projectRoot, '.hub');

/** @returns {string} first hex digits of the sha256 of a text; names places, proves nothing. */
export const shortHash = (text, length = 12) => createHash('sha256').update(text).digest('hex').slice(0, length);

/** @returns {string} a name beside `target` that no other process takes; made things are renamed from it when proven. */
export const temporaryBeside = (target) => `${target}.tmp-${process.pid}-${randomBytes(4).toString('hex')}`;

/** @returns {any} parsed JSON, or undefined when the file is not there. A broken file is an error, not an absence. */
export function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes by rename, so that a kill leaves the old content or the new one, never half of it. */
export function writeFileWhole(file, content, mode = 0o644) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const temporary = temporaryBeside(file);
  const handle = fs.openSync(temporary, 'w', mode);
  try {
    fs.writeSync(handle, content);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  fs.renameSync(temporary, file);
}

export const writeJson = (file, value, mode) => writeFileWhole(file, `${JSON.stringify(value, null, 2)}\n`, mode);

/** Removes what interrupted runs left under temporary names beside `target`. */
export function removeLeftovers(target) {
  const folder = path.dirname(target);
  if (!fs.existsSync(folder)) return;
  const prefix = `${path.basename(target)}.tmp-`;
  for (const name of fs.readdirSync(folder)) {
    if (name.startsWith(prefix)) fs.rmSync(path.join(folder, name), { recursive: true, force: true, maxRetries: 10 });
  }
}
