import type { KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOpenssl } from '../../formats/trust/opensslCommand.js';
import { openssl } from '../trust/openssl.js';

/** A key and its certificate (PEM) as the file under a password that an authority gives out (PKCS#12), made by OpenSSL's command. */
export async function softCertificate({ key, certificate, password }: { key: KeyObject; certificate: string; password: string }): Promise<Buffer> {
  const command = await findOpenssl(process.env['HUB_OPENSSL']);
  if (command.path === null) throw new Error(`no usable openssl command: ${command.fault}`);
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-soft-'));
  const [keyFile, certificateFile, passwordFile, out] = ['key.pem', 'certificate.pem', 'password', 'soft.p12'].map((name) => join(folder, name)) as [string, string, string, string];
  try {
    await writeFile(keyFile, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    await writeFile(certificateFile, certificate);
    // By a file and not in the command, where everybody on the machine could read it.
    await writeFile(passwordFile, password, { mode: 0o600 });
    await openssl(command.path, ['pkcs12', '-export', '-inkey', keyFile, '-in', certificateFile, '-passout', `file:${passwordFile}`, '-out', out]);
    return await readFile(out);
  } finally {
    await rm(folder, { recursive: true });
  }
}
