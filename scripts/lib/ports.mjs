import net from 'node:net';
import path from 'node:path';
import { SetupError } from './report.mjs';
import { readJson, writeJson } from './files.mjs';

/**
 * What a first start would like. A hub in the usual place takes these when they are free, since people remember them.
 */
const wished = {
  api: 8600,
  mailboxHttp: 8601,
  signing: 8602,
  kho: 8603,
  temporalUi: 8604,
  mailboxSmtp: 8605,
  temporal: 8606,
  postgres: 8607,
  trust: 8608,
};

/** Ports whose address stands in mails and bookmarks: another number would break a link that a person holds. */
const keptInLinks = new Set(['api', 'mailboxHttp', 'signing', 'temporalUi']);

// Below the usual range of outgoing connections (32768 and up), or one of those could sit on our port at the next start.
const lowest = 20_000;
const highest = 32_000;

/**
 * The hub's ports, chosen once and used again, since mailed links contain them.
 * @param {string} hubDir @param {{usual: boolean, overrides?: Record<string, number>, onProgress: (line: string) => void}} options
 * @returns {Promise<Record<keyof typeof wished, number>>}
 */
export async function claimPorts(hubDir, { usual, overrides = {}, onProgress }) {
  const file = path.join(hubDir, 'run', 'ports.json');
  const kept = readJson(file) ?? {};
  const ports = {};
  const taken = new Set();
  for (const name of Object.keys(wished)) {
    ports[name] = await choose(name, { kept: kept[name], override: overrides[name], usual, taken, onProgress });
    taken.add(ports[name]);
  }
  if (JSON.stringify(ports) !== JSON.stringify(kept)) writeJson(file, ports);
  return ports;
}

async function choose(name, { kept, override, usual, taken, onProgress }) {
  const settled = override ?? kept;
  if (settled !== undefined) {
    if (await isFree(settled)) return settled;
    if (override !== undefined || keptInLinks.has(name)) {
      throw new SetupError(
        `port ${settled} (${name}) is used by another program; stop that program, or delete run/ports.json in the hub's folder to choose anew (links already mailed then stop working)`,
      );
    }
    onProgress(`port ${settled} (${name}) is used by another program; choosing another`);
  }
  if (settled === undefined && usual && !taken.has(wished[name]) && (await isFree(wished[name]))) return wished[name];
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new SetupError(`no free port between ${lowest} and ${highest}`);
}

/** @returns {Promise<boolean>} whether nothing listens there and we may. */
export function isFree(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** @returns {Promise<boolean>} whether something accepts connections there. */
export function answers(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host, timeout: 1_000 });
    const end = (value) => {
      socket.destroy();
      resolve(value);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false)).once('timeout', () => end(false));
  });
}
