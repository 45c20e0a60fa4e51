import type { VNode } from 'preact';
import type { SealKey, SealKeySheet } from '../../../domain/sheets/sealKey.js';
import { FileField, Form, FormProblem, SubmitButton, TextArea, TextField } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Note } from '../../components/notice.js';
import { Badge, Facts, Fold, Time, Trail } from '../../components/parts.js';
import { formatDate } from '../../format.js';

/** `subject`: the certificate's, as people read it. */
export type SealKeyView = SealKey & { subject: string };
export type SealKeyProps = {
  sheet: Omit<SealKeySheet, 'current' | 'earlier'> & { current: (SealKeyView & { signs: boolean }) | null; earlier: readonly SealKeyView[] };
  give: FormState; withdraw: FormState; mayWithdraw: boolean; now: Date;
};

/** A certificate about to run out is said a month ahead: a new one takes weeks. */
const WARN_MS = 30 * 86_400_000;

/** A school's own certificate as a file that the hub keeps: what it holds, and the way to give it and to take it away. */
export function SealKeyPage({ sheet, give, withdraw, mayWithdraw, now }: SealKeyProps): VNode {
  const { school, current } = sheet;
  const base = `/truong/${school.code}/chung-thu`;
  return (
    <>
      <Trail steps={[{ label: 'Việc của tôi', href: '/viec-cua-toi' }, { label: school.name, href: base }]} />
      <p>Ở đây trường giao cho hệ thống chứng thư số tổ chức loại tệp (.p12) để ký số phát hành. Khóa bí mật được mã hóa ngay khi nhận, không hiện lại ở trang nào, và chỉ ký khi văn thư quyết định ký từng lần.</p>
      {current === null
        ? <Note><p>Hệ thống không giữ khóa nào của trường. {sheet.account === null ? 'Trường cũng chưa có tài khoản ký số, nên chưa ký số phát hành được.' : 'Trường ký số phát hành bằng tài khoản ở dịch vụ ký số.'}</p></Note>
        : <Current {...{ current, now }} />}
      {(current === null || !mayWithdraw) && <FormProblem state={withdraw} />}
      {current !== null && mayWithdraw && (
        <Fold summary="Gỡ khỏi hệ thống" open={withdraw.problem !== null} id="go">
          <p>Khóa bị xóa hẳn khỏi hệ thống; muốn dùng lại phải nạp lại tệp. Học bạ đã ký giữ nguyên giá trị. Lớp chưa ký xong thì giữ nguyên, chờ chứng thư khác.</p>
          <Form action={`${base}/go`} state={withdraw} label="Gỡ chứng thư số của trường khỏi hệ thống">
            <input type="hidden" name="keyId" value={current.id} />
            <TextArea state={withdraw} name="reason" label="Lí do gỡ" required rows={2} maxLength={500} />
            <SubmitButton label="Gỡ khỏi hệ thống" kind="danger" id="nut-go" />
          </Form>
        </Fold>
      )}
      <GiveForm {...{ sheet, give, base }} />
      {sheet.earlier.length > 0 && (
        <Fold summary="Đã gỡ hoặc đã thay">
          <ul>{sheet.earlier.map((one) => (
            <li key={one.id}>{one.subject}, sê-ri <code class="uuid">{one.serial}</code>: {one.givenBy} giao <Time at={one.givenAt} />, khóa xóa {one.endedAt !== null && <Time at={one.endedAt} />} do {one.endedBy}</li>
          ))}</ul>
        </Fold>
      )}
    </>
  );
}

function Current({ current, now }: { current: SealKeyView & { signs: boolean }; now: Date }): VNode {
  const left = current.validTo.getTime() - now.getTime();
  return (
    <section class="card" aria-label="Hệ thống đang giữ">
      <h2>Hệ thống đang giữ</h2>
      {!current.signs && <Note kind="bad"><p>Chứng thư này không còn là chứng thư Sở GD&ĐT phê duyệt cho trường nên hệ thống không ký bằng nó. Gỡ đi, hoặc nạp chứng thư đã được phê duyệt.</p></Note>}
      {current.revokedAt !== null && <Note kind="bad"><p>Chứng thư đã bị thu hồi nên không ký được. Xin chứng thư mới, báo Sở GD&ĐT phê duyệt rồi nạp thay.</p></Note>}
      {current.revokedAt === null && left <= 0 && <Note kind="bad"><p>Chứng thư đã hết hạn nên không ký được. Xin chứng thư mới, báo Sở GD&ĐT phê duyệt rồi nạp thay.</p></Note>}
      {current.revokedAt === null && left > 0 && left < WARN_MS && <Note kind="warn"><p>Chứng thư sắp hết hạn. Xin chứng thư mới và nạp trước ngày {formatDate(current.validTo)}.</p></Note>}
      <Facts facts={[
        ['Chủ thể', current.subject], ['Số sê-ri', <code class="uuid">{current.serial}</code>], ['Hiệu lực', `${formatDate(current.validFrom)} – ${formatDate(current.validTo)}`],
        ['Giao cho hệ thống', <><Time at={current.givenAt} />, {current.givenBy}</>], ['Dùng để ký', current.signs ? <Badge kind="good">Đang dùng</Badge> : <Badge kind="bad">Không dùng</Badge>],
        ['Dấu vân tay SHA-256', <code class="uuid">{current.fingerprint}</code>],
      ]} />
    </section>
  );
}

function GiveForm({ sheet, give, base }: { sheet: SealKeyProps['sheet']; give: FormState; base: string }): VNode {
  const replaces = sheet.current !== null;
  if (!sheet.mayGive) return <><FormProblem state={give} /><Note><p>Hiệu trưởng của trường là người giao chứng thư cho hệ thống; khi khuyết hiệu trưởng thì phó hiệu trưởng được Sở GD&ĐT ghi nhận phụ trách.</p></Note></>;
  return (
    <section class="card">
      <h2>{replaces ? 'Nạp chứng thư thay' : 'Nạp chứng thư'}</h2>
      {replaces && <p>Khóa đang giữ bị xóa khi chứng thư mới được nhận.</p>}
      <p>{sheet.approved.length === 0
        ? 'Sở GD&ĐT chưa phê duyệt chứng thư nào cho trường. Báo chuyên viên Sở ghi dấu vân tay SHA-256 của chứng thư vào danh mục đơn vị trước (cột "Dấu vân tay chứng thư số của trường").'
        : <>Chỉ nhận chứng thư Sở GD&ĐT đã phê duyệt cho trường, dấu vân tay SHA-256: {sheet.approved.map((one) => <code class="uuid" key={one}>{one}</code>)}</>}</p>
      <Form action={base} state={give} file label="Nạp chứng thư số của trường">
        <FileField state={give} name="container" label="Tệp chứng thư .p12 hoặc .pfx" accept=".p12,.pfx" required help="Tệp do tổ chức chứng thực cấp cho trường, gồm cả chứng thư và khóa." />
        <TextField state={give} name="password" type="password" autocomplete="off" maxLength={1000} required label="Mật khẩu của tệp" help="Chỉ dùng một lần để mở tệp, không được lưu lại." />
        <SubmitButton label="Giao cho hệ thống" id="nut-giao" />
      </Form>
    </section>
  );
}
