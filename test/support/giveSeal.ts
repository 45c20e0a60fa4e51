import { randomUUID, X509Certificate } from 'node:crypto';
import { newToken, tokenHash } from '../../api/auth/token.js';
import { openPkcs12 } from '../../formats/pkcs12/open.js';
import { row } from '../../db/connect.js';
import { fetchSoftSeal } from '../../sandbox/province/accounts.js';
import { pkcs12Of } from './pkcs12.js';
import { until, type Stage } from './stage.js';

/** A school's head gives the hub its seal by the page, over HTTP. @returns what nobody else must ever see: the key as PKCS#8 DER, and the file's password */
export async function giveSeal(stage: Stage, schoolIndex: number): Promise<{ key: Buffer; password: string }> {
  const { code, seal } = stage.province.schools[schoolIndex]!;
  const { id } = (await row<{ id: string }>(stage.db, `SELECT person_id AS id FROM active_grant WHERE school_code = :code AND role = 'principal'`, { code }))!;
  const env = stage.hub.env['api']!;
  const [token, csrf] = [newToken(), newToken()];
  await stage.db('account').insert({ person_id: id, user_name: id, password_hash: 'scrypt$x$x' }).onConflict().ignore();
  await stage.db('session').insert({ token_hash: tokenHash(token), person_id: id, csrf, expires_at: new Date(Date.now() + 3_600_000) });
  const { key, certificate } = await openPkcs12(await fetchSoftSeal(seal, env['SIGNING_URL']!), seal.pin);
  // Another than the PIN, whose six digits may stand anywhere.
  const password = `Mật khẩu con dấu ${randomUUID()}`;
  const file = pkcs12Of({ key, certificate: new X509Certificate(certificate), der: certificate }, password);
  const form = new FormData();
  for (const [name, value] of Object.entries({ csrf, decisionId: randomUUID(), password })) form.append(name, value);
  form.append('container', new Blob([new Uint8Array(file)]), 'con-dau.p12');
  const answer = await fetch(`${env['HUB_BASE_URL']!}/truong/${code}/chung-thu`, { method: 'POST', headers: { cookie: `hub_session=${token}` }, body: form, redirect: 'manual' });
  if (answer.status !== 303) throw new Error(`the page answered ${answer.status}: ${await answer.text()}`);
  await until(async () => await row(stage.db, 'SELECT 1 FROM seal_key WHERE school_code = :code AND used_from IS NOT NULL', { code }) !== undefined);
  return { key: key.export({ type: 'pkcs8', format: 'der' }), password };
}
