import type { VNode } from 'preact';
import { Note } from '../../components/notice.js';

export function PastTaskLinkPage({ signedIn }: { signedIn: boolean }): VNode {
  return (
    <>
      <Note><p>Liên kết này không còn việc nào để làm: việc đã xong, đã chuyển cho người khác, hoặc liên kết đã hết hạn.</p></Note>
      <p><a href={signedIn ? '/viec-cua-toi' : '/dang-nhap'}>{signedIn ? 'Xem Việc của tôi' : 'Đăng nhập để xem Việc của tôi'}</a></p>
    </>
  );
}

export function OtherPersonPage({ csrf }: { csrf: string }): VNode {
  return (
    <>
      <Note kind="warn"><p>Liên kết này được gửi cho người khác, còn trình duyệt đang đăng nhập bằng tài khoản khác. Không có gì bị thay đổi.</p></Note>
      <form method="post" action="/dang-xuat"><input type="hidden" name="csrf" value={csrf} /><button type="submit" class="button button-main">Đăng xuất để đổi tài khoản</button></form>
      <p><a href="/viec-cua-toi">Về Việc của tôi</a></p>
    </>
  );
}
