import type { VNode } from 'preact';
import { Form, SubmitButton, TextField } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Note } from '../../components/notice.js';
import { formatTime } from '../../format.js';

/** What parents see behind the link: whose school, until when, and the files once the date of birth is right. */
export function SharedPage({ token, form, schoolName, schoolYear, expiresAt }: { token: string; form: FormState; schoolName: string; schoolYear: string; expiresAt: Date }): VNode {
  return (
    <div class="narrow">
      <p>{schoolName} gửi phụ huynh học bạ số năm học <strong>{schoolYear.replace('-', '–')}</strong>. Liên kết dùng được đến {formatTime(expiresAt)}.</p>
      <Form action={`/chia-se/${token}`} state={form} label="Tải học bạ">
        <TextField state={form} name="birthDate" label="Ngày sinh của học sinh" type="date" required />
        <SubmitButton label="Tải bản in (PDF)" name="file" value="pdf" id="tai-pdf" />
        <SubmitButton label="Tải bản gốc (XML)" name="file" value="xml" id="tai-xml" kind="plain" />
        <SubmitButton label="Tải gói tự kiểm tra (HTML)" name="file" value="html" id="tai-goi" kind="plain" />
      </Form>
      <p class="quiet">Bản gốc là tệp XML có chữ ký số; nơi nhận học bạ kiểm tra bản gốc ở <a href="/tra-cuu">trang tra cứu</a>. Bản in để xem và lưu giữ. Gói tự kiểm tra mở bằng trình duyệt, không cần mạng, và cho biết học bạ còn nguyên vẹn hay không.</p>
    </div>
  );
}

export const DeadSharePage = (): VNode => (
  <>
    <Note kind="bad"><p>Liên kết này đã hết hạn hoặc đã được nhà trường chấm dứt.</p></Note>
    <p>Phụ huynh liên hệ trường để nhận liên kết mới.</p>
  </>
);
