import fs from 'node:fs';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { readJson, removeLeftovers, temporaryBeside, writeJson } from './files.mjs';

/** What making the sandbox's people leaves behind: accounts with their keys, the authorities that certified them, the Sở's certificate. */
const places = [['signing', 'accounts.jsonl'], ['trust'], ['demo', 'signing.json'], ['demo', 'packet-certificate.json']];
/** Orders to fail belong to one run. */
const leftOut = new Set(['faults.json']);
/** Certificates hold longer than this. */
const mostDays = 30;

/**
 * People, keys and certificates of a synthetic province, made once and kept in `kept/` of the hub's folder, which --fresh does not forget.
 * @param {string} hubDir @param {{name: string, people: string}} what name: of the province, with its seed; people: the sum of who they are
 */
export function keptPeople(hubDir, { name, people }) {
  const folder = path.join(hubDir, 'kept', name);
  const manifestFile = path.join(folder, 'manifest.json');

  const isWhole = () => {
    const manifest = fs.existsSync(manifestFile) ? readJson(manifestFile) : undefined;
    return manifest !== undefined && manifest.people === people && Date.now() - Date.parse(manifest.madeAt) < mostDays * 86_400_000
      && Object.entries(manifest.files).every(([file, sum]) => fs.existsSync(path.join(folder, file)) && sumOf(path.join(folder, file)) === sum);
  };

  return {
    /** Puts them into a hub that has nobody yet. @returns {boolean} whether they were there, unchanged and for exactly these people */
    furnish() {
      if (places.some((place) => fs.existsSync(path.join(hubDir, ...place))) || !isWhole()) return false;
      for (const file of Object.keys(readJson(manifestFile).files)) copy(path.join(folder, file), path.join(hubDir, file));
      return true;
    },
    /** Keeps those of the hub; by rename, so that a kill leaves all or nothing. */
    save() {
      if (isWhole()) return;
      const temporary = temporaryBeside(folder);
      const files = Object.fromEntries(places.flatMap((place) => filesUnder(hubDir, path.join(...place))).map((file) => {
        copy(path.join(hubDir, file), path.join(temporary, file));
        return [file, sumOf(path.join(temporary, file))];
      }));
      writeJson(path.join(temporary, 'manifest.json'), { madeAt: new Date().toISOString(), people, files }, 0o600);
      fs.rmSync(folder, { recursive: true, force: true });
      fs.renameSync(temporary, folder);
      removeLeftovers(folder);
    },
  };
}

/** Keys lie in it, so it is its owner's alone. */
function copy(from, to) {
  fs.mkdirSync(path.dirname(to), { recursive: true, mode: 0o700 });
  fs.copyFileSync(from, to);
  fs.chmodSync(to, 0o600);
}

const sumOf = (file) => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

function filesUnder(root, place) {
  if (!fs.statSync(path.join(root, place)).isDirectory()) return leftOut.has(path.basename(place)) ? [] : [place];
  return fs.readdirSync(path.join(root, place)).flatMap((name) => filesUnder(root, path.join(place, name)));
}
