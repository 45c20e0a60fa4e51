import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { apiSettings, workerSettings } from '../../runtime/settings.js';
import { projectRoot } from '../support/projectRoot.js';

const read = (name: string): string => readFileSync(path.join(projectRoot, name), 'utf8');
const compose = read('docker-compose.yml');
const example = read('.env.example');

/** Lines of one service or extension block, by its head's indentation. */
function block(head: string): string {
  const lines = compose.split('\n');
  const start = lines.findIndex((line) => line.trimStart().startsWith(head));
  assert.notEqual(start, -1, `docker-compose.yml has no ${head}`);
  const indentation = /^ */.exec(lines[start] ?? '')?.[0].length ?? 0;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.trim() !== '' && !line.trimStart().startsWith('#') && (/^ */.exec(line)?.[0].length ?? 0) <= indentation);
  return rest.slice(0, end === -1 ? rest.length : end).join('\n');
}

const settingNames = (text: string): string[] => [...text.matchAll(/^\s+([A-Z][A-Z0-9_]+):/gm)].map((match) => match[1] ?? '');

const plausible: Readonly<Record<string, string>> = {
  HUB_MODE: 'production',
  HUB_BASE_URL: 'https://hub.example',
  HUB_PROVINCE_CODE: '92',
  HUB_LOG_LEVEL: 'info',
  HUB_SECRET_KEY: Buffer.from(Array.from({ length: 32 }, (_, at) => at)).toString('base64'),
  DATABASE_URL: 'postgres://hub_worker:x@postgres:5432/hub',
  TEMPORAL_ADDRESS: 'temporal:7233',
  TEMPORAL_NAMESPACE: 'hub',
  SMTP_URL: 'smtps://mail.example:465',
  MAIL_FROM: 'hub@example.vn',
  KHO_URL: 'https://kho.example',
  KHO_USER: 'so',
  KHO_PASSWORD: 'x',
  KHO_UNIT_CODE: '99',
  SIGNING_URL: 'https://sign.example',
  SIGNING_CLIENT_SECRET: 'long enough for it',
  HUB_TRUST_ANCHORS: '/etc/hub/anchors.pem',
  HUB_TSA_URL: 'http://tsa.example',
  HUB_TSA_ANCHORS: '/etc/hub/tsa-anchors.pem',
  HUB_CRL_URLS: 'http://crl.example/ca.crl',
  HUB_PORT: '8600',
  HUB_TRUSTED_PROXIES: '172.18.0.1',
};
const environmentOf = (...blocks: string[]): Record<string, string> =>
  Object.fromEntries(blocks.flatMap((text) => settingNames(text)).flatMap((name) => (plausible[name] === undefined ? [] : [[name, plausible[name]]])));

describe('docker-compose.yml', () => {
  test('gives a worker and the api every setting that they refuse to start without', () => {
    const shared = block('x-hub-settings:');
    assert.doesNotThrow(() => workerSettings(environmentOf(shared, block('x-worker:'))));
    assert.doesNotThrow(() => apiSettings(environmentOf(shared, block('api:'))));
  });

  test('asks for nothing that .env.example does not explain', () => {
    const explained = new Set([...example.matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map((match) => match[1]));
    const asked = [...compose.matchAll(/\$\{([A-Z][A-Z0-9_]+):?\?/g)].map((match) => match[1] ?? '');
    assert.ok(asked.length > 10);
    assert.deepEqual(asked.filter((name) => !explained.has(name)), []);
  });

  test('has no default for a secret, and neither has .env.example', () => {
    assert.deepEqual([...compose.matchAll(/\$\{([A-Z_]*(?:PASSWORD|SECRET)[A-Z_]*):?-[^}]/g)].map((match) => match[1]), []);
    assert.deepEqual([...example.matchAll(/^([A-Z_]*(?:PASSWORD|SECRET)[A-Z_]*)=.+$/gm)].map((match) => match[1]), []);
  });

  test('runs every queue as a service of its own', () => {
    for (const queue of ['core', 'batch', 'outbound']) assert.match(block(`worker-${queue}:`), new RegExp(`workerMain\\.js, ${queue}\\]`));
  });
});
