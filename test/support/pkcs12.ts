import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Signer } from './certificates.js';

/** A PKCS#12 file as openssl makes it. @param options of `openssl pkcs12 -export`; @param chain certificates beside the key's own */
export function pkcs12Of(who: Signer, password: string, options: readonly string[] = [], chain: readonly string[] = []): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'pkcs12-'));
  try {
    const [key, certificate, others, out] = ['key.pem', 'certificate.pem', 'chain.pem', 'soft.p12'].map((name) => join(folder, name)) as [string, string, string, string];
    writeFileSync(key, who.key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    writeFileSync(certificate, who.certificate.toString());
    writeFileSync(others, chain.join('\n'));
    const source = options.includes('-nokeys') ? [] : ['-inkey', key];
    const withCertificate = options.includes('-nocerts') ? [] : ['-in', certificate];
    const { status, stderr } = spawnSync('openssl', ['pkcs12', '-export', ...source, ...withCertificate, ...(chain.length === 0 ? [] : ['-certfile', others]), '-passout', `pass:${password}`, '-out', out, ...options], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return readFileSync(out);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
