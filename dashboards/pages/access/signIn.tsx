import type { VNode } from 'preact';
import { Form, SubmitButton, TextField } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Note } from '../../components/notice.js';

/** @param onward where to go after signing in; null for the start page */
export function SignInPage({ form, onward }: { form: FormState; onward: string | null }): VNode {
  return (
    <div class="narrow">
      {onward !== null && <Note><p>Đăng nhập xong sẽ tới đúng việc cần làm.</p></Note>}
      <Form action="/dang-nhap" state={form} label="Đăng nhập">
        {onward !== null && <input type="hidden" name="tiep" value={onward} />}
        <TextField state={form} name="userName" label="Tên đăng nhập" required autocomplete="username" maxLength={100} />
        <TextField state={form} name="password" label="Mật khẩu" type="password" required autocomplete="current-password" maxLength={200} />
        <SubmitButton label="Đăng nhập" />
      </Form>
      <p class="quiet">Chưa có tài khoản hoặc quên mật khẩu: dùng thư mời đã nhận, hoặc nhờ quản trị hệ thống gửi lại.</p>
      <p class="quiet">Muốn đối chiếu một học bạ thì không cần tài khoản: <a href="/tra-cuu">tra cứu học bạ số</a>.</p>
    </div>
  );
}
