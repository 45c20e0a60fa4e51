import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { projectRoot } from '../support/projectRoot.js';

const readme = readFileSync(path.join(projectRoot, 'README.md'), 'utf8');
const { dependencies, devDependencies, scripts } = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as Record<'dependencies' | 'devDependencies' | 'scripts', Record<string, string>>;
const table = readme.slice(readme.indexOf('\n## Dependencies'), readme.indexOf('\n## What is not ready'));

describe('README.md', () => {
  test('gives every dependency its job', () => {
    const named = new Set([...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell]) => cell!.split(', ')));
    const own = (name: string): boolean => named.has(name) || (name.startsWith('@temporalio/') && named.has('@temporalio/*'));
    const missing = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !name.startsWith('@types/') && !own(name));
    assert.deepEqual(missing, []);
  });

  test('names no dependency that is gone', () => {
    const present = Object.keys({ ...dependencies, ...devDependencies });
    const gone = [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell]) => cell!.split(', '))
      .filter((name) => !['package', '---'].includes(name) && !present.some((one) => one === name || (name.endsWith('/*') && one.startsWith(name.slice(0, -1)))));
    assert.deepEqual(gone, []);
  });

  test('links to files that are there', () => {
    const links = [...readme.matchAll(/\]\(((?:docs|scripts)\/[^)#]+)\)/g)].map(([, target]) => target!);
    assert.ok(links.length > 5);
    assert.deepEqual(links.filter((target) => !existsSync(path.join(projectRoot, target))), []);
  });

  test('names only commands that exist', () => {
    const named = [...readme.matchAll(/`npm run ([a-z]+)/g)].map(([, name]) => name!);
    assert.ok(named.length > 3);
    assert.deepEqual(named.filter((name) => scripts[name] === undefined), []);
  });
});
