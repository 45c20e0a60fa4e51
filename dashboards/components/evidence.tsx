import type { VNode } from 'preact';
import { WAIT_CODES, type EvidenceWait, type SignAgainLine } from '../../domain/evidence.js';
import { formatNumber } from '../format.js';
import { Note } from './notice.js';
import { Time } from './parts.js';

/** Sealed cards the Sở has not received, by what they wait for: whose fault it is, and whether anybody has anything to do. */
export function EvidenceWaitNotes({ waits }: { waits: readonly EvidenceWait[] }): VNode {
  return <>{waits.map((wait) => <EvidenceWaitNote key={wait.code ?? ''} wait={wait} />)}</>;
}

function EvidenceWaitNote({ wait }: { wait: EvidenceWait }): VNode {
  if (wait.code === null || wait.since === null) return <Note><p>{formatNumber(wait.cards)} học bạ đã ký số phát hành, đang lấy dấu thời gian trước khi Sở nhận.</p></Note>;
  return (
    <Note kind="warn">
      <p>
        <strong>{formatNumber(wait.cards)} học bạ đã ký số phát hành xong, đang chờ dấu thời gian để Sở nhận</strong>, từ <Time at={new Date(wait.since)} />. {WAIT_CODES[wait.code]}
      </p>
      <p>{wait.code === 'certificate-on-hold' ? 'Các học bạ khác vẫn đi tiếp; hệ thống tự tiếp tục khi chứng thư được mở lại.' : 'Lỗi thuộc về dịch vụ, không phải của trường. Nhà trường không phải làm gì: hệ thống tự tiếp tục khi dịch vụ hoạt động lại.'}</p>
    </Note>
  );
}

const SIGN_AGAIN_ROLES = { teacher: 'GVCN ký xác nhận lại', principal: 'ký duyệt lại', seal: 'ký số phát hành lại' } as const;
const SIGN_AGAIN_CODES: Readonly<Record<string, string>> = { revoked: 'chứng thư số đã bị thu hồi', expired: 'chứng thư số đã hết hạn', 'issuer-revoked': 'chứng thư của tổ chức cấp đã bị thu hồi' };

/** Signed cards of other software whose certificate did not hold when the Sở was to receive them. */
export function PutAsideNote({ lines }: { lines: readonly SignAgainLine[] }): VNode | null {
  if (lines.length === 0) return null;
  return (
    <Note kind="warn">
      <p><strong>Sở không nhận một số học bạ đã ký ở phần mềm khác</strong> vì chứng thư số của người ký không còn hiệu lực khi Sở nhận. Người ký xin chứng thư mới, lập và ký lại ở phần mềm ấy (mã tra cứu mới), rồi nộp lại tệp:</p>
      <ul>{lines.map((line) => (
        <li key={`${line.className} ${line.role} ${line.code}`}>Lớp {line.className}: {formatNumber(line.cards)} học bạ, chứng thư của {SIGNER_NAMES[line.role]} ({SIGN_AGAIN_CODES[line.code] ?? 'chứng thư số không được chấp nhận'}, <Time at={line.at} />)</li>
      ))}</ul>
    </Note>
  );
}
const SIGNER_NAMES = { teacher: 'giáo viên', principal: 'người ký duyệt', seal: 'trường' } as const;

/** Cards that came back because a certificate did not hold when the Sở was to receive them. */
export function SignAgainNote({ lines }: { lines: readonly SignAgainLine[] }): VNode | null {
  if (lines.length === 0) return null;
  return (
    <Note kind="warn">
      <p><strong>Sở chưa nhận được một số học bạ</strong> vì chứng thư số của người ký không còn hiệu lực khi Sở nhận. Người ký xin chứng thư mới, báo Sở cập nhật, rồi ký lại:</p>
      <ul>{lines.map((line) => (
        <li key={`${line.className} ${line.role} ${line.code}`}>Lớp {line.className}: {formatNumber(line.cards)} học bạ, {SIGN_AGAIN_ROLES[line.role]} ({SIGN_AGAIN_CODES[line.code] ?? 'chứng thư số không được chấp nhận'}, <Time at={line.at} />)</li>
      ))}</ul>
    </Note>
  );
}
