import { X509Certificate } from 'node:crypto';
import { accountsWithoutCertificate, bindCertificates, isStillOut, markCertificatesFetched, type AccountWithoutCertificate, type FoundCertificate } from '../../db/directory/certificates.js';
import { certificateFacts, type CertificateFacts } from '../../formats/signature/certificate.js';
import { PLAIN_QUESTION } from '../../formats/trust/question.js';
import type { ActivityDeps } from '../deps.js';

const AT_ONCE = 8;
/** Written down after so many: what an attempt has found stays found. */
const TOGETHER = 200;
/** Accounts read in one go; a merged province has twenty thousand. */
const PAGE = 1_000;

/**
 * Asks the signing service for the certificates of accounts we do not know yet. A certificate that names somebody else, is
 * another than the Sở has recorded, or comes from an issuer we do not know, is not bound: the directory then shows the person as without certificate.
 * @param uploadId the workbook that brought the accounts
 */
export async function fetchCertificates(deps: ActivityDeps, uploadId: string): Promise<void> {
  if (await isStillOut(deps.db, uploadId)) return;
  for (let page = await accountsWithoutCertificate(deps.db, { after: null, limit: PAGE }); page.length > 0; page = await accountsWithoutCertificate(deps.db, { after: page.at(-1)!, limit: PAGE })) {
    for (let start = 0; start < page.length; start += TOGETHER) {
      const fetched = await fetchAll(deps, page.slice(start, start + TOGETHER));
      // Asked in one turn, so that one process judges them all: it takes longer to start than to judge a dozen.
      const found = await Promise.all(fetched.map(({ account, pem }) => judgeOne(deps, account, pem)));
      await deps.db.transaction((trx) => bindCertificates(trx, found.filter((one) => one !== null)));
    }
  }
  await markCertificatesFetched(deps.db, uploadId);
}

type Fetched = { account: AccountWithoutCertificate; pem: string };

/** Those of whom the service knows a certificate, a few questions at a time. */
async function fetchAll({ signing }: ActivityDeps, accounts: readonly AccountWithoutCertificate[]): Promise<Fetched[]> {
  const fetched: Fetched[] = [];
  for (let start = 0; start < accounts.length; start += AT_ONCE) {
    const pems = await Promise.all(accounts.slice(start, start + AT_ONCE).map(async (account) => ({ account, pem: await signing.certificate(account.account) })));
    fetched.push(...pems.flatMap(({ account, pem }) => (pem === null ? [] : [{ account, pem }])));
  }
  return fetched;
}

async function judgeOne(deps: ActivityDeps, { kind, ownerId, uid, stated }: AccountWithoutCertificate, pem: string): Promise<FoundCertificate | null> {
  const facts = read(pem);
  const fault = facts === null ? 'certificate-unreadable' : nameOf(facts) !== uid ? 'certificate-of-another' : stated !== null && stated !== facts.fingerprint ? 'certificate-not-stated'
    : await pathFault(deps, kind, facts);
  if (facts === null || fault !== null) {
    // The owner's id, not the account: services name accounts by the person's number.
    deps.log.warn({ kind, ownerId, code: fault }, 'the signing service gave a certificate that is not bound');
    return null;
  }
  const { certificate } = facts;
  return {
    kind, ownerId, uid, der: certificate.raw.toString('base64'), fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(), serial: certificate.serialNumber,
    validFrom: new Date(certificate.validFrom).toISOString(), validTo: new Date(certificate.validTo).toISOString(),
  };
}

/** PEM of one certificate; null when it is none: one bad account must not keep all others waiting. */
function read(pem: string): CertificateFacts | null {
  try {
    return certificateFacts(new X509Certificate(pem).raw);
  } catch {
    return null;
  }
}

/**
 * Refused here and not first when the seal's cards are received, when the whole school has signed. One that has run out is bound: its
 * page says so. Revocation is judged at receipt, by the lists of that time.
 */
async function pathFault({ anchors, trust }: ActivityDeps, kind: 'person' | 'organisation', { certificate }: CertificateFacts): Promise<string | null> {
  const answer = await trust.validator.ask({
    ...PLAIN_QUESTION, certificate: certificate.raw, anchors: (await anchors(kind)).map(({ raw }) => raw), role: kind, revocation: 'none', weakAuthorities: await trust.weakAuthorities(),
  });
  return answer.verdict === 'valid' || answer.code === 'expired' || answer.code === 'not-yet-valid' ? null : answer.code;
}

function nameOf({ holder }: CertificateFacts): string | null {
  switch (holder.kind) {
    case 'person': return `CCCD:${holder.personalNumber}`;
    case 'organisation': return `MST:${holder.taxCode}`;
    case 'unnamed': return null;
  }
}
