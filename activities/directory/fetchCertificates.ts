import { X509Certificate } from 'node:crypto';
import { accountsWithoutCertificate, bindCertificates, markCertificatesFetched, type AccountWithoutCertificate, type FoundCertificate } from '../../db/directory/certificates.js';
import { certificateFacts, type CertificateFacts } from '../../formats/signature/certificate.js';
import type { ActivityDeps } from '../deps.js';

const AT_ONCE = 8;
const MOST = 2_000;

/**
 * Asks the signing service for the certificates of accounts we do not know yet. A certificate that names somebody else is not bound:
 * the directory then shows the person as without certificate.
 * @param uploadId the workbook that brought the accounts
 */
export async function fetchCertificates(deps: ActivityDeps, uploadId: string): Promise<void> {
  const accounts = await accountsWithoutCertificate(deps.db, MOST);
  for (let start = 0; start < accounts.length; start += AT_ONCE) {
    const found = await Promise.all(accounts.slice(start, start + AT_ONCE).map((account) => fetchOne(deps, account)));
    await deps.db.transaction((trx) => bindCertificates(trx, found.filter((one) => one !== null)));
  }
  await markCertificatesFetched(deps.db, uploadId);
}

async function fetchOne(deps: ActivityDeps, { account, kind, ownerId, uid }: AccountWithoutCertificate): Promise<FoundCertificate | null> {
  const pem = await deps.signing.certificate(account);
  if (pem === null) return null;
  const certificate = new X509Certificate(pem);
  const facts = certificateFacts(certificate.raw);
  if (facts === null || nameOf(facts) !== uid) {
    deps.log.warn({ account, code: 'certificate-of-another' }, 'the signing service gave a certificate that names somebody else');
    return null;
  }
  return {
    kind, ownerId, uid, der: certificate.raw.toString('base64'), fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(), serial: certificate.serialNumber,
    validFrom: new Date(certificate.validFrom).toISOString(), validTo: new Date(certificate.validTo).toISOString(),
  };
}

function nameOf({ holder }: CertificateFacts): string | null {
  switch (holder.kind) {
    case 'person': return `CCCD:${holder.personalNumber}`;
    case 'organisation': return `MST:${holder.taxCode}`;
    case 'unnamed': return null;
  }
}
