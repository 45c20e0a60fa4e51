import { ROUND_NAMES, type Round } from './rounds.js';

/**
 * The only module that builds workflow ids (design §3): ids and codes, never a person's data. A workflow knows from its own id what it
 * works for, so starting one needs no input, and a lost store can be started again from PostgreSQL alone.
 */
export type CampaignKey = { provinceCode: string; schoolYear: string; level: string; cycle: string };

/** Codes are opaque (spec §2.2): one with a slash in it must not read back as two. Digits and plain letters stay as they are. */
const part = (code: string): string => {
  if (code === '') throw new Error('a workflow id has no empty part');
  return encodeURIComponent(code);
};
const path = ({ provinceCode, schoolYear, level, cycle }: CampaignKey): string => [provinceCode, schoolYear, level, cycle].map(part).join('/');

export const directoryWorkflowId = (provinceCode: string): string => `directory/${part(provinceCode)}`;
/** One for a province: its workbooks are written one after another. */
export const reportsWorkflowId = (provinceCode: string): string => `reports/${part(provinceCode)}`;
export const campaignWorkflowId = (key: CampaignKey): string => `campaign/${path(key)}`;
export const schoolWorkflowId = (key: CampaignKey, schoolCode: string): string => `school/${path(key)}/${part(schoolCode)}`;
export const packetWorkflowId = (messageId: string): string => `packet/${part(messageId)}`;
/** A Schedule's own id. */
export const roundScheduleId = (round: Round, key: CampaignKey): string => `round/${round}/${path(key)}`;
/** What a Schedule starts; Temporal writes a hyphen and the time it was due behind it. */
export const roundWorkflowId = (round: Round, key: CampaignKey): string => `${roundScheduleId(round, key)}/at`;
const ROUND_TIME = /\/at-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

export type WorkflowSubject =
  | { type: 'directory' | 'reports'; provinceCode: string }
  | { type: 'campaign'; key: CampaignKey }
  | { type: 'school'; key: CampaignKey; schoolCode: string }
  | { type: 'packet'; messageId: string }
  | { type: 'round'; round: Round; key: CampaignKey };
export type WorkflowType = WorkflowSubject['type'];

/** Reads an id back; throws on anything this module did not build. */
export function workflowSubject(workflowId: string): WorkflowSubject {
  if (workflowId.startsWith('round/')) return roundSubject(workflowId);
  const [type, ...encoded] = workflowId.split('/');
  const parts = encoded.map((one) => decoded(one, workflowId));
  if ((type === 'directory' || type === 'reports') && parts.length === 1) return { type, provinceCode: parts[0]! };
  if (type === 'packet' && parts.length === 1) return { type, messageId: parts[0]! };
  const [provinceCode, schoolYear, level, cycle, schoolCode] = parts;
  if (provinceCode !== undefined && schoolYear !== undefined && level !== undefined && cycle !== undefined) {
    const key = { provinceCode, schoolYear, level, cycle };
    if (type === 'campaign' && parts.length === 4) return { type, key };
    if (type === 'school' && parts.length === 5 && schoolCode !== undefined) return { type, key, schoolCode };
  }
  throw foreign(workflowId);
}

function roundSubject(workflowId: string): WorkflowSubject {
  const [, name, ...rest] = workflowId.replace(ROUND_TIME, '/at').split('/');
  const round = ROUND_NAMES.find((one) => one === name);
  const end = rest.pop();
  if (round === undefined || end !== 'at') throw foreign(workflowId);
  const subject = workflowSubject(`campaign/${rest.join('/')}`);
  if (subject.type !== 'campaign') throw foreign(workflowId);
  return { type: 'round', round, key: subject.key };
}

const foreign = (workflowId: string): Error => new Error(`not a workflow id of this hub: ${workflowId}`);

/** Only what `part` writes reads back; everything else would make two ids of one workflow. */
function decoded(encoded: string, workflowId: string): string {
  try {
    const code = decodeURIComponent(encoded);
    if (code !== '' && encodeURIComponent(code) === encoded) return code;
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
  }
  throw foreign(workflowId);
}

export const TASK_QUEUES = { core: 'hub-core', batch: 'hub-batch', outbound: 'hub-outbound' } as const;
export type TaskQueue = keyof typeof TASK_QUEUES;

/** By what workflows can be found in Temporal: codes only. Names and types stand in `workflows/searchAttributes.ts`. */
export function searchValues(workflowId: string): { HubCampaign?: string; HubSchool?: string } {
  const subject = workflowSubject(workflowId);
  switch (subject.type) {
    case 'campaign': case 'round': return { HubCampaign: path(subject.key) };
    case 'school': return { HubCampaign: path(subject.key), HubSchool: subject.schoolCode };
    case 'directory': case 'reports': case 'packet': return {};
  }
}
