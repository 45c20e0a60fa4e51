export type ReportCampaignView = { id: string; schoolYear: string; cycle: 'main' | 'summer' | 'rehearsal' };

const CYCLES = { main: 'đợt chính', summer: 'bổ sung sau hè', rehearsal: 'diễn tập' } as const;
export const reportCampaignName = ({ schoolYear, cycle }: ReportCampaignView): string => `${schoolYear.replace('-', '–')}, ${CYCLES[cycle]}`;
