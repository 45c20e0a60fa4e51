import type { VNode } from 'preact';
import { Form, SubmitButton, TextField } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Note } from '../../components/notice.js';

/** @param suggestion user name to start from; `minLength` of a password */
export function SetPasswordPage({ token, form, fullName, suggestion, minLength }: { token: string; form: FormState; fullName: string; suggestion: string; minLength: number }): VNode {
  return (
    <div class="narrow">
      <p>Xin chào <strong>{fullName}</strong>. Chọn tên đăng nhập và mật khẩu để vào hệ thống. Liên kết này chỉ dùng được một lần.</p>
      <Form action={`/dat-mat-khau/${token}`} state={form} label="Đặt mật khẩu">
        <TextField state={form} name="userName" label="Tên đăng nhập" initial={suggestion} required autocomplete="username" maxLength={100}
          help="Địa chỉ thư, hoặc tên khác từ 3 ký tự: chữ không dấu, chữ số và các dấu @ . _ -" />
        <TextField state={form} name="password" label="Mật khẩu" type="password" required autocomplete="new-password" maxLength={200}
          help={`Ít nhất ${minLength} ký tự. Một câu ngắn dễ nhớ tốt hơn một từ có dấu đặc biệt.`} />
        <TextField state={form} name="repeated" label="Nhập lại mật khẩu" type="password" required autocomplete="new-password" maxLength={200} />
        <SubmitButton label="Đặt mật khẩu và vào hệ thống" />
      </Form>
    </div>
  );
}

export function DeadLinkPage(): VNode {
  return (
    <>
      <Note kind="bad"><p>Liên kết này đã được dùng hoặc đã hết hạn.</p></Note>
      <p>Đã có mật khẩu thì <a href="/dang-nhap">đăng nhập</a>. Chưa có thì nhờ quản trị hệ thống gửi lại thư mời.</p>
    </>
  );
}
