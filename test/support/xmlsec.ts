import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const XADES = 'http://uri.etsi.org/01903/v1.3.2#';
const installed = spawnSync('xmlsec1', ['--version']).status === 0;

/** `false` when the witness is there; else the reason that the test runner prints for each check that did not run. */
export const withoutXmlsec: string | false = installed ? false : 'xmlsec1 is not installed';

/**
 * What xmlsec1, a verifier not of ours, says of one Signature: path to the anchor at the time of signing, digests and value.
 * @param anchor PEM
 */
export function xmlsecAccepts(xml: Buffer, signatureId: string, anchor: string, at = '2026-06-03 00:00:00'): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'xmlsec-'));
  try {
    writeFileSync(join(folder, 'document.xml'), xml);
    writeFileSync(join(folder, 'anchor.pem'), anchor);
    const names = ['DANH_SACH_HOC_BA', 'DU_LIEU_HOC_BA', 'THONG_TIN_HOC_BA', 'GVCN', 'CBQL', `${XADES}:SignedProperties`];
    const ids = names.flatMap((name) => ['--id-attr:id', name, '--id-attr:Id', name]);
    const { status, stderr } = spawnSync('xmlsec1', [
      '--verify', '--node-id', signatureId, ...ids, '--id-attr:Id', `${DSIG}:Signature`, '--id-attr:Id', `${DSIG}:SignatureProperty`,
      '--enabled-key-data', 'x509', '--trusted-pem', join(folder, 'anchor.pem'), '--verification-time', at, join(folder, 'document.xml'),
    ], { encoding: 'utf8' });
    if (status !== 0 && !/FAIL|verification/.test(stderr)) throw new Error(`xmlsec1 could not judge: ${stderr}`);
    return status === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
