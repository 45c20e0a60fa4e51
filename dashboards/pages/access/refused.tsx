import type { VNode } from 'preact';
import type { RefusalCode } from '../../../domain/refusals.js';

/** Why something is not possible, and where to go from here. */
export function RefusedPage({ code, sentence, signedIn }: { code: RefusalCode; sentence: string; signedIn: boolean }): VNode {
  return (
    <>
      <div class="notice notice-bad" role="alert"><p>{sentence}</p></div>
      {code === 'form-out-of-date' && <p>Dùng nút quay lại của trình duyệt rồi tải lại trang; những gì đã nhập thường vẫn còn.</p>}
      <p>{signedIn ? <a href="/viec-cua-toi">Về Việc của tôi</a> : <a href="/dang-nhap">Đăng nhập</a>}</p>
    </>
  );
}

export function BrokenPage({ requestId }: { requestId: string }): VNode {
  return (
    <>
      <div class="notice notice-bad" role="alert"><p>Hệ thống gặp lỗi nên chưa làm được việc này. Dữ liệu không bị thay đổi.</p></div>
      <p>Thử lại sau ít phút. Nếu vẫn lỗi, gửi mã sau cho quản trị hệ thống: <code>{requestId}</code></p>
    </>
  );
}

export function FileTooLargePage({ sentence }: { sentence: string }): VNode {
  return (
    <>
      <div class="notice notice-bad" role="alert"><p>{sentence}</p></div>
      <p>Dùng nút quay lại của trình duyệt để chọn tệp khác. Chưa có dữ liệu nào bị thay đổi.</p>
    </>
  );
}
