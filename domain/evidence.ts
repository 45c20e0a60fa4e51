import type { Instant } from './brand.js';
import type { CardState } from './cardState.js';

/**
 * Why the Sở's receipt waits for its evidence. In every case but a certificate on hold the fault lies with a service or with
 * the Sở's settings, never with the school; what waits goes on by itself.
 */
export const WAIT_CODES = {
  'tsa-down': 'Dịch vụ cấp dấu thời gian chưa trả lời.',
  'tsa-refused': 'Dịch vụ cấp dấu thời gian từ chối yêu cầu; quản trị viên Sở liên hệ dịch vụ.',
  'tsa-bad-token': 'Dấu thời gian nhận được không hợp lệ; quản trị viên Sở liên hệ dịch vụ cấp dấu thời gian.',
  'tsa-clock': 'Đồng hồ của dịch vụ cấp dấu thời gian và của máy chủ lệch nhau quá 5 phút; quản trị viên Sở kiểm tra đồng hồ.',
  'crl-down': 'Chưa lấy được danh sách thu hồi của tổ chức chứng thực.',
  'crl-missing': 'Chưa có địa chỉ danh sách thu hồi của tổ chức đã cấp một chứng thư; quản trị viên Sở bổ sung.',
  'crl-unusable': 'Danh sách thu hồi của tổ chức chứng thực đã quá hạn hoặc không dùng được; quản trị viên Sở liên hệ tổ chức chứng thực.',
  'certificate-on-hold': 'Một chứng thư đã ký đang bị tạm dừng; người ký đề nghị tổ chức chứng thực mở lại chứng thư.',
  'own-check-failed': 'Hệ thống chưa kiểm tra được chứng thư; quản trị viên xem nhật ký.',
} as const satisfies Record<string, string>;
export type WaitCode = keyof typeof WAIT_CODES;

export const isWaitCode = (code: string): code is WaitCode => code in WAIT_CODES;

/** Sealed cards of a school that wait for their evidence; `code` null: the first attempt is under way. */
export type EvidenceWait = { cards: number; code: WaitCode | null; since: Instant | null };

/** Cards of a class that wait to be signed again by `role`, because a certificate did not hold; `code` is the path validator's. */
export type SignAgainLine = { role: 'teacher' | 'principal' | 'seal'; code: string; className: string; cards: number; at: Date };

/** Whose turn a card with a revoked certificate is; `nobody`: its signature stays good. */
export type RevokedTurn = { owner: 'teacher' | 'approver' | 'clerk' | 'department' | 'nobody'; act: string };

const SIGNERS = { subjectTeacher: 'teacher', teacher: 'teacher', principal: 'approver', seal: 'clerk' } as const;

/**
 * What is to be done about a card whose signature of `role` was made with a certificate that is revoked now (issue 4, item 5).
 * @param input proven: a time-stamp from before the revocation covers the card as it is; signAgain: it was sent back for this already
 */
export function revokedTurn(input: { role: keyof typeof SIGNERS; state: CardState; proven: boolean; signAgain: boolean }): RevokedTurn {
  const owner = SIGNERS[input.role];
  if (input.signAgain) return { owner, act: 'Ký lại bằng chứng thư mới.' };
  if (input.proven) return { owner: 'nobody', act: 'Không phải làm gì: dấu thời gian chứng minh đã ký trước khi thu hồi.' };
  switch (input.state) {
    case 'refused': return { owner: 'clerk', act: 'Lập lại học bạ rồi ký lại bằng chứng thư mới.' };
    case 'received': return { owner: 'clerk', act: 'Không gửi Kho: khi đóng gói, học bạ được trả về văn thư để lập lại và ký lại bằng chứng thư mới.' };
    case 'packed': case 'sending': case 'unknown': case 'submitted': return { owner: 'department', act: 'Đang ở Kho hoặc trên đường tới Kho: chờ kết quả, rồi thu hồi học bạ này và để trường lập bản mới.' };
    case 'accepted': return { owner: 'department', act: 'Kho đã tiếp nhận: đề nghị Bộ thu hồi học bạ này, rồi để trường lập bản mới với mã tra cứu mới.' };
    default: return { owner, act: 'Xin chứng thư mới; học bạ được trả lại để ký lại khi tới bước Sở nhận.' };
  }
}
