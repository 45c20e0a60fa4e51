/** The only module that builds workflow ids (design §3): ids and codes, never a person's data. */
export type CampaignKey = { provinceCode: string; schoolYear: string; level: string; cycle: string };

const path = ({ provinceCode, schoolYear, level, cycle }: CampaignKey): string => `${provinceCode}/${schoolYear}/${level}/${cycle}`;

export const directoryWorkflowId = (provinceCode: string): string => `directory/${provinceCode}`;
export const campaignWorkflowId = (key: CampaignKey): string => `campaign/${path(key)}`;
export const schoolWorkflowId = (key: CampaignKey, schoolCode: string): string => `school/${path(key)}/${schoolCode}`;
export const packetWorkflowId = (messageId: string): string => `packet/${messageId}`;

export const TASK_QUEUES = { core: 'hub-core', batch: 'hub-batch', outbound: 'hub-outbound' } as const;
export type TaskQueue = keyof typeof TASK_QUEUES;
