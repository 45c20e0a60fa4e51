import { createHash, randomBytes } from 'node:crypto';
import { pino } from 'pino';
import type { ActivityDeps } from '../../activities/deps.js';
import { attachBatch } from '../../activities/signature/attach.js';
import { collectSignatures, requestSignatures } from '../../activities/signature/exchange.js';
import { prepareBatch } from '../../activities/signature/prepare.js';
import type { SigningRequestView } from '../../activities/signing/client.js';
import { row } from '../../db/connect.js';
import type { WorkerSettings } from '../../runtime/settings.js';
import { signDigests } from '../../sandbox/signing/signDigests.js';
import type { ActStage } from './actStage.js';
import { authority, organisation, person, type Signer } from './certificates.js';
import { evidenceTools, type EvidenceTools } from './evidence.js';

export const ca = authority();

/**
 * A signing service in the test's own hands: it holds real keys, and says to each request what the test told it. Signatures are real,
 * made over the digests it was sent.
 */
export type PhoneService = {
  deps: ActivityDeps;
  /** The trust services of this test. */
  evidence: EvidenceTools;
  /** What the person does on the phone; `waiting` until told otherwise. */
  answer: (batchId: string, state: SigningRequestView['state']) => void;
  /** Changes the signatures of one request before they are given out. */
  spoil: (batchId: string, change: (signatures: { id: string; signature: string }[]) => { id: string; signature: string }[]) => void;
  requests: Map<string, { account: string; documents: { id: string; digest: string }[]; description: string }>;
};

/** Gives every signer of a school (and `also` these people) a real certificate, and the deps with which a worker would run the signature activities. */
export async function phoneService(stage: ActStage, schoolIndex = 0, also: readonly string[] = []): Promise<PhoneService> {
  const keys = new Map<string, Signer>();
  const bind = async (certificateId: string, account: string, signer: Signer): Promise<void> => {
    keys.set(account, signer);
    await stage.owner('certificate').where({ id: certificateId }).update({ der: signer.der, fingerprint: createHash('sha256').update(signer.der).digest('hex'), serial: signer.certificate.serialNumber });
  };
  const school = stage.seeded.province.schools[schoolIndex]!;
  for (const staff of stage.seeded.province.staff.filter((one) => one.signing !== null && (also.includes(stage.seeded.personOf(one.code)) || one.roles.some((role) => 'schoolCode' in role && role.schoolCode === school.code)))) {
    const found = await row<{ certificate_id: string }>(stage.owner, 'SELECT certificate_id FROM person WHERE id = :id', { id: stage.seeded.personOf(staff.code) });
    await bind(found!.certificate_id, staff.signing!.account, person(ca, staff.personalNumber));
  }
  const seal = await row<{ id: string }>(stage.owner, 'SELECT seal_certificate_id AS id FROM school WHERE code = :code', { code: school.code });
  await bind(seal!.id, school.seal.account, organisation(ca, school.seal.taxCode));
  const requests: PhoneService['requests'] = new Map();
  const states = new Map<string, SigningRequestView['state']>();
  const spoilers = new Map<string, Parameters<PhoneService['spoil']>[1]>();
  const evidence = await evidenceTools(ca, 'CA thử nghiệm');
  const unused = (): never => { throw new Error('the Kho is not part of this test'); };
  const settings = { HUB_SECRET_KEY: randomBytes(32), HUB_BASE_URL: 'http://127.0.0.1:1' } as WorkerSettings;
  const deps: ActivityDeps = {
    sources: evidence.sources, trust: evidence.trust, db: stage.worker, settings, log: pino({ level: process.env['TEST_LOG'] ?? 'silent' }), anchors: () => Promise.resolve([ca.certificate]),
    kho: { submit: unused, result: unused, registerCertificate: unused, certificateState: unused },
    signing: {
      certificate: () => Promise.resolve(null),
      request: ({ requestId, account, documents, description }) => { requests.set(requestId, { account, documents, description }); return Promise.resolve(); },
      view: async (requestId) => {
        const request = requests.get(requestId);
        if (request === undefined) return null;
        const state = states.get(requestId) ?? 'waiting';
        const signatures = state === 'signed' ? await signDigests(keys.get(request.account)!.key, request.documents) : [];
        return { requestId, state, signatures: spoilers.get(requestId)?.(signatures) ?? signatures };
      },
    },
  };
  return { deps, evidence, requests, answer: (batchId, state) => void states.set(batchId, state), spoil: (batchId, change) => void spoilers.set(batchId, change) };
}

/** A batch as far as the phone: prepared and sent. */
export async function sendBatch(stage: ActStage, { deps }: PhoneService, batchId: string, schoolIndex = 0): Promise<void> {
  await prepareBatch(deps, { batchId, workflowId: stage.workflow.school(schoolIndex) });
  await requestSignatures(deps, batchId);
}

/** The whole way of a batch whose person confirms, and the school's step after it. */
export async function signBatch(stage: ActStage, phone: PhoneService, batchId: string, schoolIndex = 0): Promise<void> {
  const workflowId = stage.workflow.school(schoolIndex);
  await sendBatch(stage, phone, batchId, schoolIndex);
  phone.answer(batchId, 'signed');
  await collectSignatures(phone.deps, { batchId, workflowId });
  await attachBatch(phone.deps, { batchId, workflowId });
  await stage.advance(workflowId);
}
