import type { VNode } from 'preact';
import { STAGE_NAMES, STAGES } from '../../../domain/policy.js';
import { remindedJustNow } from '../../../domain/reminders.js';
import { ROLE_NAMES, type Role } from '../../../domain/roles.js';
import { Form, Select, SubmitButton, TextArea, TextField } from '../../components/form.js';
import { Fold } from '../../components/parts.js';
import { formatTime } from '../../format.js';
import type { SchoolPageProps } from './school.js';

/** Why "Gửi nhắc" would send nothing now; null when it would. */
export function justReminded(tasks: Parameters<typeof remindedJustNow>[0], now: Date): string | null {
  const at = remindedJustNow(tasks, now);
  return at === null ? null : `Đã gửi nhắc lúc ${formatTime(at)}. Sau 10 phút gửi nhắc lại được.`;
}

const STAGE_OPTIONS = STAGES.map((stage) => ({ value: stage, label: STAGE_NAMES[stage] }));

/** What the Sở may do for or to one school; each act with its reason, closed until wanted. */
export function SchoolActs({ campaign, school, tasks, approvers, forms, refusedForm, now }: SchoolPageProps): VNode {
  const base = `/dot/${campaign.id}/truong/${school.schoolCode}`;
  const nobody = tasks.every((task) => task.personName === null);
  return (
    <section aria-label="Việc của Sở">
      <h2>Sở có thể làm</h2>
      <Fold summary="Gửi nhắc" open={refusedForm === 'remind'}>
        <Form action={`${base}/nhac`} state={forms.remind} label="Gửi nhắc">
          <Select state={forms.remind} name="stage" label="Nhắc khâu" required options={[{ value: '', label: 'Mọi việc đang mở' }, ...STAGE_OPTIONS]} help="Mỗi người nhận một thư cho mỗi loại việc, gửi ngay." />
          <SubmitButton label="Gửi nhắc" id="gui-nhac" disabledBecause={nobody ? 'Không có việc nào đang giao cho ai ở trường này nên không có ai để nhắc.' : justReminded(tasks, now)} />
        </Form>
      </Fold>
      <Fold summary="Gia hạn" open={refusedForm === 'extend'}>
        <Form action={`${base}/gia-han`} state={forms.extend} label="Gia hạn">
          <div class="pair">
            <Select state={forms.extend} name="stage" label="Khâu" required options={STAGE_OPTIONS} />
            <TextField state={forms.extend} name="dueAt" label="Hạn mới" type="datetime-local" required help="Muộn hơn hạn hiện tại của khâu đó." />
          </div>
          <TextArea state={forms.extend} name="reason" label="Lí do" required rows={2} />
          <SubmitButton label="Gia hạn" />
        </Form>
      </Fold>
      <Fold summary="Miễn cho cả trường" open={refusedForm === 'exempt'}>
        <Form action={`${base}/mien`} state={forms.exempt} label="Miễn cho cả trường">
          <p>Học sinh của trường vẫn nằm trong số phải có, kèm lí do này; trường không còn việc phải làm trong đợt.</p>
          <TextArea state={forms.exempt} name="reason" label="Lí do" required rows={2} />
          <TextField state={forms.exempt} name="until" label="Miễn đến hết ngày" type="date" help="Để trống: miễn đến khi kết thúc đợt. Qua ngày này, trường tự có lại việc phải làm." />
          <SubmitButton label="Miễn cho trường" kind="danger" id="mien-truong" disabledBecause={school.exemptReason === null ? null : 'Trường đã được miễn trong đợt này.'} />
        </Form>
      </Fold>
      <Fold summary="Cho phép ngoại lệ vai trò có thời hạn" open={refusedForm === 'except'}>
        <Form action={`${base}/ngoai-le`} state={forms.except} label="Cho phép ngoại lệ vai trò">
          <p>Dùng cho trường rất nhỏ: một người vừa rà soát vừa ký duyệt cùng một lớp. Báo cáo kết thúc đợt liệt kê từng ngoại lệ.</p>
          <div class="pair">
            <Select state={forms.except} name="personId" label="Người được phép" required options={approvers.map(({ id, fullName, role }) => ({ value: id, label: `${fullName} (${ROLE_NAMES[role as Role]})` }))} />
            <TextField state={forms.except} name="instrumentNumber" label="Số quyết định của Sở" required maxLength={60} />
            <TextField state={forms.except} name="instrumentDate" label="Ngày quyết định" type="date" required />
            <TextField state={forms.except} name="from" label="Có hiệu lực từ ngày" type="date" required />
            <TextField state={forms.except} name="through" label="Đến hết ngày" type="date" required />
          </div>
          <TextArea state={forms.except} name="reason" label="Lí do" required rows={2} />
          <SubmitButton label="Cho phép ngoại lệ" id="ngoai-le" disabledBecause={approvers.length === 0 ? 'Trường chưa có hiệu trưởng hay phó hiệu trưởng trong danh mục. Nạp lại danh mục nhân sự.' : null} />
        </Form>
      </Fold>
      <p><a href={`/truong/${school.schoolCode}/giao-ky`}>Giao ký thay, chấm dứt giao ký thay</a> · <a href={`/truong/${school.schoolCode}/chu-nhiem`}>Thay GVCN</a> · <a href={`/truong/${school.schoolCode}/chung-thu`}>Chứng thư số của trường</a> · <a href={`/don-vi/truong/${school.schoolCode}`}>Nhân sự, hiệu trưởng</a></p>
    </section>
  );
}
