import type { VNode } from 'preact';
import { ROLE_NAMES, type Role } from '../../../domain/roles.js';
import { CheckBox, Form, Select, SubmitButton, TextField } from '../../components/form.js';
import { valuesOf, type FormState } from '../../components/formState.js';
import { Badge, Fold, Time, Trail } from '../../components/parts.js';
import { DataTable } from '../../components/table.js';
import { formatDate } from '../../format.js';

export type StaffView = { id: string; fullName: string; roles: readonly string[]; email: string | null; phone: string | null; hasAccount: boolean; disabled: boolean; hasCertificate: boolean; invitedAt: Date | null };
export type StaffPageProps = {
  schoolCode: string; staff: readonly StaffView[]; former: readonly { id: string; fullName: string; roles: readonly string[]; until: Date }[];
  heads: readonly { id: string; personId: string; fullName: string; instrumentNumber: string | null; validFrom: Date; endsAt: Date | null; state: 'planned' | 'held' | 'ended' }[];
  assignments: readonly { id: string; fullName: string; instrumentNumber: string | null; validTo: Date | null }[];
  form: FormState; today: string;
};

const SIGNS: readonly string[] = ['homeroom', 'principal', 'deputy'];
const names = (roles: readonly string[]): string => roles.map((role) => ROLE_NAMES[role as Role]).join(', ');

export function StaffPage(props: StaffPageProps): VNode {
  const { staff, former } = props;
  return (
    <>
      <Trail steps={[{ label: 'Đơn vị và nhân sự', href: '/don-vi' }]} />
      <DataTable caption="Nhân sự của trường" rows={staff} empty="Trường chưa có ai trong danh mục." columns={[
        { label: 'Họ và tên', kind: 'head', cell: (one) => <a href={`/nhan-su/${one.id}`}>{one.fullName}</a> },
        { label: 'Vai trò', cell: (one) => names(one.roles) },
        { label: 'Liên hệ', cell: (one) => [one.email, one.phone].filter((part) => part !== null).join(' · ') },
        { label: 'Tài khoản', cell: (one) => <Account one={one} /> },
        { label: 'Chứng thư', cell: (one) => (one.hasCertificate ? <Badge kind="good">Có</Badge> : one.roles.some((role) => SIGNS.includes(role)) ? <Badge kind="bad">Chưa có</Badge> : 'Không cần') },
      ]} />
      <p class="quiet">Mở tên một người để giao, thu hồi vai trò hoặc khóa tài khoản. Thông tin khác sửa bằng cách nạp lại tệp danh mục.</p>
      <Headship {...props} />
      {former.length > 0 && (
        <Fold summary={`Đã thôi vai trò ở trường (${former.length})`}>
          <ul>{former.map((one) => <li key={one.id}><a href={`/nhan-su/${one.id}`}>{one.fullName}</a>: {names(one.roles)}, đến {formatDate(one.until)}</li>)}</ul>
        </Fold>
      )}
    </>
  );
}

function Account({ one }: { one: StaffView }): VNode {
  if (one.disabled) return <Badge kind="bad">Đã khóa</Badge>;
  return one.hasAccount ? <Badge kind="good">Có</Badge> : <Badge kind="warn">{one.invitedAt === null ? 'Chưa mời' : `Đã mời ${formatDate(one.invitedAt)}`}</Badge>;
}

const STATES = { planned: 'sắp tới', held: 'đương nhiệm', ended: 'đã thôi' } as const;

function Headship({ schoolCode, staff, heads, assignments, form, today }: StaffPageProps): VNode {
  const kept = valuesOf(form, 'kept');
  const planned = heads.find((one) => one.state === 'planned');
  const options = staff.filter((one) => !heads.some((head) => head.state === 'held' && head.endsAt === null && head.personId === one.id));
  return (
    <section aria-label="Hiệu trưởng"><h2>Hiệu trưởng</h2>
      {heads.length === 0 ? <p class="empty">Chưa ghi nhận hiệu trưởng nào: chưa ai ký duyệt được.</p> : (
        <ul>{heads.map((one) => (
          <li key={one.id}><a href={`/nhan-su/${one.personId}`}>{one.fullName}</a> ({STATES[one.state]}): từ <Time at={one.validFrom} />{one.endsAt !== null && <> đến <Time at={one.endsAt} /></>}
            {one.instrumentNumber !== null && `, quyết định số ${one.instrumentNumber}`}</li>
        ))}</ul>
      )}
      <Fold summary="Ghi nhận hiệu trưởng mới" open={form.problem !== null}>
        <Form action={`/don-vi/truong/${schoolCode}/hieu-truong`} state={form} label="Ghi nhận hiệu trưởng mới">
          <p>Từ ngày có hiệu lực, người đương nhiệm thôi quyền ký duyệt; những gì đã ký vẫn giữ giá trị. Lớp đang chờ ký được chuyển cho hiệu trưởng mới, và GVCN ký xác nhận lại vì tên người ký duyệt nằm trong học bạ.</p>
          <div class="pair">
            <Select state={form} name="personId" label="Người của trường" options={[{ value: '', label: 'Người ở nơi khác' }, ...options.map((one) => ({ value: one.id, label: `${one.fullName} (${names(one.roles)})` }))]} />
            <TextField state={form} name="personalNumber" label="Hoặc số định danh của người ở nơi khác" inputMode="numeric" maxLength={12} />
            <TextField state={form} name="instrumentNumber" label="Số quyết định" required maxLength={60} />
            <TextField state={form} name="instrumentDate" label="Ngày quyết định" type="date" required />
            <TextField state={form} name="signedBy" label="Người ký quyết định" required maxLength={120} />
            <TextField state={form} name="effectiveOn" label="Có hiệu lực từ ngày" type="date" required initial={today} min={today} help="Hôm nay nghĩa là ngay bây giờ; ngày khác thì từ đầu ngày đó." />
          </div>
          {assignments.length > 0 && (
            <fieldset><legend>Giao ký thay mà hiệu trưởng mới giữ nguyên</legend>
              <p class="help">Văn bản không được chọn kết thúc cùng hiệu trưởng đã giao.</p>
              {assignments.map((one) => (
                <CheckBox key={one.id} state={form} name="kept" value={one.id} checked={kept.includes(one.id)}
                  label={<>{one.fullName}, văn bản số {one.instrumentNumber}{one.validTo !== null && <>, đến <Time at={one.validTo} /></>}</>} />
              ))}
            </fieldset>
          )}
          <SubmitButton label="Ghi nhận hiệu trưởng" id="ghi-hieu-truong" disabledBecause={planned === undefined ? null : `Đã ghi nhận ${planned.fullName} từ ngày sắp tới. Muốn đổi thì mở trang của người đó, thu hồi vai trò Hiệu trưởng trước.`} />
        </Form>
      </Fold>
    </section>
  );
}
