import type { VNode } from 'preact';
import { ARRIVAL_CODES, ARRIVAL_REASONS } from '../../../domain/pupilStatus.js';
import { Form, Select, SubmitButton, TextArea, TextField } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Fold } from '../../components/parts.js';

export const ADMIT_FORM = 'ghi-den';

/** The movement in: one pupil, as the expected list would state them, with reason and evidence. */
export function AdmitForm({ action, schoolPage, form, open }: { action: string; schoolPage: string; form: FormState; open: boolean }): VNode {
  return (
    <Fold summary="Ghi học sinh chuyển đến hoặc bị sót" open={open} id={ADMIT_FORM}>
      <Form action={action} state={form} label="Ghi học sinh chuyển đến hoặc bị sót">
        <p>Dùng khi có học sinh chuyển đến sau ngày phát động, khi danh sách lập sót một em, hoặc khi đã ghi nhầm em nào là chuyển đi, thôi học: bấm “Ghi lại” ở dòng của em đó, các ô dưới đây được điền sẵn.
          Ghi xong, em được tính ngay vào số phải có. Nếu em chưa có dữ liệu thì văn thư trường nhận việc nộp. Học bạ đã ký của các bạn cùng lớp giữ nguyên.</p>
        <p class="help">Ghi nhầm lớp thì ghi biến động chuyển đi ở lớp này, rồi ghi lại ở lớp đúng. Hạn của trường đã qua thì <a href={schoolPage}>gia hạn ở trang của trường</a>, nếu không việc mới sẽ quá hạn ngay.</p>
        <Select state={form} name="arrival" label="Lí do ghi thêm" required options={[{ value: '', label: 'Chọn lí do' }, ...ARRIVAL_CODES.map((value) => ({ value, label: ARRIVAL_REASONS[value] }))]} />
        <div class="pair">
          <TextField state={form} name="pupilCode" label="Mã học sinh" required maxLength={50} autocomplete="off" help="Theo cơ sở dữ liệu ngành, đủ các số 0 ở đầu." />
          <TextField state={form} name="fullName" label="Họ và tên" required maxLength={200} autocomplete="off" help="Như trong giấy khai sinh." />
          <TextField state={form} name="birthDate" label="Ngày sinh" type="date" required />
          <Select state={form} name="sex" label="Giới tính" required options={[{ value: '', label: 'Chọn' }, { value: 'Nam', label: 'Nam' }, { value: 'Nữ', label: 'Nữ' }]} />
          <TextField state={form} name="ethnicity" label="Dân tộc" required maxLength={100} autocomplete="off" help="Ví dụ: Kinh." />
          <TextField state={form} name="nationality" label="Quốc tịch" required maxLength={100} initial="Việt Nam" autocomplete="off" help="Học sinh nước ngoài chờ hướng dẫn của Sở nên chưa phát hành học bạ." />
          <TextField state={form} name="personalNumber" label="Số định danh cá nhân" maxLength={20} inputMode="numeric" autocomplete="off" help="12 chữ số. Chưa có thì để trống: em vẫn nằm trong số phải có, học bạ chờ đến khi có số." />
        </div>
        <TextArea state={form} name="evidence" label="Minh chứng" required rows={2} help="Số và ngày của giấy chuyển trường, công văn của trường, hoặc vì sao lần ghi trước là nhầm." />
        <SubmitButton label="Ghi học sinh vào lớp" id="ghi-chuyen-den" />
      </Form>
    </Fold>
  );
}
