import { randomBytes } from 'node:crypto';
import { readPathCertificate, type PathCertificate } from '../../formats/trust/certificate.js';
import { readOcsp } from '../../formats/trust/ocsp.js';
import { writeOcspQuery } from '../../formats/trust/ocspQuery.js';
import { isRoot, signedBy } from '../../formats/trust/paths.js';
import { Slots } from '../../formats/trust/slots.js';
import type { ActivityDeps } from '../deps.js';
import { OutsideFault } from '../fault.js';

/** A responder's answer about one certificate, or why there is none. Who signed it is the path validator's to judge. */
export type FetchedAnswer = { source: string; der: Buffer } | { source: string; fault: string };

const AT_ONCE = 4;
const MOST_STEPS = 8;
/** As far as two clocks may differ (spec §3.1). */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/**
 * Asks the responders that the Sở has set about certificates, and about the authorities on their way up. Where an authority has none, or
 * none that answers, there is simply no answer: what is unproven stays so.
 * @param known authorities' certificates, among them who issued what is asked about
 */
export async function askResponders(deps: Pick<ActivityDeps, 'sources' | 'trust'>, certificates: readonly Buffer[], known: readonly Buffer[]): Promise<FetchedAnswer[]> {
  const authorities = known.flatMap((der) => readPathCertificate(der) ?? []).filter(({ isAuthority }) => isAuthority);
  const asked = new Map<string, { certificate: PathCertificate; issuer: PathCertificate }>();
  for (const der of certificates) {
    let certificate = readPathCertificate(der);
    for (let step = 0; certificate !== null && !isRoot(certificate) && step < MOST_STEPS; step += 1) {
      const child: PathCertificate = certificate;
      const issuer = authorities.find((one) => one.subject === child.issuer && signedBy(child, one));
      if (issuer !== undefined) asked.set(child.fingerprint, { certificate: child, issuer });
      certificate = issuer ?? null;
    }
  }
  const slots = new Slots(AT_ONCE);
  return (await Promise.all([...asked.values()].map((pair) => slots.run(() => askAbout(deps, pair))))).flat();
}

/** The first usable answer, or why each address had none. */
async function askAbout({ sources, trust }: Pick<ActivityDeps, 'sources' | 'trust'>, pair: { certificate: PathCertificate; issuer: PathCertificate }): Promise<FetchedAnswer[]> {
  const faults: FetchedAnswer[] = [];
  for (const source of await trust.respondersOf(pair.issuer.fingerprint)) {
    const nonce = randomBytes(32);
    try {
      const der = await sources.ocsp(source, writeOcspQuery({ ...pair, nonce }));
      const answer = readOcsp(der);
      const statement = answer?.statements.find(({ serial }) => serial === pair.certificate.serial);
      if (answer === null || statement === undefined) faults.push({ source, fault: 'unexpected-answer' });
      else if (statement.status === 'unknown') faults.push({ source, fault: 'unknown-certificate' });
      // One without a nonce was made beforehand and holds for its window, as a list does; one with another answers somebody else.
      else if (answer.nonce !== null && !answer.nonce.equals(nonce)) faults.push({ source, fault: 'other-nonce' });
      else if (answer.producedAt > Date.now() + CLOCK_TOLERANCE_MS) faults.push({ source, fault: 'clock' });
      else return [{ source, der }];
    } catch (error) {
      if (!(error instanceof OutsideFault)) throw error;
      faults.push({ source, fault: error.code });
    }
  }
  return faults;
}
