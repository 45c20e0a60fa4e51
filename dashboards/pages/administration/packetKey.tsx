import type { VNode } from 'preact';
import { FileField, Form, SubmitButton, TextArea, TextField } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Note } from '../../components/notice.js';
import { Badge, Facts } from '../../components/parts.js';
import { formatDate } from '../../format.js';

export type PacketKeyView = {
  id: string; active: boolean; createdAt: Date; uid: string; serial: string; fingerprint: string; validFrom: Date; validTo: Date;
  registration: 'sent' | 'approved' | 'refused' | null; registrationError: string | null;
};

/** A certificate about to run out is said a month ahead: a new one takes weeks. */
const WARN_MS = 30 * 86_400_000;

/** @param waiting proposals to replace the certificate that nobody has confirmed yet */
export function PacketKeyPage({ keys, waiting, form, now }: { keys: readonly PacketKeyView[]; waiting: number; form: FormState; now: Date }): VNode {
  const active = keys.find((key) => key.active);
  return (
    <>
      <p>Gói học bạ gửi Kho được ký bằng chứng thư số tổ chức của Sở. Khóa bí mật được mã hóa ngay khi nhận và không hiện lại ở bất kì trang nào.</p>
      {active === undefined ? <Note kind="warn"><p>Chưa có chứng thư. Chưa nạp thì chưa phát động được đợt nào.</p></Note> : <Current certificate={active} now={now} />}
      {waiting > 0 && <Note kind="warn"><p>Có đề xuất thay chứng thư đang chờ một quản trị khác xác nhận ở trang <a href="/quan-tri/tin-cay">Nguồn tin cậy</a>. Chứng thư ở trên vẫn được dùng cho đến lúc đó.</p></Note>}
      <section class="card">
        <h2>{active === undefined ? 'Nạp chứng thư' : 'Đề xuất thay chứng thư'}</h2>
        {active !== undefined && <p>Chứng thư mới chỉ được dùng khi một quản trị hệ thống khác xác nhận.</p>}
        <Form action="/quan-tri/chung-thu" state={form} file label="Nạp chứng thư số của Sở">
          <FileField state={form} name="container" label="Tệp chứng thư .p12 hoặc .pfx" accept=".p12,.pfx" help="Tệp do tổ chức chứng thực cấp, gồm cả chứng thư và khóa." />
          <TextField state={form} name="password" type="password" autocomplete="off" maxLength={1000} label="Mật khẩu của tệp" help="Chỉ dùng một lần để mở tệp, không được lưu lại." />
          <p class="help">Nếu không có tệp .p12 thì chọn hai tệp PEM dưới đây.</p>
          <FileField state={form} name="certificate" label="Tệp chứng thư (PEM)" accept=".pem,.crt,.cer" help="Chứng thư số tổ chức của Sở, có mã số thuế trong tên chủ thể." />
          <FileField state={form} name="key" label="Tệp khóa bí mật (PEM)" accept=".pem,.key" help="Khóa không đặt mật khẩu, đúng cặp với chứng thư ở trên." />
          {active !== undefined && <TextArea state={form} name="reason" label="Lí do thay" required rows={2} help="Ví dụ: chứng thư cũ sắp hết hạn, số quyết định cấp chứng thư mới." />}
          <SubmitButton label={active === undefined ? 'Nạp chứng thư' : 'Gửi đề xuất'} />
        </Form>
      </section>
      <Earlier keys={keys.filter((key) => !key.active)} />
    </>
  );
}

function Current({ certificate, now }: { certificate: PacketKeyView; now: Date }): VNode {
  const left = certificate.validTo.getTime() - now.getTime();
  return (
    <section class="card">
      <h2>Chứng thư đang dùng</h2>
      {left <= 0 && <Note kind="bad"><p>Chứng thư đã hết hạn: gói không gửi được nữa. Nạp chứng thư mới.</p></Note>}
      {left > 0 && left < WARN_MS && <Note kind="warn"><p>Chứng thư sắp hết hạn. Xin cấp chứng thư mới và nạp trước ngày {formatDate(certificate.validTo)}.</p></Note>}
      <Facts facts={[
        ['Chủ thể', certificate.uid],
        ['Hiệu lực', `${formatDate(certificate.validFrom)} – ${formatDate(certificate.validTo)}`],
        ['Số sê-ri', <code>{certificate.serial}</code>],
        ['Dấu vân tay SHA-256', <code>{certificate.fingerprint}</code>],
        ['Đăng ký với Kho', <Registration certificate={certificate} />],
      ]} />
    </section>
  );
}

function Registration({ certificate }: { certificate: PacketKeyView }): VNode {
  switch (certificate.registration) {
    case 'approved': return <Badge kind="good">Kho đã chấp thuận</Badge>;
    case 'sent': return <><Badge>Đã gửi, chờ Kho chấp thuận</Badge></>;
    case 'refused': return <><Badge kind="bad">Kho từ chối</Badge> {certificate.registrationError}</>;
    case null: return <Badge kind="warn">Chưa gửi, hệ thống sẽ tự gửi</Badge>;
  }
}

function Earlier({ keys }: { keys: readonly PacketKeyView[] }): VNode | null {
  if (keys.length === 0) return null;
  return (
    <section>
      <h2>Đã nạp trước đây</h2>
      <ul>{keys.map((key) => <li key={key.id}>{key.uid}, hiệu lực {formatDate(key.validFrom)} – {formatDate(key.validTo)}, nạp ngày {formatDate(key.createdAt)}</li>)}</ul>
    </section>
  );
}
