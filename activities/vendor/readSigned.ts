import { row } from '../../db/connect.js';
import { lockWorkflow } from '../../db/decision/judge.js';
import { lockSchool } from '../../db/school/resolve.js';
import { expectedClasses, finishReading, storeFaults, storeUploadClasses, type QueuedUpload } from '../../db/upload/reading.js';
import { approvedSeals, listedPupils, registeredSigners, schoolHeads, storeVendorCards, usedCardIds } from '../../db/vendor/cards.js';
import type { CampaignPolicy } from '../../domain/policy.js';
import { REFUSALS } from '../../domain/refusals.js';
import type { CardPolicy } from '../../formats/foreign/examineCard.js';
import type { TrustInput } from '../../formats/foreign/trust.js';
import { verifyDocument, type DocumentVerdict } from '../../formats/foreign/verify.js';
import type { CardVerdict } from '../../formats/foreign/verdict.js';
import type { ActivityDeps } from '../deps.js';
import { readOrRefuse, writeOrRefuse } from '../brokenFile.js';
import { dersOf, gather, sha256, type Gathered } from '../evidence/gather.js';
import { impatient } from '../evidence/patience.js';
import { Fenced, gone } from '../fault.js';
import { judgeSigned, type School } from './judgeSigned.js';

type Key = { campaignId: string; schoolCode: string };

/**
 * Takes in a file of cards that other software has made and signed (CPU): each is judged by the acceptance policy of spec §3.1 and
 * compared with the frozen list; those that hold are stored as sealed, byte for byte, and the Sở receives them like any other.
 */
export async function readSignedUpload(deps: ActivityDeps, upload: QueuedUpload, workflowId: string): Promise<void> {
  const key = { campaignId: upload.campaignId ?? '', schoolCode: upload.schoolCode ?? '' };
  const campaign = await row<{ policy: CampaignPolicy; schoolYear: string }>(deps.db, 'SELECT policy, school_year AS "schoolYear" FROM campaign WHERE id = :campaignId', key);
  if (campaign === undefined) throw gone('campaign');
  const policy = await policyOf(deps, upload.bytes, key, campaign.policy);
  const judge = (trust: TrustInput) => readOrRefuse(deps, upload.id, () => verifyDocument({ bytes: upload.bytes, policy: { kind: 'accept', ...policy }, trust, now: new Date() }));
  const byLists = await judge(await trustOf(deps, { lists: await deps.sources.revocationLists(), answers: [] }));
  const answered = 'ok' in byLists ? null : await askedAbout(deps, byLists);
  const verdict = answered === null ? byLists : await judge(await trustOf(deps, answered));
  const opened = 'ok' in verdict ? verdict : cardsOf(verdict);
  if (!opened.ok) {
    await finishReading(deps.db, upload, { state: 'refused', refusal: opened.refusal, errors: 1, warnings: 0 });
    return;
  }
  const { cards } = opened;
  await writeOrRefuse(deps, upload, () => deps.db.transaction(async (trx) => {
    await lockWorkflow(trx, workflowId);
    if ((await lockSchool(trx, workflowId))?.campaignState !== 'running') {
      await finishReading(trx, upload, { state: 'refused', refusal: { code: 'campaign-not-running', message: REFUSALS['campaign-not-running'].sentence }, errors: 1, warnings: 0 });
      return;
    }
    const used = await usedCardIds(trx, cards.flatMap(({ cardId }) => cardId?.toLowerCase() ?? []));
    const school: School = { code: key.schoolCode, schoolYear: campaign.schoolYear, pupils: await listedPupils(trx, key), heads: await schoolHeads(trx, key.schoolCode), used: new Map(used.map((one) => [one.cardId, one])) };
    const { taken, known, faults, classes } = judgeSigned(cards, school);
    const versions = new Map((await expectedClasses(trx, key)).map((one) => [one.classId, one.version]));
    await storeUploadClasses(trx, upload.id, [...classes].map(([classId, { pupils, errors, taken: stored }]) => ({
      classId, outcome: errors > 0 ? 'errors' : stored > 0 ? 'accepted' : 'unchanged', classVersion: versions.get(classId) ?? 0, pupils, errors, records: null, differences: null,
    })));
    await storeFaults(trx, upload.id, faults);
    const summary = { signedCards: { taken: taken.length, known, refused: faults.length } };
    if (!await finishReading(trx, upload, { state: 'read', errors: faults.length, warnings: 0, summary })) throw new Fenced(upload.id);
    await storeVendorCards(trx, { ...key, uploadId: upload.id, actorId: upload.uploadedBy, cards: taken });
  }));
}

/** The cards of a file, or why there is none to judge. A clerk's file need not be signed as a transaction; a signature that is there must hold. */
function cardsOf(verdict: DocumentVerdict): { ok: true; cards: readonly CardVerdict[] } | { ok: false; refusal: { code: string; message: string } } {
  if (verdict.kind === 'card') return { ok: true, cards: [verdict] };
  const { transaction, cards } = verdict;
  const { code, message } = transaction;
  return transaction.verdict === 'invalid' && code !== 'transaction-signature-missing' ? { ok: false, refusal: { code, message } } : { ok: true, cards };
}

const CLAIMED = /<MA_TRA_CUU_UUID>\s*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\s*</gi;

async function policyOf({ db }: ActivityDeps, bytes: Buffer, { schoolCode }: Key, policy: CampaignPolicy): Promise<CardPolicy> {
  // Written in any other way it is found once the card has been read: no code is ever stored twice.
  const claimed = [...new Set([...bytes.toString('latin1').matchAll(CLAIMED)].map(([, id = '']) => id.toLowerCase()))];
  const own = new Set((await usedCardIds(db, claimed)).filter((one) => one.own).map(({ cardId }) => cardId));
  return {
    profile: policy.profile, requireTeacher: policy.vendorTeacher === 'required', teacherMayApprove: policy.vendorSamePerson !== 'forbidden',
    approvedSeals: await approvedSeals(db, schoolCode), registered: await registeredSigners(db, schoolCode), issuedHere: (cardId) => own.has(cardId),
  };
}

/**
 * What lists leave unproven their authorities' responders are asked, as at receipt (docs/decisions/018); what cannot be had now is the
 * receipt's to wait for.
 * @returns null when nothing more was learned
 */
async function askedAbout(deps: ActivityDeps, verdict: DocumentVerdict): Promise<Gathered | null> {
  const cards = verdict.kind === 'card' ? [verdict] : verdict.cards;
  const open = cards.flatMap(({ verdict: found, class: kind, stored }, at) => (found !== 'not-provable' || kind !== 'trust' || stored === null ? []
    : stored.signers.map(({ role, certificate }) => ({ cardId: String(at), role, fingerprint: sha256(certificate), der: certificate, between: stored.others }))));
  if (open.length === 0) return null;
  const { lists, answers } = await gather({ ...deps, sources: impatient(deps.sources) }, open);
  return answers.some((answer) => 'der' in answer) ? { lists, answers } : null;
}

async function trustOf(deps: ActivityDeps, gathered: Gathered): Promise<TrustInput> {
  const raw = async (use: 'person' | 'organisation'): Promise<Buffer[]> => (await deps.anchors(use)).map((certificate) => certificate.raw);
  return {
    validator: deps.trust.validator, anchors: await raw('person'), organisationAnchors: await raw('organisation'), weakAuthorities: await deps.trust.weakAuthorities(),
    intermediates: [], crls: dersOf(gathered.lists), ocsps: dersOf(gathered.answers), at: null,
  };
}
