import type { WaitCode } from '../../domain/evidence.js';
import { inWorkflow } from '../../db/decision/judge.js';
import { circuitFailed, circuitOpenUntil, circuitWorked } from '../../db/circuit.js';
import { openEvidence, evidenceWaits, takeEvidence, type OpenEvidence } from '../../db/evidence/open.js';
import { signersOf, receiveStamped, storeStamp } from '../../db/evidence/stamp.js';
import { lockSchool, type SchoolState } from '../../db/school/resolve.js';
import { HashTree } from '../../formats/evidence/tree.js';
import type { ActivityDeps } from '../deps.js';
import { OutsideFault } from '../fault.js';
import { collectStamp, WaitFault, type Collected } from './collect.js';
import { refreshRevocations } from './revocations.js';
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
    return { school, ids: await openEvidence(trx, school, (files) => new HashTree(files.map((file) => Buffer.from(file.sha256, 'hex'))).root) };
  });
  for (const id of opened?.ids ?? []) await receiveOne(deps, { id, workflowId, school: (opened as { school: SchoolState }).school });
}

/** The same, tried once in the activity that attached the seals; what fails is the outbound queue's to wait for. */
export async function receiveAtOnce(deps: ActivityDeps, workflowId: string): Promise<void> {
  try {
    await receiveSealed(deps, workflowId);
  } catch (error) {
    if (!(error instanceof OutsideFault)) throw error;
    deps.log.warn({ system: error.system, code: error.code }, 'evidence could not be had at once and is waited for');
  }
}

async function receiveOne(deps: ActivityDeps, { id, workflowId, school }: { id: string; workflowId: string; school: SchoolState }): Promise<void> {
  const taken = await takeEvidence(deps.db, id);
  if (taken === undefined) return;
  const signers = await signersOf(deps.db, id);
  const collected = await underCircuit(deps, taken, () => collectStamp(deps, { root: taken.root, signers }));
  // Noted before the cards go back: whoever signs again must not do so with the same certificate.
  if ([...collected.unfit.values()].some(({ code }) => code === 'revoked')) await refreshRevocations(deps);
  await inWorkflow(deps.db, workflowId, async (trx) => {
    // A later attempt has it, or had it already: what it stores says the same.
    if (!await storeStamp(trx, taken, collected.stamp)) return;
    const cardIds = [...new Set(signers.map((signer) => signer.cardId))].filter((cardId) => !collected.unfit.has(cardId));
    await receiveStamped(trx, id, cardIds);
    await sendBack(trx, { evidenceId: id, profile: school.policy.profile, unfit: collected.unfit, log: deps.log });
  });
}

/** Asks under the circuit of the time-stamping service, and writes down why it waits, for the pages that say so. */
async function underCircuit(deps: ActivityDeps, evidence: OpenEvidence, collect: () => Promise<Collected>): Promise<Collected> {
  try {
    if (await circuitOpenUntil(deps.db, CIRCUIT) !== null) throw new OutsideFault(CIRCUIT, OPEN);
    const collected = await collect();
    await circuitWorked(deps.db, CIRCUIT);
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
