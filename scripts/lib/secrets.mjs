import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { readJson, writeJson } from './files.mjs';

const makers = {
  databaseOwnerPassword: () => randomBytes(18).toString('base64url'),
  databaseApiPassword: () => randomBytes(18).toString('base64url'),
  databaseWorkerPassword: () => randomBytes(18).toString('base64url'),
  /** AES-256 key of the payload codec and of what is encrypted at rest. */
  secretKey: () => randomBytes(32).toString('base64'),
  khoPassword: () => randomBytes(18).toString('base64url'),
  signingClientSecret: () => randomBytes(18).toString('base64url'),
};

/**
 * This hub's secrets, generated at its first start and kept readable by its owner alone.
 * @param {string} hubDir @returns {Record<keyof typeof makers, string>}
 */
export function hubSecrets(hubDir) {
  const file = path.join(hubDir, 'secrets.json');
  const kept = readJson(file) ?? {};
  const missing = Object.keys(makers).filter((name) => typeof kept[name] !== 'string');
  if (missing.length === 0) return kept;
  const secrets = { ...kept, ...Object.fromEntries(missing.map((name) => [name, makers[name]()])) };
  writeJson(file, secrets, 0o600);
  return secrets;
}
