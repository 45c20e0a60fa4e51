import net from 'node:net';
import { createHash } from 'node:crypto';
import { fault, good } from './finding.mjs';

/** The web side and what lies beyond the hub. */
export const outsideChecks = (env) => [
  { name: 'web side', run: () => webSide(env) },
  { name: 'mail', run: () => mail(env) },
  { name: 'Kho', run: () => kho(env) },
  { name: 'signing service', run: () => signing(env) },
];

const get = (url, options) => fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000), ...options });
const causeOf = (error) => error.cause?.code ?? error.cause?.message ?? error.message;

async function webSide({ HUB_BASE_URL }) {
  if (!HUB_BASE_URL) return fault('no address', 'start the hub (npm start), or set HUB_BASE_URL');
  try {
    const response = await get(new URL('/health', HUB_BASE_URL));
    return response.ok ? good(`answers at ${HUB_BASE_URL}`) : fault(`HTTP ${response.status} at ${HUB_BASE_URL}/health`, 'look into .hub/logs/api.log');
  } catch (error) {
    return fault(`does not answer at ${HUB_BASE_URL} (${causeOf(error)})`, 'start the hub (npm start); log: .hub/logs/api.log');
  }
}

/** The greeting is enough: a mail server that greets takes mail or says why in the outbox. */
function mail({ SMTP_URL }) {
  if (!SMTP_URL) return fault('no address', 'set SMTP_URL, for example smtps://user:password@mail.example:465');
  const { hostname, port, protocol } = new URL(SMTP_URL);
  const number = Number(port) || (protocol === 'smtps:' ? 465 : 587);
  const remedy = 'check SMTP_URL; mails wait in the outbox meanwhile and go out by themselves';
  return new Promise((resolve) => {
    const socket = net.connect({ host: hostname, port: number, timeout: 5_000 });
    const end = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('error', (error) => end(fault(`${hostname}:${number} does not answer (${error.code})`, remedy)));
    socket.once('timeout', () => end(fault(`${hostname}:${number} is silent`, remedy)));
    // With smtps the greeting comes inside TLS; that the port opens is what can be seen without a handshake.
    if (protocol === 'smtps:') socket.once('connect', () => end(good(`${hostname}:${number} takes connections`)));
    socket.once('data', (data) => {
      const greeting = data.toString('latin1').trim();
      end(greeting.startsWith('220') ? good(`${hostname}:${number} greets`) : fault(`${hostname}:${number} says ${greeting.slice(0, 60)}`, remedy));
    });
  });
}

async function kho({ KHO_URL, KHO_USER, KHO_PASSWORD }) {
  if (!KHO_URL || !KHO_USER || !KHO_PASSWORD) return fault('no address or account', 'set KHO_URL, KHO_USER, KHO_PASSWORD and KHO_UNIT_CODE as the Ministry gave them');
  try {
    const response = await get(new URL('/api/token', KHO_URL), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user_name: KHO_USER, password: createHash('sha256').update(KHO_PASSWORD).digest('hex') }),
    });
    if (response.ok) return good(`gives a token at ${KHO_URL}`);
    return fault(`HTTP ${response.status} for our account`, response.status === 401 ? 'check KHO_USER and KHO_PASSWORD' : 'the Kho is in trouble; packets wait and go out by themselves');
  } catch (error) {
    return fault(`does not answer at ${KHO_URL} (${causeOf(error)})`, 'check KHO_URL and the line; packets wait and go out by themselves');
  }
}

async function signing({ SIGNING_URL }) {
  if (!SIGNING_URL) return fault('no address', 'set SIGNING_URL and SIGNING_CLIENT_SECRET');
  try {
    const response = await get(SIGNING_URL);
    return response.status < 500 ? good(`answers at ${SIGNING_URL}`) : fault(`HTTP ${response.status}`, 'ask the signing service; batches resume by themselves');
  } catch (error) {
    return fault(`does not answer at ${SIGNING_URL} (${causeOf(error)})`, 'check SIGNING_URL; batches resume by themselves');
  }
}
