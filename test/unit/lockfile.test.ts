import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { projectRoot } from '../support/projectRoot.js';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = <T>(name: string): T => JSON.parse(readFileSync(path.join(projectRoot, name), 'utf8')) as T;
const { packages } = read<{ packages: Readonly<Record<string, LockedPackage>> }>('package-lock.json');

describe('package-lock.json', () => {
  test('names every platform’s optional package, or npm ci would refuse it on a clean clone', () => {
    const missing = Object.entries(packages).flatMap(([place, entry]) =>
      Object.keys(entry.optionalDependencies ?? {})
        .filter((name) => packages[`node_modules/${name}`]?.version === undefined && packages[`${place}/node_modules/${name}`]?.version === undefined)
        .map((name) => `${place} → ${name}`),
    );
    assert.deepEqual(missing, []);
  });

  test('names no host', () => {
    assert.deepEqual(Object.entries(packages).filter(([, entry]) => entry.resolved !== undefined).map(([place]) => place), []);
  });

  test('holds no install script that package.json neither allows nor refuses', () => {
    const { allowScripts } = read<{ allowScripts: Readonly<Record<string, boolean>> }>('package.json');
    const undecided = Object.entries(packages)
      .filter(([place, entry]) => entry.hasInstallScript === true && allowScripts[place.replace(/^.*node_modules\//, '')] === undefined)
      .map(([place]) => place);
    assert.deepEqual(undecided, []);
  });
});
