import type { OverallResult, PupilRecord } from './record.js';

/** Status of an expected pupil: it exists before the card does, so a pupil without a card has one too (design §2 Numbers). */
export const PUPIL_STATUSES = ['expected', 'held', 'exempt', 'excluded'] as const;
export type PupilStatus = (typeof PUPIL_STATUSES)[number];

/** Why a pupil is held: inside the denominator, with a reason. */
export const HELD_REASONS = {
  no_personal_number: 'Học sinh chưa có số định danh cá nhân',
  number_of_another: 'Số định danh nộp lên đang là của học sinh khác',
  foreign_pupil: 'Học sinh mang quốc tịch nước ngoài',
  awaiting_reassessment: 'Chờ đánh giá lại trong hè',
} as const;
/** What mends each hold, for the clerk; the Sở reads the same. */
export const HELD_MENDS = {
  no_personal_number: 'Gia đình xin số ở công an xã, phường. Có số thì văn thư điền vào tệp dữ liệu của lớp và nộp lại.',
  number_of_another: 'Đối chiếu số với giấy khai sinh hoặc căn cước của cả hai em. Em này sai thì sửa số trong tệp và nộp lại; em kia sai thì báo Sở GD&ĐT, vì số của em kia đã chốt trong danh sách.',
  foreign_pupil: 'Học bạ số của học sinh nước ngoài chờ hướng dẫn của Sở GD&ĐT. Nếu ghi nhầm quốc tịch thì báo Sở sửa danh sách.',
  awaiting_reassessment: 'Đánh giá lại trong hè, rồi phát hành ở đợt bổ sung sau hè. Có kết quả trước khi đợt này kết thúc thì văn thư nộp lại dữ liệu của lớp; kết quả vẫn là CHT thì báo Sở GD&ĐT ghi nhận đã đánh giá lại.',
} as const satisfies Record<keyof typeof HELD_REASONS, string>;
/** Holds that a number in the school's own data ends. */
export const ENDED_BY_NUMBER = ['no_personal_number', 'number_of_another'] as const satisfies readonly (keyof typeof HELD_REASONS)[];
/** Why a pupil is exempt: the school issues on paper, by a dated decision. */
export const EXEMPT_REASONS = { paper_school: 'Trường còn dùng học bạ giấy theo lộ trình', exempt_by_department: 'Sở GD&ĐT miễn trong đợt này' } as const;
/** Why a pupil left the denominator: a movement (biến động học sinh). */
export const MOVEMENT_REASONS = { transfer_out: 'Chuyển đi', drop_out: 'Thôi học' } as const;
/** Why a pupil joined the denominator after the launch: the movement the other way. It is no status: whoever came may be held, exempt or leave like any other. */
export const ARRIVAL_REASONS = { transfer_in: 'Chuyển đến', omitted: 'Bổ sung do sót khi lập danh sách', restored: 'Ghi lại do rút nhầm' } as const;
export type ArrivalReason = keyof typeof ARRIVAL_REASONS;
export const ARRIVAL_CODES = Object.keys(ARRIVAL_REASONS) as readonly ArrivalReason[];

export type MovementReason = ArrivalReason | keyof typeof MOVEMENT_REASONS;

export const PUPIL_REASONS = { ...HELD_REASONS, ...EXEMPT_REASONS, ...MOVEMENT_REASONS } as const;
export type PupilReason = keyof typeof PUPIL_REASONS;
export type HeldReason = keyof typeof HELD_REASONS;

/** Statuses each act may change: an exempted pupil may still leave by a movement, never the other way round. */
export const CHANGEABLE_STATUSES: Record<'exempt_pupils' | 'exclude_pupils' | 'hold_pupils', readonly PupilStatus[]> = {
  exempt_pupils: ['expected', 'held'], exclude_pupils: ['expected', 'held', 'exempt'], hold_pupils: ['expected'],
};

/** Held by who the pupil is, as the list of expected pupils says; null when nothing holds it. */
export function heldReason(pupil: { personalNumber: string | null; nationality: string }): HeldReason | null {
  if (pupil.nationality !== 'Việt Nam') return 'foreign_pupil';
  if (pupil.personalNumber === null) return 'no_personal_number';
  return null;
}

/**
 * Where a year's result holds its pupil: circular 27 has whoever did not complete the grade helped and assessed again in summer before
 * anybody decides on promotion, so that in these cycles a card with this result would be issued too early. The summer's cycle issues it.
 */
export const AWAITS_REASSESSMENT = { result: 'CHT', cycles: ['main', 'rehearsal'] } as const satisfies { result: OverallResult; cycles: readonly string[] };

/** Held by what the whole record says, in a cycle before the summer's re-assessment. */
export const heldByRecord = ({ identity, summary }: Pick<PupilRecord, 'identity' | 'summary'>): HeldReason | null =>
  heldReason(identity) ?? (summary.result === AWAITS_REASSESSMENT.result ? 'awaiting_reassessment' : null);
