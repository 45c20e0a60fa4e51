export type Cycle = 'main' | 'summer' | 'rehearsal';
export type CampaignStateCode = 'draft' | 'running' | 'ended' | 'cancelled';

const CYCLE_NAMES = { main: 'chính', summer: 'bổ sung sau hè', rehearsal: 'diễn tập' } as const satisfies Record<Cycle, string>;
export const CYCLE_CHOICES = [
  { value: 'main', label: 'Đợt chính' }, { value: 'summer', label: 'Đợt bổ sung sau hè' }, { value: 'rehearsal', label: 'Diễn tập (không tính vào báo cáo)' },
] as const;
export const CAMPAIGN_STATES = { draft: 'Đang chuẩn bị', running: 'Đang chạy', ended: 'Đã kết thúc', cancelled: 'Đã hủy' } as const satisfies Record<CampaignStateCode, string>;

/** `Đợt phát hành học bạ số năm học 2025–2026`; the main cycle goes without saying. */
export const campaignTitle = ({ schoolYear, cycle }: { schoolYear: string; cycle: Cycle }): string =>
  `Đợt phát hành học bạ số năm học ${schoolYear.replace('-', '–')}${cycle === 'main' ? '' : ` (${CYCLE_NAMES[cycle]})`}`;
