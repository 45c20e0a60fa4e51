import { CARD_STATE_NAMES } from '../domain/cardState.js';
import { COUNT_DEFINITIONS, type ProgressCounts } from '../domain/rates.js';
import { ARRIVAL_REASONS, PUPIL_REASONS, type ArrivalReason, type PupilReason } from '../domain/pupilStatus.js';
import { WAITING_STEPS, type Remaining } from '../domain/turns.js';

/** Names of what lists and tiles count; one word for one thing. */
export const measureName = (measure: keyof ProgressCounts): string => COUNT_DEFINITIONS[measure].name;

/** Where a pupil stands: the card's state, or why there is none. */
export const positionName = (position: string): string =>
  position in CARD_STATE_NAMES ? CARD_STATE_NAMES[position as keyof typeof CARD_STATE_NAMES] : { missing: 'Chưa có dữ liệu', held: 'Chưa đủ điều kiện phát hành', exempt: 'Được miễn', excluded: 'Biến động' }[position] ?? position;

const REASON_NAMES = { ...PUPIL_REASONS, ...ARRIVAL_REASONS };
export const reasonName = (reason: string): string => (reason === 'school_exempt' ? 'Cả trường được miễn trong đợt này' : REASON_NAMES[reason as PupilReason | ArrivalReason] ?? reason);

/** Whose turn it is while a card stands there; `kho`: nobody at the schools. */
export const TURNS: Readonly<Record<string, string>> = {
  missing: 'Văn thư trường', drafted: 'GVCN', teacher_signed: 'Hiệu trưởng hoặc người ký thay', principal_signed: 'Văn thư trường', sealed: 'Hệ thống', received: 'Hệ thống', packed: 'Hệ thống',
  sending: 'Hệ thống', submitted: 'Kho', unknown: 'Hệ thống hỏi lại Kho', refused: 'Văn thư trường hoặc Sở',
};

/** Positions in the order of the road. */
const POSITION_ORDER = ['missing', 'drafted', 'teacher_signed', 'principal_signed', 'sealed', 'received', 'packed', 'sending', 'unknown', 'submitted', 'refused'] as const;

/** Parts of what is open in the order of the road; what nobody has comes first at its place. */
export const byRoad = (remaining: readonly Remaining[]): Remaining[] => {
  const place = (position: string): number => (POSITION_ORDER as readonly string[]).indexOf(position);
  return [...remaining].sort((a, b) => place(a.position) - place(b.position) || Number(a.owned) - Number(b.owned) || WAITING_STEPS.indexOf(a.step) - WAITING_STEPS.indexOf(b.step));
};

/** Address of the list behind a count; filters are ids and codes only. */
export function listHref(campaignId: string, filter: { measure?: string; position?: string; reason?: string; step?: string; officeCode?: string | null; schoolCode?: string | null; classId?: string | null; page?: number }): string {
  const query = new URLSearchParams();
  const names = { muc: filter.measure, 'vi-tri': filter.position, 'li-do': filter.reason, khau: filter.step, xa: filter.officeCode, truong: filter.schoolCode, lop: filter.classId, trang: filter.page === undefined || filter.page === 1 ? undefined : String(filter.page) };
  for (const [name, value] of Object.entries(names)) if (value !== undefined && value !== null) query.set(name, value);
  return `/dot/${campaignId}/danh-sach?${query}`;
}
