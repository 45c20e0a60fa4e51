import type { VNode } from 'preact';
import { TRUST_SOURCES, TRUST_SOURCE_NAMES, TRUST_USES, TRUST_USE_NAMES, type TrustChange, type TrustSourceKind, type TrustUse } from '../../../domain/trust.js';
import { CheckBox, FileField, Form, Select, SubmitButton, TextArea, TextField } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Note } from '../../components/notice.js';
import { Badge, Facts, Fold, Time } from '../../components/parts.js';
import { formatDate } from '../../format.js';

type Origin = { proposer: string | null; confirmer: string | null };
export type AnchorView = Origin & {
  id: string; authority: string; subject: string; fingerprint: string; notBefore: Date; notAfter: Date; selfSigned: boolean; uses: readonly TrustUse[]; weak: boolean; trustedFrom: Date;
};
export type SourceView = Origin & { id: string; authority: string; kind: TrustSourceKind; address: string; usedFrom: Date };
export type ChangeView = { id: string; content: TrustChange; fingerprint: string | null; reason: string; proposerId: string; proposer: string; proposedAt: Date; about: string | null };
/** The form of a place on the page: `certificate`, `source`, or a row's id. */
export type TrustForms = (where: string) => FormState;

type TrustView = { anchors: readonly AnchorView[]; sources: readonly SourceView[]; changes: readonly ChangeView[]; form: TrustForms; me: string; now: Date };

export function TrustPage({ anchors, sources, changes, form, me, now }: TrustView): VNode {
  return (
    <>
      <p>Chữ ký trên học bạ chỉ được nhận khi chứng thư của người ký do một tổ chức ghi ở đây cấp; danh sách thu hồi và dấu thời gian chỉ lấy từ các địa chỉ ghi ở đây. Mỗi thay đổi do một quản trị đề xuất và một quản trị khác xác nhận.</p>
      {changes.length > 0 && (
        <section>
          <h2>Chờ xác nhận</h2>
          {changes.map((change) => <Proposal key={change.id} change={change} form={form(change.id)} own={change.proposerId === me} />)}
        </section>
      )}
      <section>
        <h2>Tổ chức chứng thực được chấp nhận</h2>
        {anchors.length === 0 ? <Note kind="warn"><p>Chưa có tổ chức nào, nên chưa chữ ký nào kiểm tra được.</p></Note> : anchors.map((anchor) => <Anchor key={anchor.id} anchor={anchor} form={form(anchor.id)} now={now} />)}
      </section>
      <section>
        <h2>Địa chỉ dịch vụ</h2>
        {sources.length === 0 ? <Note kind="warn"><p>Chưa có địa chỉ nào, nên học bạ đã ký phát hành phải chờ.</p></Note> : sources.map((source) => <Source key={source.id} source={source} form={form(source.id)} />)}
      </section>
      <AddCertificate form={form('certificate')} />
      <AddSource form={form('source')} />
    </>
  );
}

const usesText = (uses: readonly TrustUse[]): string => uses.map((use) => TRUST_USE_NAMES[use]).join(', ');
const originText = ({ proposer, confirmer }: Origin): string => (proposer === null ? 'Từ cấu hình khi cài đặt' : `${proposer} đề xuất, ${confirmer} xác nhận`);

function Anchor({ anchor, form, now }: { anchor: AnchorView; form: FormState; now: Date }): VNode {
  return (
    <section class="card">
      <h3>{anchor.authority}</h3>
      {anchor.notAfter.getTime() <= now.getTime() && <Note kind="warn"><p>Chứng thư này đã hết hạn: chữ ký mới không dựa vào nó được nữa.</p></Note>}
      <Facts facts={[
        ['Chủ thể', anchor.subject],
        ['Loại', anchor.selfSigned ? 'Chứng thư gốc' : 'Chứng thư cấp phát, nằm giữa chứng thư gốc và người ký'],
        ['Dùng cho', <>{usesText(anchor.uses)} {anchor.weak && <Badge kind="warn">Ngoại lệ: thuật toán yếu</Badge>}</>],
        ['Hiệu lực', `${formatDate(anchor.notBefore)} – ${formatDate(anchor.notAfter)}`],
        ['Dấu vân tay SHA-256', <code>{anchor.fingerprint}</code>],
        ['Tin cậy từ', <><Time at={anchor.trustedFrom} />. {originText(anchor)}</>],
      ]} />
      <End kind="end_certificate" id={anchor.id} form={form} what={anchor.authority} />
    </section>
  );
}

function Source({ source, form }: { source: SourceView; form: FormState }): VNode {
  return (
    <section class="card">
      <h3>{source.authority}</h3>
      <Facts facts={[['Dịch vụ', TRUST_SOURCE_NAMES[source.kind]], ['Địa chỉ', <code>{source.address}</code>], ['Dùng từ', <><Time at={source.usedFrom} />. {originText(source)}</>]]} />
      <End kind="end_source" id={source.id} form={form} what={`${source.authority}, ${TRUST_SOURCE_NAMES[source.kind]}`} />
    </section>
  );
}

function End({ kind, id, form, what }: { kind: 'end_certificate' | 'end_source'; id: string; form: FormState; what: string }): VNode {
  return (
    <Fold summary="Đề xuất ngừng dùng" open={form.problem !== null}>
      <Form action="/quan-tri/tin-cay/ket-thuc" state={form} label={`Đề xuất ngừng dùng ${what}`}>
        <input type="hidden" name="kind" value={kind} /><input type="hidden" name="id" value={id} />
        <TextArea state={form} name="reason" label="Lí do" required rows={2} help="Những gì đã được chứng minh trước lúc ngừng vẫn có giá trị." />
        <SubmitButton label="Đề xuất ngừng dùng" kind="danger" />
      </Form>
    </Fold>
  );
}

function Proposal({ change, form, own }: { change: ChangeView; form: FormState; own: boolean }): VNode {
  return (
    <section class="card">
      <h3>{titleOf(change.content)}</h3>
      <Facts facts={[...contentFacts(change), ['Lí do', change.reason], ['Đề xuất', <>{change.proposer}, <Time at={change.proposedAt} /></>]]} />
      <Form action={`/quan-tri/tin-cay/${change.id}/xu-li`} state={form} label={`Xử lí: ${titleOf(change.content)}`}>
        {!own && <TextField state={form} name="reason" label="Lí do, nếu từ chối" maxLength={1000} />}
        {!own && change.content.kind === 'use_packet_key' && <p>Chứng thư này sẽ ký mọi gói gửi Kho và mọi bản in. So dấu vân tay với giấy giao nhận chứng thư của Sở, rồi mới xác nhận.</p>}
        {!own && change.content.kind === 'add_certificate' && <p>So dấu vân tay ở trên với dấu vân tay do tổ chức chứng thực công bố, rồi mới xác nhận.</p>}
        <div class="actions">
          <SubmitButton label="Xác nhận" name="answer" value="confirm" id={`xac-nhan-${change.id}`} disabledBecause={own ? 'Chờ một quản trị hệ thống khác xác nhận: người đề xuất không tự xác nhận được.' : null} />
          <SubmitButton label={own ? 'Rút lại đề xuất' : 'Từ chối'} name="answer" value="reject" kind="plain" />
        </div>
      </Form>
    </section>
  );
}

function titleOf(change: TrustChange): string {
  switch (change.kind) {
    case 'add_certificate': return `Thêm chứng thư: ${change.authority}`;
    case 'add_source': return `Thêm địa chỉ: ${change.authority}`;
    case 'end_certificate': return 'Ngừng tin cậy một chứng thư';
    case 'end_source': return 'Ngừng dùng một địa chỉ';
    case 'use_packet_key': return 'Thay chứng thư số của Sở';
  }
}

function contentFacts({ content, fingerprint, about }: ChangeView): (readonly [string, VNode | string])[] {
  switch (content.kind) {
    case 'add_certificate': return [
      ['Chủ thể', content.subject], ['Loại', content.selfSigned ? 'Chứng thư gốc' : 'Chứng thư cấp phát'], ['Dùng cho', usesText(content.uses)],
      ['Hiệu lực', `${formatDate(content.notBefore)} – ${formatDate(content.notAfter)}`], ['Dấu vân tay SHA-256', <code>{fingerprint}</code>],
      ...(content.weak ? [['Lưu ý', <Badge kind="warn">Ngoại lệ: thuật toán yếu</Badge>] as const] : []),
    ];
    case 'add_source': return [['Dịch vụ', TRUST_SOURCE_NAMES[content.source]], ['Địa chỉ', <code>{content.address}</code>]];
    case 'use_packet_key': return [['Chủ thể', content.subject], ['Hiệu lực', `${formatDate(content.notBefore)} – ${formatDate(content.notAfter)}`], ['Dấu vân tay SHA-256', <code>{content.fingerprint}</code>]];
    case 'end_certificate': case 'end_source': return [['Về', about ?? 'mục đã ngừng dùng']];
  }
}

function AddCertificate({ form }: { form: FormState }): VNode {
  return (
    <section class="card">
      <h2>Đề xuất thêm chứng thư của tổ chức chứng thực</h2>
      <Form action="/quan-tri/tin-cay/chung-thu" state={form} file label="Đề xuất thêm chứng thư">
        <TextField state={form} name="authority" label="Tổ chức chứng thực" required maxLength={200} help="Ví dụ: tên dịch vụ chứng thực chữ ký số, kèm khóa G1, G2 nếu có." />
        <FileField state={form} name="certificate" label="Tệp chứng thư (PEM hoặc DER)" accept=".pem,.crt,.cer,.der" required help="Chứng thư gốc hoặc chứng thư cấp phát, tải từ trang công bố của tổ chức." />
        <fieldset><legend>Dùng để kiểm tra</legend>{TRUST_USES.map((use) => <div key={use}><CheckBox state={form} name={`use-${use}`} label={TRUST_USE_NAMES[use]} /></div>)}</fieldset>
        {form.problem?.fields['uses'] !== undefined && <p class="fault">{form.problem.fields['uses']}</p>}
        <CheckBox state={form} name="weak" label="Nhận dù thuật toán yếu, là ngoại lệ cho riêng chứng thư này" />
        <TextArea state={form} name="reason" label="Lí do" required rows={2} help="Số công văn, nơi công bố chứng thư." />
        <SubmitButton label="Gửi đề xuất" />
      </Form>
    </section>
  );
}

function AddSource({ form }: { form: FormState }): VNode {
  return (
    <section class="card">
      <h2>Đề xuất thêm địa chỉ dịch vụ</h2>
      <Form action="/quan-tri/tin-cay/dia-chi" state={form} label="Đề xuất thêm địa chỉ">
        <TextField state={form} name="authority" label="Tổ chức" required maxLength={200} help="Với OCSP, ghi đúng tên tổ chức chứng thực như ở chứng thư phía trên: dịch vụ ấy chỉ được hỏi về chứng thư do tổ chức đó cấp." />
        <Select state={form} name="source" label="Dịch vụ" required options={TRUST_SOURCES.map((kind) => ({ value: kind, label: TRUST_SOURCE_NAMES[kind] }))} />
        <TextField state={form} name="address" label="Địa chỉ" required maxLength={500} help="Bắt đầu bằng http:// hoặc https://. Địa chỉ của mạng nội bộ không bao giờ được gọi." />
        <TextArea state={form} name="reason" label="Lí do" required rows={2} />
        <SubmitButton label="Gửi đề xuất" />
      </Form>
    </section>
  );
}
