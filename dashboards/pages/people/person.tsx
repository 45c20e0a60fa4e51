import type { VNode } from 'preact';
import { ACTS, type Act } from '../../../domain/acts.js';
import { APPROVER_TITLES, type AuthorityBasis } from '../../../domain/authority.js';
import { ROLE_NAMES, ROLE_SCOPE, type Role } from '../../../domain/roles.js';
import { Form, Select, SubmitButton, TextArea, TextField, type Option } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Note } from '../../components/notice.js';
import { Badge, Facts, Fold, Time, Trail } from '../../components/parts.js';
import { DataTable } from '../../components/table.js';

export type GrantView = {
  id: string; role: Role; unitName: string | null; schoolCode: string | null; validFrom: Date | null; revokedAt: Date | null; revokedReason: string | null; state: 'planned' | 'held' | 'ended';
};
export type PersonPageProps = {
  person: { id: string; fullName: string; email: string | null; phone: string | null; hasAccount: boolean; hasCertificate: boolean; disabledAt: Date | null; disabledReason: string | null };
  grants: readonly GrantView[];
  authorities: readonly { id: string; schoolName: string; basis: AuthorityBasis; instrumentNumber: string | null; validFrom: Date; endsAt: Date | null }[];
  history: readonly { at: Date; act: string; actorName: string | null; role: Role | null; reason: string | null }[];
  forms: { revoke: ReadonlyMap<string, FormState>; grant: FormState; account: FormState };
  /** Roles the reader may give here, each as `role/unit`. */
  givable: readonly Option[];
  /** Why the reader may not shut this account; null when that is allowed. */
  accountBlock: string | null;
  trail: { label: string; href: string }; today: string; mayManage: (role: Role) => boolean;
};

/** One person: what may be done as whom, until when, and the ways to end it or to give it again. */
export function PersonPage(props: PersonPageProps): VNode {
  const { person, grants, trail } = props;
  const base = `/nhan-su/${person.id}`;
  const ended = grants.filter((one) => one.state === 'ended');
  return (
    <>
      <Trail steps={[trail]} />
      {person.disabledAt !== null && <Note kind="warn"><p>Tài khoản bị khóa từ <Time at={person.disabledAt} />: {person.disabledReason}. Việc đang giao cho người này được ghi là không ai làm được.</p></Note>}
      <Facts facts={[
        ['Liên hệ', [person.email, person.phone].filter((one) => one !== null).join(' · ') || 'chưa có'],
        ['Tài khoản', person.disabledAt !== null ? <Badge kind="bad">Đã khóa</Badge> : person.hasAccount ? <Badge kind="good">Đã có</Badge> : <Badge kind="warn">Chưa đặt mật khẩu</Badge>],
        ['Chứng thư', person.hasCertificate ? <Badge kind="good">Có</Badge> : 'Chưa có'],
        ...props.authorities.map((one) => ['Thẩm quyền ký', <>{APPROVER_TITLES[one.basis]}, {one.schoolName}{one.instrumentNumber !== null && `, văn bản số ${one.instrumentNumber}`}: <Time at={one.validFrom} /> – {one.endsAt === null ? 'khi có văn bản khác' : <Time at={one.endsAt} />}</>] as const),
      ]} />
      <section aria-label="Vai trò"><h2>Vai trò</h2>
        {grants.length === ended.length && <p class="empty">Người này không giữ vai trò nào: đăng nhập được nhưng không có việc gì để làm.</p>}
        <ul class="choices">{grants.filter((one) => one.state !== 'ended').map((grant) => <GrantItem key={grant.id} grant={grant} base={base} {...props} />)}</ul>
        {ended.length > 0 && (
          <Fold summary={`Đã kết thúc (${ended.length})`}>
            <ul>{ended.map((one) => <li key={one.id}>{ROLE_NAMES[one.role]}, {one.unitName ?? 'Sở GD&ĐT'}: đến {one.revokedAt !== null && <Time at={one.revokedAt} />}{one.revokedReason !== null && `, ${one.revokedReason}`}</li>)}</ul>
          </Fold>
        )}
      </section>
      <GiveRole {...props} base={base} />
      <AccountPart {...props} base={base} />
      <section><h2>Đã quyết định về người này</h2>
        <DataTable caption="Quyết định" hideCaption rows={props.history} empty="Chưa có quyết định nào." columns={[
          { label: 'Việc', kind: 'head', cell: (one) => `${one.act in ACTS ? ACTS[one.act as Act].name : OTHER_ACTS[one.act] ?? one.act}${one.role === null ? '' : `: ${ROLE_NAMES[one.role]}`}` },
          { label: 'Lí do', cell: (one) => one.reason ?? '' }, { label: 'Người quyết định', cell: (one) => one.actorName ?? 'Hệ thống' }, { label: 'Lúc', cell: (one) => <Time at={one.at} /> },
        ]} />
      </section>
    </>
  );
}

const OTHER_ACTS: Readonly<Record<string, string>> = { set_password: 'Đặt mật khẩu', issue_password_link: 'Tạo liên kết đặt mật khẩu' };

const CONSEQUENCES = {
  principal: 'Thẩm quyền ký của hiệu trưởng và các văn bản giao ký thay do hiệu trưởng này giao kết thúc cùng lúc. Có hiệu trưởng mới thì ghi nhận ở trang của trường, không thu hồi ở đây.',
  deputy: 'Thẩm quyền ký thay của người này kết thúc cùng lúc.',
  homeroom: 'Lớp của người này không còn GVCN cho tới khi có người thay.',
} as const satisfies Partial<Record<Role, string>>;

function GrantItem({ grant, base, forms, today, mayManage }: PersonPageProps & { grant: GrantView; base: string }): VNode {
  const { role } = grant;
  const form = forms.revoke.get(grant.id);
  const what = `${ROLE_NAMES[role]}, ${grant.unitName ?? 'Sở GD&ĐT'}`;
  return (
    <li class="choice">
      <p class="choice-title"><strong>{what}</strong> {grant.state === 'planned' ? <Badge>Từ <Time at={grant.validFrom!} /></Badge> : <Badge kind="good">Đang giữ</Badge>}
        {grant.revokedAt !== null && <> <Badge kind="warn">Kết thúc <Time at={grant.revokedAt} /></Badge></>}</p>
      {form !== undefined && mayManage(role) && (
        <Fold summary={`Thu hồi vai trò ${ROLE_NAMES[role]}`} open={form.problem !== null}>
          <Form action={`${base}/thu-hoi`} state={form} label={`Thu hồi vai trò ${what}`}>
            <input type="hidden" name="grantId" value={grant.id} />
            <p>{role in CONSEQUENCES && `${CONSEQUENCES[role as keyof typeof CONSEQUENCES]} `}Chữ ký đã có vẫn giữ giá trị; việc đang mở được chuyển ngay. Giao lại vai trò thì dùng lại được.</p>
            <TextField state={form} name="effectiveOn" label="Từ ngày" type="date" required initial={today} min={today} help="Hôm nay nghĩa là ngay bây giờ; ngày khác thì từ đầu ngày đó." />
            <TextArea state={form} name="reason" label="Lí do" required rows={2} />
            <SubmitButton label="Thu hồi" kind="danger" id={`thu-hoi-${grant.id.slice(0, 8)}`} />
          </Form>
        </Fold>
      )}
      {!mayManage(role) && <p class="why">Vai trò cấp Sở do quản trị hệ thống thu hồi.</p>}
    </li>
  );
}

function GiveRole({ forms: { grant }, givable, base, person }: PersonPageProps & { base: string }): VNode {
  const block = person.disabledAt !== null ? 'Tài khoản đang bị khóa. Mở lại tài khoản trước.' : givable.length === 0 ? 'Không có vai trò nào để giao ở đây.' : null;
  return (
    <Fold summary="Giao vai trò" open={grant.problem !== null}>
      <Form action={`${base}/giao`} state={grant} label="Giao vai trò">
        <Select state={grant} name="what" label="Vai trò" required options={givable} help="Hiệu trưởng ghi nhận ở trang của trường, kèm quyết định. GVCN của lớp nào thay ở trang phân công GVCN." />
        <TextArea state={grant} name="reason" label="Lí do" required rows={2} />
        <SubmitButton label="Giao vai trò" id="giao-vai-tro" disabledBecause={block} />
      </Form>
    </Fold>
  );
}

function AccountPart({ forms: { account }, person, base, accountBlock }: PersonPageProps & { base: string }): VNode {
  const shut = person.disabledAt !== null;
  return (
    <Fold summary={shut ? 'Mở lại tài khoản' : 'Khóa tài khoản'} open={account.problem !== null}>
      <Form action={`${base}/${shut ? 'mo-khoa' : 'khoa'}`} state={account} label={shut ? 'Mở lại tài khoản' : 'Khóa tài khoản'}>
        <p>{shut ? 'Người này đăng nhập lại được bằng mật khẩu cũ. Ai chưa đặt mật khẩu thì quản trị hệ thống tạo liên kết mới.'
          : 'Người này không đăng nhập được nữa, mọi phiên đang mở và liên kết trong thư hết hiệu lực. Vai trò và thẩm quyền ký vẫn còn trên giấy tờ: muốn chuyển việc cho người khác thì thu hồi vai trò.'}</p>
        <TextArea state={account} name="reason" label="Lí do" required rows={2} />
        <SubmitButton label={shut ? 'Mở lại tài khoản' : 'Khóa tài khoản'} kind={shut ? 'main' : 'danger'} id="nut-khoa" disabledBecause={accountBlock} />
      </Form>
    </Fold>
  );
}

/** A role with its unit as one choice. */
export const roleChoice = (role: Role, unit: { code: string; name: string } | null): Option =>
  ({ value: `${role}/${unit?.code ?? ''}`, label: `${ROLE_NAMES[role]}${ROLE_SCOPE[role] === 'province' ? '' : `, ${unit?.name ?? ''}`}` });
