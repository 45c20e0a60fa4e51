import type { WaitCode } from '../../domain/evidence.js';
import { inWorkflow } from '../../db/decision/judge.js';
import { circuitFailed, circuitOpenUntil, circuitWorked } from '../../db/circuit.js';
import { openEvidence, evidenceWaits, partEvidence, takeEvidence, type OpenEvidence, type SealedFile } from '../../db/evidence/open.js';
import { signersOf, receiveStamped, storeStamp } from '../../db/evidence/stamp.js';
import { lockSchool, type SchoolState } from '../../db/school/resolve.js';
import { HashTree } from '../../formats/evidence/tree.js';
import type { ActivityDeps } from '../deps.js';
import { OutsideFault } from '../fault.js';
import { collectStamp, WaitFault, type Collected } from './collect.js';
import { gather, type Judged } from './gather.js';
import { noteRevoked, refreshRevocations } from './revocations.js';
import { sendBack } from './sendBack.js';

/** One circuit a province for the time-stamps, which are asked for one by one; lists are asked for by many at once and fetched once. */
const CIRCUIT = 'tsa';
const OPEN = 'circuit-open';

/**
 * The Sở receives what is sealed: one time-stamp over the hash tree of all finished files, with the certificates and revocation lists of
 * that moment, and only then `received`. While a token or a list cannot be had the cards stay sealed: nothing goes on without.
 * Killed in between it repeats itself: files once chosen stay chosen, and what is stored is stored in one transaction.
 * @throws OutsideFault when a service did not answer as it should; the retry policy tries again
 */
export async function receiveSealed(deps: ActivityDeps, workflowId: string): Promise<void> {
  const opened = await inWorkflow(deps.db, workflowId, async (trx) => {
    const school = await lockSchool(trx, workflowId);
    if (school === undefined || school.campaignState === 'cancelled') return null;
    return { school, ids: await openEvidence(trx, school, rootOf) };
  });
  if (opened === null) return;
  const faults: OutsideFault[] = [];
  // What waits holds up nobody else: each is tried, and only then is said that something has to be tried again.
  for (const id of opened.ids) {
    try {
      // Parted in the middle: the parts come after it.
      opened.ids.push(...await receiveOne(deps, { id, workflowId, school: opened.school }));
    } catch (error) {
      if (!(error instanceof OutsideFault)) throw error;
      faults.push(error);
    }
  }
  if (faults[0] !== undefined) throw faults[0];
}

const rootOf = (files: readonly SealedFile[]): Buffer => new HashTree(files.map((file) => Buffer.from(file.sha256, 'hex'))).root;

/** The same, tried once in the activity that attached the seals; what fails is the outbound queue's to wait for. */
export async function receiveAtOnce(deps: ActivityDeps, workflowId: string): Promise<void> {
  try {
    await receiveSealed(deps, workflowId);
  } catch (error) {
    if (!(error instanceof OutsideFault)) throw error;
    deps.log.warn({ system: error.system, code: error.code }, 'evidence could not be had at once and is waited for');
  }
}

/** @returns ids of the evidence it was parted into, when some of its cards can go on and others cannot */
async function receiveOne(deps: ActivityDeps, { id, workflowId, school }: { id: string; workflowId: string; school: SchoolState }): Promise<string[]> {
  const taken = await takeEvidence(deps.db, id);
  if (taken === undefined) return [];
  const signers = await signersOf(deps.db, id);
  const collected = await underCircuit(deps, taken, async () => {
    const { judged, ...gathered } = await gather(deps, signers);
    const lots = new Set(signers.map(({ cardId }) => lotOf(judged, cardId)));
    if (lots.size > 1) return judged;
    const [waiting] = judged.blocked.values();
    if (waiting !== undefined) throw new WaitFault('crl', waiting.code, waiting.waitCode);
    return collectStamp(deps, { root: taken.root, signers, gathered });
  });
  if (!('stamp' in collected)) return inWorkflow(deps.db, workflowId, (trx) => partEvidence(trx, { key: school, id, fence: taken.fence, lotOf: (cardId) => lotOf(collected, cardId), root: rootOf }));
  // Noted before the cards go back: whoever signs again must not do so with the same certificate.
  if ([...collected.unfit.values()].some(({ code }) => code === 'revoked')) {
    await refreshRevocations(deps);
    await noteRevoked(deps, { unfit: collected.unfit, signers, answers: collected.gathered.answers });
  }
  await inWorkflow(deps.db, workflowId, async (trx) => {
    // A later attempt has it, or had it already: what it stores says the same.
    if (!await storeStamp(trx, taken, collected.stamp)) return;
    const cardIds = [...new Set(signers.map((signer) => signer.cardId))].filter((cardId) => !collected.unfit.has(cardId));
    await receiveStamped(trx, id, cardIds);
    await sendBack(trx, { evidenceId: id, profile: school.policy.profile, unfit: collected.unfit, log: deps.log });
  });
  return [];
}

/** Cards that can go on are one lot, those that wait for services another; each certificate on hold has its own. */
const lotOf = ({ blocked }: Judged, cardId: string): string => blocked.get(cardId)?.lot ?? '';

/** Asks under the circuit of the time-stamping service, and writes down why it waits, for the pages that say so. */
async function underCircuit<T extends Collected | Judged>(deps: ActivityDeps, evidence: OpenEvidence, collect: () => Promise<T>): Promise<T> {
  try {
    if (await circuitOpenUntil(deps.db, CIRCUIT) !== null) throw new OutsideFault(CIRCUIT, OPEN);
    const collected = await collect();
    if ('stamp' in collected) await circuitWorked(deps.db, CIRCUIT);
    return collected;
  } catch (error) {
    if (!(error instanceof OutsideFault)) throw error;
    await evidenceWaits(deps.db, { ...evidence, code: waitCode(error) });
    if (error.system === CIRCUIT && error.code !== OPEN) await circuitFailed(deps.db, CIRCUIT, error.code);
    throw error;
  }
}

/** What people are told of a fault. */
export const waitCode = (error: OutsideFault): WaitCode => (error instanceof WaitFault ? error.waitCode : error.system === 'tsa' ? 'tsa-down' : 'crl-down');
