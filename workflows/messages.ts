import { defineSignal, defineUpdate } from '@temporalio/workflow';

/**
 * What the outside says to workflows. A message only wakes (design §3): it carries ids and codes, the truth stands in PostgreSQL.
 * The same names serve directory, campaign and school.
 */

/** A decision was committed. `updateId` is the decision's id; the handler marks work and returns at once. */
export const decideUpdate = defineUpdate<void, [decisionId: string]>('decide');

export type WakeCode = 'signatures' | 'packet' | 'school-closed' | 'tick';
/** Something changed in PostgreSQL; look again. */
export const wakeSignal = defineSignal<[code: WakeCode]>('wake');

export const DIRECTORY_WORKFLOW = 'directory';
export const CAMPAIGN_WORKFLOW = 'campaign';
export const SCHOOL_WORKFLOW = 'school';
export const PACKET_WORKFLOW = 'packet';

export type DirectoryInput = { provinceCode: string };
export type CampaignInput = { campaignId: string; provinceCode: string; schoolYear: string; level: string; cycle: string };
export type SchoolInput = CampaignInput & { schoolCode: string; carried?: { decisions: string[]; rounds: number } };
export type PacketInput = { messageId: string; schoolWorkflowId: string };
