import { createPublicKey } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type RequestHandler } from 'express';
import { z } from 'zod';
import { findOpenssl } from '../../formats/trust/opensslCommand.js';
import { playCommonFaults } from '../process/commonFaults.js';
import { FaultScript } from '../process/faults.js';
import { replaceFile } from '../process/replaceFile.js';
import { answerErrors, closeServer, directorySetting, listen, portOf, portSetting, type RunningStandIn } from '../process/serve.js';
import type { Subject } from './certificate.js';
import { CertificateAuthority } from './certificateAuthority.js';
import { AUTHORITY_CODES, issueInput, liftInput, revokeInput, trustFaults, type AuthorityCode, type TrustFaults } from './messages.js';
import { OcspResponder } from './ocspResponder.js';
import { trustPages } from './pages.js';
import { TimeStamper } from './timeStamper.js';

export const trustSettings = {
  TRUST_PORT: portSetting,
  TRUST_DIR: directorySetting,
  /** How long one CRL holds; the next one comes at half of it, or at once when a certificate is revoked. */
  TRUST_CRL_MS: z.coerce.number().int().min(2_000).default(3_600_000),
  /** Absolute; default: the first of the usual places. */
  HUB_OPENSSL: z.string().startsWith('/').optional(),
};
export type TrustSettings = z.infer<z.ZodObject<typeof trustSettings>>;

const SUBJECTS = {
  mot: { commonName: 'Tổ chức chứng thực mô phỏng Một', organisation: 'Dịch vụ tin cậy mô phỏng' },
  hai: { commonName: 'Tổ chức chứng thực mô phỏng Hai', organisation: 'Dịch vụ tin cậy mô phỏng' },
} as const satisfies Record<AuthorityCode, Subject>;

/**
 * The trust services of the sandbox: two certificate authorities with their CRLs and OCSP responders, and a time-stamping authority.
 * `anchors.pem` holds both roots, `tsa-anchors.pem` the root of the time-stamps; `HUB_MODE=production` refuses them.
 */
export async function startTrust(settings: TrustSettings): Promise<RunningStandIn> {
  const { TRUST_DIR: directory } = settings;
  const openssl = await findOpenssl(settings.HUB_OPENSSL);
  if (openssl.path === null) throw new Error(openssl.fault);
  const opensslPath = openssl.path;
  await mkdir(directory, { recursive: true });
  const faults = await FaultScript.open(join(directory, 'faults.json'), trustFaults);
  const authorities = await Promise.all(AUTHORITY_CODES.map((code) => CertificateAuthority.open({ code, directory, subject: SUBJECTS[code], crlMs: settings.TRUST_CRL_MS })));
  const [first] = authorities as [CertificateAuthority, ...CertificateAuthority[]];
  const byCode = new Map<string, CertificateAuthority>(authorities.map((authority) => [authority.code, authority]));
  const stamper = await TimeStamper.open(directory, first, opensslPath);
  const responders = new Map(await Promise.all(authorities.map(async (authority) => [authority.code, await OcspResponder.open(directory, authority, opensslPath)] as const)));
  await replaceFile(join(directory, 'anchors.pem'), authorities.map(({ certificate }) => certificate).join(''));
  await replaceFile(join(directory, 'tsa-anchors.pem'), first.certificate);

  const app = express().disable('x-powered-by').set('etag', false);
  const common = playCommonFaults(faults);
  app.post('/tsa', common, unlessDown(faults, 'tsaDown'), bytes('application/timestamp-query'), async (request, response) => {
    const answer = await stamper.answer(request.body as Buffer);
    // The token ends with its signature: one changed bit there is a token that proves nothing.
    if (await faults.take('corruptTokenNext')) answer[answer.length - 1] = (answer.at(-1) ?? 0) ^ 1;
    response.type('application/timestamp-reply').send(answer);
  });
  app.get('/crl/:code.crl', common, unlessDown(faults, 'crlDown'), async (request, response) => {
    const authority = byCode.get(String(request.params['code']));
    if (authority === undefined) return void response.status(404).json({ error: 'unknown-authority' });
    const { der, number } = await authority.crl();
    const tag = `"${authority.code}-${number}"`;
    response.set('etag', tag);
    if (request.headers['if-none-match'] === tag) response.status(304).end();
    else response.type('application/pkix-crl').send(der);
  });
  app.post('/ocsp/:code', common, unlessDown(faults, 'ocspDown'), bytes('application/ocsp-request'), async (request, response) => {
    const responder = responders.get(String(request.params['code']));
    if (responder === undefined) return void response.status(404).json({ error: 'unknown-authority' });
    response.type('application/ocsp-response').send(await responder.answer(request.body as Buffer));
  });

  const issuedAs = (certificate: string) => authorities.flatMap((authority) => authority.issued().map((one) => ({ authority, ...one }))).find((one) => one.serial === certificate || one.fingerprint === certificate);
  app.use(express.json({ limit: '1mb' }), express.urlencoded({ extended: false }));
  app.get('/sandbox/faults', faults.show).post('/sandbox/faults', faults.change);
  app.post('/sandbox/certificates', async (request, response) => {
    const { subject: { commonName, uid, organisation }, publicKey, authority, validFrom, validTo } = issueInput.parse(request.body);
    const { pem, fingerprint, serial } = await (byCode.get(authority ?? authorityOf(uid)) ?? first).issue({
      subject: { commonName, uid, ...(organisation === undefined ? {} : { organisation }) }, use: 'signer',
      publicKey: createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' }),
      ...(validFrom === undefined || validTo === undefined ? {} : { validity: { from: new Date(validFrom), to: new Date(validTo) } }),
    });
    response.json({ certificate: pem, fingerprint, serial });
  });
  app.post('/sandbox/revocations', async (request, response) => {
    const { certificate, reason, revokedAt, invalidAt } = revokeInput.parse(request.body);
    const entry = issuedAs(certificate);
    if (entry !== undefined) await entry.authority.revoke({ serial: entry.serial, revokedAt: new Date(revokedAt ?? Date.now()), reason, invalidAt: invalidAt === undefined ? null : new Date(invalidAt) });
    if (request.is('json')) response.status(entry === undefined ? 404 : 200).json(entry === undefined ? { error: 'unknown-certificate' } : { serial: entry.serial, authority: entry.authority.code });
    else response.redirect(303, `/?done=${entry === undefined ? 'unknown' : 'revoked'}`);
  });
  app.post('/sandbox/holds/lift', async (request, response) => {
    const entry = issuedAs(liftInput.parse(request.body).certificate);
    const lifted = entry !== undefined && await entry.authority.lift(entry.serial);
    if (request.is('json')) response.status(entry === undefined ? 404 : lifted ? 200 : 409).json(lifted ? { serial: entry.serial, authority: entry.authority.code } : { error: entry === undefined ? 'unknown-certificate' : 'not-held' });
    else response.redirect(303, `/?done=${entry === undefined ? 'unknown' : lifted ? 'lifted' : 'not-held'}`);
  });
  app.post('/sandbox/crls', async (_request, response) => {
    response.json(await Promise.all(authorities.map(async (authority) => ({ authority: authority.code, number: (await authority.nextCrl()).number }))));
  });
  app.use(trustPages(authorities));
  app.use(answerErrors);

  const server = await listen(app, settings.TRUST_PORT);
  return {
    ports: { port: portOf(server) },
    stop: async () => {
      await closeServer(server);
      await Promise.all(authorities.map((authority) => authority.close()));
    },
  };
}

/** Persons and organisations of one school thus have certificates of either authority, as in a real province. */
const authorityOf = (uid: string): AuthorityCode => AUTHORITY_CODES[Number(/\d(?!.*\d)/.exec(uid)?.[0] ?? 0) % 2] ?? 'mot';

const bytes = (type: string): RequestHandler => express.raw({ type, limit: '64kb' });

const unlessDown = (faults: FaultScript<TrustFaults>, which: 'tsaDown' | 'crlDown' | 'ocspDown'): RequestHandler => (_request, response, next) => {
  if (faults.now[which]) response.status(503).json({ error: 'simulated-outage' });
  else next();
};
