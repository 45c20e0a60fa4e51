/**
 * The only module that builds workflow ids (design §3): ids and codes, never a person's data. A workflow knows from its own id what it
 * works for, so starting one needs no input, and a lost store can be started again from PostgreSQL alone.
 */
export type CampaignKey = { provinceCode: string; schoolYear: string; level: string; cycle: string };

const path = ({ provinceCode, schoolYear, level, cycle }: CampaignKey): string => `${provinceCode}/${schoolYear}/${level}/${cycle}`;

export const directoryWorkflowId = (provinceCode: string): string => `directory/${provinceCode}`;
export const campaignWorkflowId = (key: CampaignKey): string => `campaign/${path(key)}`;
export const schoolWorkflowId = (key: CampaignKey, schoolCode: string): string => `school/${path(key)}/${schoolCode}`;
export const packetWorkflowId = (messageId: string): string => `packet/${messageId}`;

export type WorkflowSubject =
  | { type: 'directory'; provinceCode: string }
  | { type: 'campaign'; key: CampaignKey }
  | { type: 'school'; key: CampaignKey; schoolCode: string }
  | { type: 'packet'; messageId: string };
export type WorkflowType = WorkflowSubject['type'];

/** Reads an id back; throws on anything this module did not build. */
export function workflowSubject(workflowId: string): WorkflowSubject {
  const [type, ...parts] = workflowId.split('/');
  if (type === 'directory' && parts.length === 1) return { type, provinceCode: parts[0]! };
  if (type === 'packet' && parts.length === 1) return { type, messageId: parts[0]! };
  const [provinceCode, schoolYear, level, cycle, schoolCode] = parts;
  if (provinceCode !== undefined && schoolYear !== undefined && level !== undefined && cycle !== undefined) {
    const key = { provinceCode, schoolYear, level, cycle };
    if (type === 'campaign' && parts.length === 4) return { type, key };
    if (type === 'school' && parts.length === 5 && schoolCode !== undefined) return { type, key, schoolCode };
  }
  throw new Error(`not a workflow id of this hub: ${workflowId}`);
}

export const TASK_QUEUES = { core: 'hub-core', batch: 'hub-batch', outbound: 'hub-outbound' } as const;
export type TaskQueue = keyof typeof TASK_QUEUES;

/** By what workflows can be found in Temporal: codes only. Names and types stand in `workflows/searchAttributes.ts`. */
export function searchValues(workflowId: string): { HubCampaign?: string; HubSchool?: string } {
  const subject = workflowSubject(workflowId);
  switch (subject.type) {
    case 'campaign': return { HubCampaign: path(subject.key) };
    case 'school': return { HubCampaign: path(subject.key), HubSchool: subject.schoolCode };
    case 'directory': case 'packet': return {};
  }
}
