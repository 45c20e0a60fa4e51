import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { distDir } from '../lib/files.mjs';
import { fault, good, skipped } from './finding.mjs';

/** The web side and what lies beyond the hub. */
export const outsideChecks = (env) => [
  { name: 'web side', run: () => webSide(env) },
  { name: 'mail', run: () => mail(env) },
  { name: 'Kho', run: () => kho(env) },
  { name: 'signing service', run: () => signing(env) },
  { name: 'time-stamps', run: () => timestamps(env) },
  { name: 'revocation lists', run: () => revocationLists(env) },
  { name: 'OCSP responders', run: () => responders(env) },
];

const get = (url, options) => fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000), ...options });
/** A stand-in on this machine comes with the hub; every other service has somebody to ask. */
const remedyAt = (address, otherwise) => (/^(127\.0\.0\.1|localhost|\[::1\])$/.test(new URL(address).hostname) ? 'start the hub (npm start): this service of the sandbox comes with it' : otherwise);
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
  const remedy = remedyAt(SMTP_URL, 'check SMTP_URL; mails wait in the outbox meanwhile and go out by themselves');
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
    return fault(`does not answer at ${KHO_URL} (${causeOf(error)})`, remedyAt(KHO_URL, 'check KHO_URL and the line; packets wait and go out by themselves'));
  }
}

async function signing({ SIGNING_URL }) {
  if (!SIGNING_URL) return fault('no address', 'set SIGNING_URL and SIGNING_CLIENT_SECRET');
  try {
    const response = await get(SIGNING_URL);
    return response.status < 500 ? good(`answers at ${SIGNING_URL}`) : fault(`HTTP ${response.status}`, 'ask the signing service; batches resume by themselves');
  } catch (error) {
    return fault(`does not answer at ${SIGNING_URL} (${causeOf(error)})`, remedyAt(SIGNING_URL, 'check SIGNING_URL; batches resume by themselves'));
  }
}

const load = (entry) => import(pathToFileURL(path.join(distDir, entry)).href);
const waits = 'sealed cards wait and are received by themselves';
/** @returns {Buffer[]} */
const certificatesIn = (file) => fs.readFileSync(file, 'utf8').split(/(?=-----BEGIN CERTIFICATE-----)/).filter((part) => part.includes('BEGIN')).map((part) => new X509Certificate(part).raw);

let table;
/**
 * What two administrators have set, once there is anything: the settings only fill empty tables. Without a database to ask, the settings.
 * @returns {Promise<{tsa: string[], crls: string[], ocsps: {address: string, authority: string}[], anchors: {der: Buffer, authority: string}[], tsaAnchors: Buffer[] | null}>}
 */
async function trustInForce({ DATABASE_URL, HUB_TSA_URL, HUB_CRL_URLS }) {
  const fromSettings = { tsa: HUB_TSA_URL ? [HUB_TSA_URL] : [], crls: (HUB_CRL_URLS ?? '').split(/\s+/).filter((one) => one !== ''), ocsps: [], anchors: [], tsaAnchors: null };
  if (!DATABASE_URL) return fromSettings;
  const [{ openDatabase }, { anchorsInForce, sourcesInForce }] = await Promise.all([load('db/connect.js'), load('db/trust/inForce.js')]);
  const db = openDatabase(DATABASE_URL, 1);
  try {
    const sources = await sourcesInForce(db);
    if (sources.length === 0) return fromSettings;
    const of = (kind) => sources.filter((one) => one.kind === kind).map(({ address }) => address);
    const anchors = await anchorsInForce(db);
    return { tsa: of('tsa').slice(0, 1), crls: of('crl'), ocsps: sources.filter(({ kind }) => kind === 'ocsp'), anchors, tsaAnchors: anchors.filter(({ uses }) => uses.includes('timestamp')).map(({ der }) => der) };
  } catch {
    // A database that does not answer, or has no tables yet, is another line's finding.
    return fromSettings;
  } finally {
    await db.destroy();
  }
}
const trust = (env) => (table ??= trustInForce(env));

/** Asks for a real token over random bytes and verifies it as a receipt would, revocation of its certificate apart (the next line). */
async function timestamps(env) {
  const { HUB_TSA_ANCHORS, HUB_OPENSSL } = env;
  const { tsa: [address], tsaAnchors } = await trust(env);
  if (!address || (tsaAnchors === null && !HUB_TSA_ANCHORS)) return fault('no address', 'set HUB_TSA_URL and HUB_TSA_ANCHORS, or add them on the page "Nguồn tin cậy"');
  const [{ findOpenssl }, { positiveInteger, writeTimestampQuery }, { readTimestampReply, readTimestampToken }, { verifyTimestamp }, { createPathValidator }] = await Promise.all([
    load('formats/trust/opensslCommand.js'), load('formats/evidence/timestampQuery.js'), load('formats/evidence/timestampToken.js'), load('formats/evidence/verifyTimestamp.js'), load('formats/trust/validator.js'),
  ]);
  const openssl = await findOpenssl(HUB_OPENSSL);
  if (openssl.path === null) return fault(openssl.fault, 'install it, or set HUB_OPENSSL to its absolute path');
  const [digest, nonce] = [randomBytes(32), randomBytes(16)];
  let reply;
  try {
    const response = await get(address, { method: 'POST', headers: { 'content-type': 'application/timestamp-query' }, body: writeTimestampQuery({ digest, nonce, policy: null }) });
    if (!response.ok) return fault(`HTTP ${response.status} at ${address}`, `ask the time-stamping service; ${waits}`);
    reply = readTimestampReply(Buffer.from(await response.arrayBuffer()));
  } catch (error) {
    return fault(`does not answer at ${address} (${causeOf(error)})`, remedyAt(address, `check the address on the page "Nguồn tin cậy" and the line; ${waits}`));
  }
  if (reply?.granted !== true) return fault(reply === null ? 'answers with no time-stamp' : `refuses (status ${reply.status})`, `ask the time-stamping service; ${waits}`);
  let anchors;
  try {
    anchors = tsaAnchors ?? certificatesIn(HUB_TSA_ANCHORS);
  } catch (error) {
    return fault(`${HUB_TSA_ANCHORS} cannot be read (${error.code ?? error.message})`, 'set HUB_TSA_ANCHORS to a PEM file of its roots');
  }
  const answer = await verifyTimestamp({ opensslPath: openssl.path, validator: createPathValidator({ opensslPath: openssl.path }) }, { token: reply.token, digest, nonce: positiveInteger(nonce), anchors, crls: [] });
  // Without a list its path cannot be proven, and that is all that may be missing here.
  if (answer.verdict === 'invalid') return fault(`the token does not verify: ${answer.path?.code ?? answer.code}`, 'check the authorities for time-stamps on the page "Nguồn tin cậy" (HUB_TSA_ANCHORS): the root of this service must be among them');
  const skew = Math.abs(readTimestampToken(reply.token).genTime.getTime() - Date.now()) / 1_000;
  return skew <= 300 ? good(`a token that verifies, clock within ${skew.toFixed(1)} s (${openssl.version})`) : fault(`its clock differs by ${skew.toFixed(0)} s from ours`, 'let this machine keep time by NTP; if it does, tell the service');
}

async function revocationLists(env) {
  const { crls: addresses, ocsps } = await trust(env);
  if (addresses.length === 0) return ocsps.length > 0 ? skipped('no list; the responders are asked') : fault('no address', 'set HUB_CRL_URLS to the lists of all accepted certificate authorities, separated by spaces');
  const { readCrl } = await load('formats/trust/crl.js');
  const faults = await Promise.all(addresses.map(async (address) => {
    try {
      const response = await get(address);
      if (!response.ok) return [`HTTP ${response.status} at ${address}`];
      const crl = readCrl(Buffer.from(await response.arrayBuffer()));
      if (crl === null) return [`no revocation list at ${address}`];
      return crl.nextUpdate > Date.now() ? [] : [`the list at ${address} ran out on ${new Date(crl.nextUpdate).toISOString()}`];
    } catch (error) {
      return [`${address} does not answer (${causeOf(error)})`];
    }
  }));
  const found = faults.flat();
  return found.length === 0 ? good(`${addresses.length} current`) : fault(found.join('; '), remedyAt(addresses[0], `ask the certificate authority; ${waits}`));
}

/** Asks about an authority's own certificate: what is said of it does not matter, that an answer comes in its form does. */
async function responders(env) {
  const { ocsps, anchors } = await trust(env);
  if (ocsps.length === 0) return skipped('none set; revocation comes from the lists');
  const [{ readPathCertificate }, { writeOcspQuery }] = await Promise.all([load('formats/trust/certificate.js'), load('formats/trust/ocspQuery.js')]);
  const found = (await Promise.all(ocsps.map(async ({ address, authority }) => {
    const certificate = readPathCertificate((anchors.find((one) => one.authority === authority) ?? anchors[0])?.der ?? Buffer.alloc(0));
    if (certificate === null) return [`no authority to ask ${address} about`];
    try {
      const body = writeOcspQuery({ certificate, issuer: certificate, nonce: randomBytes(16) });
      const response = await get(address, { method: 'POST', headers: { 'content-type': 'application/ocsp-request' }, body });
      const type = response.headers.get('content-type') ?? 'no type';
      await response.arrayBuffer();
      return response.ok && type.startsWith('application/ocsp-response') ? [] : [`HTTP ${response.status} (${type}) at ${address}`];
    } catch (error) {
      return [`${address} does not answer (${causeOf(error)})`];
    }
  }))).flat();
  return found.length === 0 ? good(`${ocsps.length} answer`) : fault(found.join('; '), remedyAt(ocsps[0].address, `ask the certificate authority; where lists settle everything nobody waits for it, else ${waits}`));
}
