import type { VNode } from 'preact';
import { STAGE_NAMES, STAGES } from '../../../domain/policy.js';
import { choicesOf, COVER_NAMES, CYCLE_CHOICES, PROFILE_NAMES, VENDOR_SAME_PERSON_NAMES, VENDOR_TEACHER_NAMES, XADES_NAMES } from '../../campaignNames.js';
import { Form, Select, SubmitButton, TextField } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Fold, Trail } from '../../components/parts.js';

const SPANS = [
  ['remindBefore', 'Nhắc lần đầu trước hạn', 'Người được giao nhận thư nhắc trước hạn chừng này.'],
  ['remindEvery', 'Nhắc lại mỗi', 'Trong lúc việc còn mở.'],
  ['mailSettle', 'Gom thư giao việc trong', 'Các lớp sẵn sàng trong khoảng này vào một thư cho người ký.'],
  ['escalateAfter', 'Báo phòng, xã, phường sau khi quá hạn', 'Mỗi việc báo một lần.'],
  ['signingExpires', 'Chờ xác nhận trên điện thoại', 'Quá thời gian này thì lần ký hết hiệu lực và việc mở lại.'],
  ['packetWait', 'Học bạ chờ nhau để gom gói', 'Chờ lâu nhất chừng này rồi gửi Kho.'],
  ['settle', 'Tin "không tìm thấy" của Kho sau', 'Gói chưa rõ kết quả được hỏi lại; Kho báo không tìm thấy sau thời gian này mới gửi lại.'],
] as const;

const POLICY_FIELDS = new Set<string>([...SPANS.map(([name]) => name), 'packetMaxCards', 'profile', 'cover', 'xades', 'vendorTeacher', 'vendorSamePerson']);

export function NewCampaignPage({ form }: { form: FormState }): VNode {
  const faultInPolicy = Object.keys(form.problem?.fields ?? {}).some((name) => POLICY_FIELDS.has(name));
  return (
    <>
      <Trail steps={[{ label: 'Đợt phát hành', href: '/dot' }]} />
      <p>Tạo đợt trước, nạp danh sách học sinh, rồi mới phát động. Trước khi phát động chưa ai nhận được việc.</p>
      <Form action="/dot/moi" state={form} label="Tạo đợt phát hành">
        <div class="pair">
          <TextField state={form} name="schoolYear" label="Năm học" required help="Ghi như 2025-2026." maxLength={9} />
          <Select state={form} name="cycle" label="Loại đợt" required options={CYCLE_CHOICES} help="Mỗi năm học có một đợt mỗi loại." />
        </div>
        <fieldset>
          <legend>Hạn từng khâu</legend>
          <p class="help">Theo thứ tự: hạn khâu sau không sớm hơn khâu trước. Hạn đã qua vẫn tạo được, khi phát động sẽ có cảnh báo.</p>
          <div class="pair">{STAGES.map((stage) => <TextField key={stage} state={form} name={stage} type="datetime-local" label={STAGE_NAMES[stage]} required />)}</div>
        </fieldset>
        <Fold summary="Nhắc việc, ký và gửi Kho (thường giữ nguyên)" open={faultInPolicy}>
          <p class="help">Ghi thời gian kèm đơn vị: 2 ngày, 12 giờ, 15 phút, 30 giây. Không đổi được sau khi phát động.</p>
          <div class="pair">
            {SPANS.map(([name, label, help]) => <TextField key={name} state={form} name={name} label={label} help={help} required />)}
            <TextField state={form} name="packetMaxCards" type="number" label="Số học bạ nhiều nhất một gói" min="1" max="5000" required />
            <Select state={form} name="profile" label="Mẫu học bạ" required help="Chọn 1.1 khi Bộ hoặc Kho yêu cầu bố cục mới." options={choicesOf(PROFILE_NAMES)} />
            <Select state={form} name="cover" label="Chữ ký sau bao trùm" required help="Theo phụ lục của Bộ thì chữ ký bao dữ liệu và giờ ký." options={choicesOf(COVER_NAMES)} />
            <Select state={form} name="xades" label="Ghi thêm chứng thư và vai trò vào chữ ký" required help="Đối tượng XAdES; phụ lục của Bộ không yêu cầu." options={choicesOf(XADES_NAMES)} />
            <Select state={form} name="vendorTeacher" label="Học bạ ký ở phần mềm khác: chữ ký GVCN" required options={choicesOf(VENDOR_TEACHER_NAMES)} />
            <Select state={form} name="vendorSamePerson" label="Học bạ ký ở phần mềm khác: GVCN và người duyệt là một người" required options={choicesOf(VENDOR_SAME_PERSON_NAMES)} />
          </div>
        </Fold>
        <SubmitButton label="Tạo đợt" />
      </Form>
    </>
  );
}
