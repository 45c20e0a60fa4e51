import type { SignatureRole } from './card.js';
import type { AuthorityBasis } from './authority.js';

/** States of a signature batch, as `signature_batch.state` keeps them. */
export type BatchState = 'new' | 'prepared' | 'requested' | 'collected' | 'attached' | 'declined' | 'expired' | 'failed';

/** The legal ground a person signs under, as pages and the closing sheet name it. */
export type AuthorityNote = { basis: AuthorityBasis; instrumentNumber: string | null; instrumentDate: string | null; signedBy: string | null };

/** One approval given to the signing service and how far its signatures have come. Counts are of cards. */
export type SigningBatch = {
  id: string; role: SignatureRole; state: BatchState; failureCode: string | null; personId: string; personName: string;
  /** Where the person confirms; null when the hub signs with the school's own key. */
  account: string | null;
  authority: AuthorityNote | null; classNames: string[];
  createdAt: Date; expiresAt: Date; requestedAt: Date | null; attachedAt: Date | null;
  total: number; prepared: number; collected: number; attached: number; dropped: number;
};

/** Why a certificate is refused before a signature is asked for or attached: what is wrong, who can mend it, how. */
export const CERTIFICATE_REFUSALS = {
  'certificate-revoked': 'Chứng thư số đã bị thu hồi. Người ký xin chứng thư mới, báo Sở GD&ĐT cập nhật, rồi ký lại.',
  'certificate-issuer-revoked': 'Chứng thư của tổ chức cấp chứng thư số đã bị thu hồi. Người ký xin chứng thư của tổ chức còn hiệu lực, báo Sở GD&ĐT cập nhật, rồi ký lại.',
  'certificate-expired': 'Chứng thư số đã hết hạn. Người ký gia hạn chứng thư, báo Sở GD&ĐT cập nhật, rồi ký lại.',
  'certificate-not-yet-valid': 'Chứng thư số chưa đến ngày có hiệu lực. Người ký chờ đến ngày đó rồi ký lại.',
  'certificate-on-hold': 'Chứng thư số đang bị tạm dừng. Người ký đề nghị tổ chức chứng thực mở lại, rồi ký lại.',
  'certificate-issuer-unknown': 'Chứng thư số không do tổ chức chứng thực được Sở chấp nhận cấp. Sở GD&ĐT kiểm tra danh sách nguồn tin cậy.',
  'certificate-refused': 'Chứng thư số không dùng để ký học bạ được. Người ký liên hệ nơi cấp chứng thư, Sở GD&ĐT kiểm tra nguồn tin cậy.',
  'seal-key-gone': 'Chứng thư số của trường đã được gỡ khỏi hệ thống hoặc không còn là chứng thư Sở GD&ĐT phê duyệt, nên hệ thống không ký. Hiệu trưởng nạp lại ở trang Chứng thư số của trường, rồi văn thư ký lại.',
  'seal-key-unreadable': 'Hệ thống không mở được khóa đang giữ của chứng thư số của trường. Hiệu trưởng nạp lại tệp .p12 ở trang Chứng thư số của trường, rồi văn thư ký lại.',
} as const;
export type CertificateRefusal = keyof typeof CERTIFICATE_REFUSALS;

/** A refusal's own sentence; null for what only a code stands for. */
export const refusalSentence = (code: string): string | null => (code in CERTIFICATE_REFUSALS ? CERTIFICATE_REFUSALS[code as CertificateRefusal] : null);

export type SigningPhase = 'preparing' | 'waiting' | 'attaching' | 'done' | 'declined' | 'expired' | 'failed';

/** What a person should be told now. `waiting` is the only phase in which the person has something to do elsewhere. */
export const PHASE_OF = {
  new: 'preparing', prepared: 'preparing', requested: 'waiting', collected: 'attaching', attached: 'done',
  declined: 'declined', expired: 'expired', failed: 'failed',
} as const satisfies Record<BatchState, SigningPhase>;

/** Phases that end by themselves; a page in one of them looks again. */
export const isUnderWay = (batch: { state: BatchState }): boolean => ['preparing', 'waiting', 'attaching'].includes(PHASE_OF[batch.state]);

/** For so long a finished signing stands on top of its page, so that whoever confirmed on the phone comes back to its result. */
const FRESH_MS = 3_600_000;

/**
 * Signings a page shows above its lists: those under way; else the last one, when it has just ended, or ended without signatures and
 * there is still something to sign.
 * @param batches newest first
 */
export function batchesOnTop(batches: readonly SigningBatch[], input: { now: Date; stillToSign: boolean }): SigningBatch[] {
  const open = batches.filter(isUnderWay);
  const [last] = batches;
  if (open.length > 0 || last === undefined) return open;
  if (last.state !== 'attached') return input.stillToSign ? [last] : [];
  return last.attachedAt !== null && input.now.getTime() - last.attachedAt.getTime() < FRESH_MS ? [last] : [];
}
