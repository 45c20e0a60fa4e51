import type { Cover, ProfileCode } from '../domain/card.js';

export type Cycle = 'main' | 'summer' | 'rehearsal';
export type CampaignStateCode = 'draft' | 'running' | 'ended' | 'cancelled';

const CYCLE_NAMES = { main: 'chính', summer: 'bổ sung sau hè', rehearsal: 'diễn tập' } as const satisfies Record<Cycle, string>;
export const CYCLE_CHOICES = [
  { value: 'main', label: 'Đợt chính' }, { value: 'summer', label: 'Đợt bổ sung sau hè' }, { value: 'rehearsal', label: 'Diễn tập (không tính vào báo cáo)' },
] as const;
export const PROFILE_NAMES = { 'v1.0': 'Phiên bản 1.0 (công văn 2088)', 'v1.1': 'Phiên bản 1.1 (bố cục mới)' } as const satisfies Record<ProfileCode, string>;
export const COVER_NAMES = {
  annex: 'Dữ liệu và giờ ký (đúng phụ lục)', signature: 'Thêm chữ ký của khâu trước', block: 'Thêm cả khối ký của khâu trước',
} as const satisfies Record<Cover, string>;
export const XADES_NAMES = { 0: 'Không (đúng phụ lục)', 1: 'Có (XAdES)' } as const;
export const VENDOR_TEACHER_NAMES = { optional: 'Không bắt buộc (đúng phụ lục)', required: 'Bắt buộc' } as const;
export const VENDOR_SAME_PERSON_NAMES = { allowed: 'Được, có ghi chú', forbidden: 'Không được' } as const;
export const choicesOf = (names: Readonly<Record<string, string>>): { value: string; label: string }[] => Object.entries(names).map(([value, label]) => ({ value, label }));
export const CAMPAIGN_STATES = { draft: 'Đang chuẩn bị', running: 'Đang chạy', ended: 'Đã kết thúc', cancelled: 'Đã hủy' } as const satisfies Record<CampaignStateCode, string>;

/** `Đợt phát hành học bạ số năm học 2025–2026`; the main cycle goes without saying. */
export const campaignTitle = ({ schoolYear, cycle }: { schoolYear: string; cycle: Cycle }): string =>
  `Đợt phát hành học bạ số năm học ${schoolYear.replace('-', '–')}${cycle === 'main' ? '' : ` (${CYCLE_NAMES[cycle]})`}`;
