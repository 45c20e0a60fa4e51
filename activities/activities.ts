import type { Client } from '@temporalio/client';
import type { CampaignPlan, DirectoryPlan, ReportsPlan, SchoolPlan } from '../domain/plan.js';
import type { PacketStep } from '../domain/packetStep.js';
import { advanceCampaign, openSchools } from '../db/campaign/advance.js';
import { takeRound } from '../db/rounds/take.js';
import { advanceReports } from '../db/reports/advance.js';
import { advanceSchool } from '../db/school/advance.js';
import { readExpectedUpload } from './campaign/readExpected.js';
import { reconcileCampaign } from './campaign/reconcile.js';
import { registerPacketCertificate } from './campaign/registerCertificate.js';
import { keepSchedules } from './campaign/schedules.js';
import { actContext, type ActivityDeps } from './deps.js';
import { fetchCertificates } from './directory/fetchCertificates.js';
import { stepDirectory } from './directory/step.js';
import { receiveSealed } from './evidence/receive.js';
import { readUnitsUpload } from './directory/readUnits.js';
import { cutSchoolPackets } from './packet/cut.js';
import { drivePacket } from './packet/drive.js';
import { writeReport } from './report/write.js';
import { readRosterUpload } from './roster/readUpload.js';
import { attachBatch } from './signature/attach.js';
import { collectAtOnce, collectDue, prepareAtOnce, signAtOnce } from './signature/due.js';
import { requestSignatures } from './signature/exchange.js';
import { prepareBatch } from './signature/prepare.js';

type Of = { workflowId: string };
type OfItem = { workflowId: string; id: string };

/** The school's next plan ends every activity of a school, so that work done needs no further call to know what comes next. */
const planOf = (deps: ActivityDeps) => async ({ workflowId }: Of): Promise<SchoolPlan> =>
  advanceSchool(deps.db, workflowId, actContext(deps), (batchIds) => prepareAtOnce(deps, { workflowId, batchIds }));

/** Queue core: short transactions, and of CPU work only what a class's signature needs (docs/decisions/022). */
export function coreActivities(deps: ActivityDeps, client: Client) {
  return {
    advanceSchool: planOf(deps),
    advanceCampaign: async ({ workflowId, first }: Of & { first?: boolean }): Promise<CampaignPlan> => advanceCampaign(deps.db, workflowId, actContext(deps), first),
    keepSchedules: async ({ workflowId }: Of): Promise<void> => keepSchedules(deps, client, workflowId),
    takeRound: async ({ workflowId }: Of): Promise<{ mails: number }> => takeRound(deps.db, workflowId, actContext(deps)),
    advanceDirectory: async ({ workflowId }: Of): Promise<DirectoryPlan> => stepDirectory(deps, workflowId),
    advanceReports: async ({ workflowId }: Of): Promise<ReportsPlan> => advanceReports(deps.db, workflowId),
    openSchools: async ({ workflowId, after, limit }: Of & { after: string; limit: number }): Promise<string[]> => openSchools(deps.db, workflowId, after, limit),
  };
}

/** Queue batch: CPU work (workbooks, XML, hashes, verification), in a process of its own. */
export function batchActivities(deps: ActivityDeps) {
  const plan = planOf(deps);
  return {
    readRoster: async ({ workflowId, id }: OfItem): Promise<SchoolPlan> => { await readRosterUpload(deps, { uploadId: id, workflowId }); return plan({ workflowId }); },
    prepareSignatures: async ({ workflowId, id }: OfItem): Promise<SchoolPlan> => {
      await prepareBatch(deps, { batchId: id, workflowId });
      await signAtOnce(deps, { batchId: id, workflowId });
      return plan({ workflowId });
    },
    /** Null: the signing service did not answer at once, so it is the outbound queue's turn. */
    collectAndAttach: async ({ workflowId }: Of): Promise<SchoolPlan | null> => (await collectAtOnce(deps, workflowId) ? plan({ workflowId }) : null),
    attachSignatures: async ({ workflowId, id }: OfItem): Promise<SchoolPlan> => { await attachBatch(deps, { batchId: id, workflowId }); return plan({ workflowId }); },
    cutPackets: async ({ workflowId }: Of): Promise<SchoolPlan> => { await cutSchoolPackets(deps, workflowId); return plan({ workflowId }); },
    readUnits: async ({ workflowId, id }: OfItem): Promise<void> => readUnitsUpload(deps, { uploadId: id, workflowId }),
    writeReport: async ({ id }: { id: string }): Promise<void> => writeReport(deps, id),
    readExpected: async ({ workflowId, id }: OfItem): Promise<void> => readExpectedUpload(deps, { uploadId: id, workflowId }),
  };
}

/** Queue outbound: everything that waits for an outside system; rate and concurrency limited. */
export function outboundActivities(deps: ActivityDeps) {
  const plan = planOf(deps);
  return {
    requestSignatures: async ({ workflowId, id }: OfItem): Promise<SchoolPlan> => { await requestSignatures(deps, id); return plan({ workflowId }); },
    collectSignatures: async ({ workflowId }: Of): Promise<SchoolPlan> => { await collectDue(deps, workflowId); return plan({ workflowId }); },
    /** Gets the time-stamp and the revocation answers over a school's sealed cards, however long that takes, and receives them. */
    receiveSealed: async ({ workflowId }: Of): Promise<SchoolPlan> => { await receiveSealed(deps, workflowId); return plan({ workflowId }); },
    drivePacket: async ({ messageId }: { messageId: string }): Promise<PacketStep> => drivePacket(deps, messageId),
    fetchCertificates: async ({ id }: { id: string }): Promise<void> => fetchCertificates(deps, id),
    registerCertificate: async (): Promise<void> => registerPacketCertificate(deps),
    reconcile: async ({ id }: { id: string }): Promise<{ packets: number; differences: number }> => reconcileCampaign(deps, id),
  };
}

export type CoreActivities = ReturnType<typeof coreActivities>;
export type BatchActivities = ReturnType<typeof batchActivities>;
export type OutboundActivities = ReturnType<typeof outboundActivities>;
