import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import type { ActivityDeps } from '../../activities/deps.js';
import type { FetchedList } from '../../activities/evidence/sources.js';
import { OutsideFault } from '../../activities/fault.js';
import { findOpenssl } from '../../formats/trust/opensslCommand.js';
import { Der } from '../../formats/trust/der.js';
import { createPathValidator } from '../../formats/trust/validator.js';
import { CertificateAuthority } from '../../sandbox/trust/certificateAuthority.js';
import { REVOCATION_REASONS, writeCrl, type Revocation } from '../../sandbox/trust/crl.js';
import { TimeStamper } from '../../sandbox/trust/timeStamper.js';
import type { Authority } from './certificates.js';
import { ocspAnswer } from './ocsp.js';
import { passingFolder } from './passingFolder.js';

const found = await findOpenssl(undefined);
if (found.path === null) throw new Error(found.fault);
export const opensslPath: string = found.path;

/** Trust services in the test's own hands: real tokens and real lists, of the sandbox's making, without a server between. */
export type EvidenceTools = Pick<ActivityDeps, 'sources' | 'trust'> & {
  /** Takes a certificate of `signers` back, in the next list. */
  revoke: (certificate: X509Certificate, how?: Partial<Omit<Revocation, 'serial'>>) => void;
  /** Outages; `late` answers with lists that have run out. */
  down: { tsa: boolean; signers: boolean | 'late' | 'absent' };
  /** Changes tokens on their way. */
  spoil: { token: ((token: Buffer) => Buffer) | null };
  asked: { tokens: number; lists: number; answers: number };
  /** An OCSP responder of the signers' authority: away, or answering by what was revoked. */
  responder: { on: boolean };
  /** Takes a hold back. */
  release: (certificate: X509Certificate) => void;
  /** The time-stamping service's authority issues its next list; those of the signers are new at each question. */
  laterLists: () => Promise<void>;
};

let stamping: Promise<{ stamper: TimeStamper; authority: CertificateAuthority }> | null = null;
async function openStamping(): Promise<{ stamper: TimeStamper; authority: CertificateAuthority }> {
  const directory = passingFolder('hub-test-trust-');
  const authority = await CertificateAuthority.open({ code: 'tsa', directory, subject: { commonName: 'Gốc dấu thời gian thử nghiệm' }, crlMs: 3_600_000 });
  return { authority, stamper: await TimeStamper.open(directory, authority, opensslPath) };
}

/** @param signers who issues the signers' certificates @param commonName of that authority */
export async function evidenceTools(signers: Authority, commonName: string): Promise<EvidenceTools> {
  stamping ??= openStamping();
  const { stamper, authority } = await stamping;
  const revoked = new Map<string, Revocation>();
  let number = 0;
  const tools: EvidenceTools = {
    down: { tsa: false, signers: false }, spoil: { token: null }, asked: { tokens: 0, lists: 0, answers: 0 }, responder: { on: false },
    release: (certificate) => void revoked.delete(certificate.serialNumber),
    laterLists: async () => { await authority.nextCrl(); },
    revoke: (certificate, how = {}) => void revoked.set(certificate.serialNumber, { serial: certificate.serialNumber, revokedAt: new Date(), reason: 'keyCompromise', invalidAt: null, ...how }),
    trust: { opensslPath, validator: createPathValidator({ opensslPath }), weakAuthorities: () => Promise.resolve([]), tsaAnchors: () => Promise.resolve([new X509Certificate(authority.certificate)]),
      respondersOf: (fingerprint) => Promise.resolve(tools.responder.on && fingerprint === sha256Hex(signers.certificate.raw) ? [RESPONDER] : []) },
    sources: {
      ocsp: (address, query) => {
        tools.asked.answers += 1;
        if (address !== RESPONDER) throw new OutsideFault('ocsp', 'address-refused');
        return Promise.resolve(answerTo(query, signers, revoked));
      },
      timestamp: async (query) => {
        tools.asked.tokens += 1;
        if (tools.down.tsa) throw new OutsideFault('tsa', 'http-503');
        const answer = await stamper.answer(query);
        return tools.spoil.token?.(answer) ?? answer;
      },
      revocationLists: async () => {
        tools.asked.lists += 1;
        number += 1;
        const tsaList: FetchedList = { source: 'http://tsa.invalid/crl', der: (await authority.crl()).der };
        if (tools.down.signers === 'absent') return [tsaList];
        if (tools.down.signers === true) return [tsaList, { source: 'http://ca.invalid/crl', fault: 'http-503' }];
        const now = Math.floor(Date.now() / 1000) * 1000;
        const [from, to] = tools.down.signers === 'late' ? [now - 7_200_000, now - 3_600_000] : [now, now + 3_600_000];
        const der = await writeCrl({ issuer: { subject: { commonName }, privateKey: signers.key }, number, thisUpdate: new Date(from), nextUpdate: new Date(to), revoked: [...revoked.values()] });
        return [tsaList, { source: 'http://ca.invalid/crl', der }];
      },
    },
  };
  return tools;
}

const RESPONDER = 'http://ocsp.invalid/';

/** The answer of the authority itself to a query, with the query's nonce. */
function answerTo(query: Buffer, signers: Authority, revoked: ReadonlyMap<string, Revocation>): Buffer {
  const [list, extensions] = Der.read(query).sequence()[0]!.sequence();
  const serial = list!.sequence()[0]!.sequence()[0]!.sequence()[3]!.body;
  const nonce = extensions!.children()[0]!.sequence()[0]!.sequence()[1]!.inside().body;
  const entry = revoked.get(serial.toString('hex').toUpperCase());
  const issuer = { subject: signers.name, keys: { privateKey: signers.key, publicKey: createPublicKey(signers.key) } };
  const now = Math.floor(Date.now() / 1000) * 1000;
  return ocspAnswer({ serial: serial.toString('hex') }, {
    issuer, nonce, from: new Date(now), to: new Date(now + 3_600_000), status: entry === undefined ? 'good' : { at: entry.revokedAt, reason: REVOCATION_REASONS[entry.reason] },
  });
}

export const sha256Hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
