import type { VNode } from 'preact';
import { Note } from '../../components/notice.js';

export function PasswordLinkPage({ fullName, link, expires }: { fullName: string; link: string; expires: string }): VNode {
  return (
    <>
      <p>Chuyển liên kết sau cho <strong>{fullName}</strong> bằng kênh riêng (không đăng lên nhóm chung). Ai có liên kết thì đặt được mật khẩu của tài khoản này.</p>
      <p class="card"><code>{link}</code></p>
      <Note kind="warn"><p>Liên kết chỉ hiện một lần ở đây, dùng được một lần, đến {expires}. Liên kết cũ của người này đã hết hiệu lực.</p></Note>
      <p><a href="/quan-tri/nguoi-dung">Về Người dùng cấp Sở</a></p>
    </>
  );
}
