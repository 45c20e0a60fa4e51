import type { VNode } from 'preact';
import { ACTS, type Act } from '../../../domain/acts.js';
import type { CardState } from '../../../domain/cardState.js';
import { Time } from '../../components/parts.js';

export type HistoryView = { at: Date; act: string; actorName: string | null; from: CardState | null; to: CardState | null; reason: string | null };

/**
 * From the audit, oldest first: what happened to the card, who did it, why.
 * @param refusals what the Kho said each time it refused, oldest first
 */
export function CardHistory({ lines, refusals }: { lines: readonly HistoryView[]; refusals: readonly string[] }): VNode {
  if (lines.length === 0) return <p class="empty">Chưa có thay đổi nào được ghi.</p>;
  const refused = lines.filter((line) => line.to === 'refused');
  return (
    <ol class="history">{lines.map((line, index) => {
      const said = line.to === 'refused' ? refusals[refused.indexOf(line)] : undefined;
      return (
        <li key={index} class={line.to === 'refused' ? 'history-bad' : line.to === 'accepted' ? 'history-good' : undefined}>
          <p><strong>{titleOf(line)}</strong> <span class="quiet">{line.actorName ?? 'Hệ thống'}, <Time at={line.at} /></span></p>
          {said !== undefined && <p>Kho giải thích: {said}</p>}
          {line.reason !== null && <p>Lí do: {line.reason}</p>}
        </li>
      );
    })}</ol>
  );
}

/** People's acts by their name; the hub's own steps, and signatures, by what they brought the card to. */
function titleOf({ act, from, to }: HistoryView): string {
  if (act in ACTS) return ACTS[act as Act].name;
  if (act in OWN_STEPS) return OWN_STEPS[act] as string;
  if (act === 'sign_again') return 'Chứng thư số không còn hiệu lực khi Sở nhận, trả lại để ký lại';
  if (to === 'drafted' && from !== null) return 'Quay lại bước GVCN rà soát';
  return to === null ? act : STEPS[to];
}
const OWN_STEPS: Readonly<Record<string, string>> = {
  signer_changed: 'Người ký duyệt ghi trong học bạ đã thay đổi, GVCN ký lại', hand_in_signed: 'Nộp học bạ đã ký ở phần mềm khác', receipt_refused: 'Sở không nhận vì chứng thư số không còn hiệu lực; phải lập và ký lại ở phần mềm khác ấy',
  packet_refused: 'Không qua lần kiểm tra cuối trước khi gửi Kho',
  share_card: 'Tạo liên kết gửi phụ huynh', open_shared_card: 'Học bạ được tải bằng liên kết gửi phụ huynh', wrong_shared_card: 'Nhập sai ngày sinh ở liên kết gửi phụ huynh', end_shared_card: 'Chấm dứt liên kết gửi phụ huynh',
};
const STEPS = {
  drafted: 'Lập học bạ từ dữ liệu của trường', teacher_signed: 'GVCN ký xác nhận', principal_signed: 'Ký duyệt', sealed: 'Ký số phát hành', received: 'Sở kiểm tra chữ ký, lấy dấu thời gian, lưu bản gốc',
  packed: 'Đóng gói để gửi Kho', sending: 'Bắt đầu gửi Kho', submitted: 'Kho đã nhận gói, chờ kết quả', accepted: 'Kho tiếp nhận', refused: 'Kho từ chối', unknown: 'Chưa rõ kết quả, hỏi lại Kho',
  recalled: 'Thu hồi', superseded: 'Thay bằng bản mới',
} as const satisfies Record<CardState, string>;
