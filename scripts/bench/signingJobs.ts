import { X509Certificate } from 'node:crypto';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { webcrypto } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import type { SignatureRole } from '../../domain/card.js';
import { writeCard } from '../../formats/card/write.js';
import { verifyDocument } from '../../formats/foreign/verify.js';
import { prepareSignature } from '../../formats/signature/prepare.js';
import { verifyCard } from '../../formats/signature/verify.js';
import { createPathValidator } from '../../formats/trust/validator.js';
import { benchCard, signAll, signLocally, type BenchSigner } from './benchCards.js';

/** One thread of the bench: does the job it is told for as long as it is told, and answers with how often it did it. */
export type Job = 'sign' | 'canonical' | 'foreign' | 'xmlCryptoSign' | 'xmldsigjsSign' | 'xmlCryptoVerify' | 'xmldsigjsVerify' | 'prepare900';
export type BenchMaterial = {
  signers: Record<SignatureRole, { key: string; certificate: Uint8Array; personalNumber: string | null; signedAt: string }>;
  anchor: Uint8Array;
  crl: Uint8Array;
  foreign: Uint8Array[];
  openssl: string;
  /** Threads must not sign the same cards. */
  seed: number;
};

const material = workerData as BenchMaterial;
const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const RSA = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const { createPrivateKey } = await import('node:crypto');

const signers = Object.fromEntries(Object.entries(material.signers).map(([role, one]) => [role, {
  key: createPrivateKey(one.key), certificate: Buffer.from(one.certificate), personalNumber: one.personalNumber, signedAt: one.signedAt,
}])) as unknown as Record<SignatureRole, BenchSigner>;
const KINDS = 40;
const data = Array.from({ length: KINDS }, (_, place) => benchCard(material.seed * 1_000 + place));
const unsignedCards = data.map(writeCard);
const own = unsignedCards.map((card) => signAll(card, signers));
const foreign = material.foreign.map((card) => Buffer.from(card));
const anchors = [new X509Certificate(material.anchor)];
const at = new Date('2026-06-10T00:00:00Z');
const validator = createPathValidator({ opensslPath: material.openssl, processes: 1 });
const trust = { validator, anchors: [material.anchor], intermediates: [], crls: [material.crl], at };
const accept = { kind: 'accept', profile: 'v1.0', requireTeacher: false, teacherMayApprove: false, approvedSeals: null, registered: new Map(), issuedHere: () => false } as const;

function xmldsigjs() {
  const require = createRequire(import.meta.url);
  const library = require('xmldsigjs') as typeof import('xmldsigjs');
  const inner = createRequire(require.resolve('xmldsigjs'));
  (inner('xml-core') as { setNodeDependencies: (parts: object) => void }).setNodeDependencies({ ...(inner('@xmldom/xmldom') as object), xpath: inner('xpath') as object });
  library.Application.setEngine('node', webcrypto as never);
  return library;
}

const pem = signers.teacher.key.export({ type: 'pkcs8', format: 'pem' });
const certificatePem = new X509Certificate(signers.teacher.certificate).toString();

function xmlCryptoSign(place: number): void {
  const card = writeCard(data[place % KINDS] as (typeof data)[number]).toString();
  const signer = new SignedXml({ privateKey: pem, publicCert: certificatePem, signatureAlgorithm: RSA, canonicalizationAlgorithm: EXCLUSIVE });
  signer.addReference({ xpath: "//*[local-name(.)='DU_LIEU_HOC_BA']", transforms: [EXCLUSIVE], digestAlgorithm: SHA256 });
  signer.computeSignature(card, { location: { reference: "//*[local-name(.)='DANH_SACH_THONG_TIN_KY']", action: 'append' } });
  if (!signer.getSignedXml().includes('SignatureValue')) throw new Error('xml-crypto did not sign');
}

function xmlCryptoVerify(place: number): void {
  const text = (own[place % KINDS] as Buffer).toString();
  for (const [signature] of text.matchAll(/<Signature .*?<\/Signature>/gs)) {
    const verifier = new SignedXml({ publicCert: `-----BEGIN CERTIFICATE-----\n${(/<X509Certificate>([^<]*)/.exec(signature)?.[1] ?? '').replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n` });
    verifier.loadSignature(signature);
    if (!verifier.checkSignature(text)) throw new Error('xml-crypto refused');
  }
}

let library: ReturnType<typeof xmldsigjs> | undefined;
let subtleKey: Awaited<ReturnType<typeof webcrypto.subtle.importKey>> | undefined;

async function xmldsigjsSign(place: number): Promise<void> {
  library ??= xmldsigjs();
  subtleKey ??= await webcrypto.subtle.importKey('pkcs8', signers.teacher.key.export({ type: 'pkcs8', format: 'der' }), { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, false, ['sign']);
  const document = library.Parse(writeCard(data[place % KINDS] as (typeof data)[number]).toString());
  const signer = new library.SignedXml();
  const id = document.getElementsByTagName('DU_LIEU_HOC_BA')[0]?.getAttribute('id') ?? '';
  await signer.Sign({ name: 'RSASSA-PKCS1-v1_5' }, subtleKey as never, document as never, { references: [{ uri: `#${id}`, hash: 'SHA-256', transforms: ['exc-c14n'] }], x509: [signers.teacher.certificate.toString('base64')] });
  if (!signer.toString().includes('SignatureValue')) throw new Error('xmldsigjs did not sign');
}

async function xmldsigjsVerify(place: number): Promise<void> {
  library ??= xmldsigjs();
  const document = library.Parse((own[place % KINDS] as Buffer).toString());
  for (const signature of Array.from(document.getElementsByTagNameNS(DSIG, 'Signature'))) {
    const verifier = new library.SignedXml(document as never);
    verifier.LoadXml(signature as never);
    if (!await verifier.Verify()) throw new Error('xmldsigjs refused');
  }
}

const jobs: Record<Job, (place: number) => void | Promise<void>> = {
  sign: (place) => { signLocally(writeCard(data[place % KINDS] as (typeof data)[number]), 'teacher', signers.teacher); },
  canonical: (place) => {
    const verdict = verifyCard({ card: own[place % KINDS] as Buffer, policy: { kind: 'own', profile: 'v1.0', cover: 'annex', xades: false }, anchors, at });
    if (verdict.verdict !== 'valid') throw new Error(verdict.code);
  },
  foreign: async (place) => {
    const verdict = await verifyDocument({ bytes: foreign[place % foreign.length] as Buffer, policy: accept, trust, now: at });
    if (verdict.kind !== 'card' || !verdict.verdict.startsWith('valid')) throw new Error(JSON.stringify(verdict).slice(0, 300));
  },
  prepare900: (place) => {
    const { personalNumber, signedAt, certificate } = signers.teacher;
    const prepared = prepareSignature({ card: writeCard(data[place % KINDS] as (typeof data)[number]), role: 'teacher', profile: 'v1.0', cover: 'annex', signer: { personalNumber, signedAt, certificate } });
    if (!prepared.ok) throw new Error(prepared.code);
  },
  xmlCryptoSign, xmlCryptoVerify, xmldsigjsSign, xmldsigjsVerify,
};

export type Order = { job: Job; ms: number } | { job: Job; times: number };
export type Done = { times: number; ms: number; bytes: number };

parentPort?.on('message', (order: Order) => {
  void run(order).then((done) => parentPort?.postMessage(done), (fault: Error) => parentPort?.postMessage({ fault: fault.stack ?? fault.message }));
});

async function run(order: Order): Promise<Done> {
  const job = jobs[order.job];
  const begun = performance.now();
  let times = 0;
  const more = (): boolean => ('ms' in order ? times % 8 !== 0 || performance.now() - begun < order.ms : times < order.times);
  for (; times === 0 || more(); times += 1) {
    const waits = job(times);
    if (waits !== undefined) await waits;
  }
  return { times, ms: performance.now() - begun, bytes: (unsignedCards[0] as Buffer).length };
}
parentPort?.postMessage('ready');
