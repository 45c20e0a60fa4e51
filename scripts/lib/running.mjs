import path from 'node:path';
import { composeEnvironment } from './environment.mjs';
import { defaultHubDir, readJson } from './files.mjs';
import { ownerUrlOf } from './postgres.mjs';

/**
 * The environment of the hub in a folder, composed anew from what it keeps, for tools that run beside it.
 * @param {string} [hubDir] @returns {Record<string, Record<string, string>>} as composeEnvironment does
 */
export function runningEnvironment(hubDir = defaultHubDir) {
  const ports = readJson(path.join(hubDir, 'run', 'ports.json'));
  const secrets = readJson(path.join(hubDir, 'secrets.json'));
  if (!ports || !secrets) return {};
  const ownerUrl = process.env.DATABASE_URL ?? ownerUrlOf(ports.postgres, secrets.databaseOwnerPassword);
  const temporalAddress = process.env.TEMPORAL_ADDRESS ?? `127.0.0.1:${ports.temporal}`;
  return composeEnvironment({ hubDir, ports, secrets, ownerUrl, temporalAddress });
}
