import type { VNode } from 'preact';
import { ROLE_NAMES, type Role } from '../../../domain/roles.js';
import { Form, Select, SubmitButton, TextField } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Note } from '../../components/notice.js';
import { Badge } from '../../components/parts.js';
import { DataTable, type Column } from '../../components/table.js';
import { formatDate } from '../../format.js';

export type PersonView = {
  id: string; fullName: string; email: string | null; phone: string | null; roles: readonly Role[]; unitName: string | null; hasAccount: boolean; disabledAt: Date | null; invitedAt: Date | null; invitationSentAt: Date | null; invitationFailed: boolean; invitationWaiting: boolean;
  /** Id of the decision to invite again; null when that makes no sense. */
  inviteId: string | null;
};

/** @param found what a search found; null when nobody was sought. @param refusal why somebody was not invited again */
export function PeoplePage({ people, form, found, sought, refusal }: { people: readonly PersonView[]; form: FormState; found: readonly PersonView[] | null; sought: string; refusal: string | null }): VNode {
  return (
    <>
      <p>Người của Sở được mời ở đây; cán bộ xã, phường và nhà trường vào hệ thống bằng danh mục do chuyên viên Sở nạp.</p>
      {refusal !== null && <Note kind="bad"><p>{refusal}</p></Note>}
      <DataTable caption="Người của Sở" columns={columnsOf(form.csrf)} rows={people} empty="Chưa có ai." />
      <section class="card">
        <h2>Mời người dùng cấp Sở</h2>
        <Form action="/quan-tri/nguoi-dung" state={form} label="Mời người dùng">
          <div class="pair">
            <TextField state={form} name="fullName" label="Họ và tên" required maxLength={100} />
            <TextField state={form} name="email" label="Địa chỉ thư" type="email" required maxLength={200} help="Thư mời kèm liên kết đặt mật khẩu được gửi tới đây." />
            <TextField state={form} name="phone" label="Điện thoại" type="tel" maxLength={20} />
            <TextField state={form} name="personalNumber" label="Số định danh cá nhân" inputMode="numeric" maxLength={12} />
          </div>
          <Select state={form} name="role" label="Vai trò" required options={[
            { value: 'coordinator', label: 'Chuyên viên Sở: phát động, theo dõi và kết thúc đợt' }, { value: 'official', label: 'Lãnh đạo: xem và tải báo cáo' },
            { value: 'administrator', label: 'Quản trị hệ thống: mời, thu hồi, khóa người dùng; nạp chứng thư của Sở' },
          ]} />
          <SubmitButton label="Gửi thư mời" />
        </Form>
      </section>
      <section class="card">
        <h2>Tìm người</h2>
        <p>Mở trang của một người để giao, thu hồi vai trò hoặc khóa tài khoản; hoặc tạo liên kết đặt mật khẩu mới.</p>
        <form method="post" action="/quan-tri/nguoi-dung/tim" class="inline-form">
          <input type="hidden" name="csrf" value={form.csrf} />
          <div class="field"><label for="tim-nguoi">Họ tên, địa chỉ thư hoặc số định danh</label><input id="tim-nguoi" name="text" type="search" required minLength={2} maxLength={100} value={sought} /></div>
          <button type="submit" class="button button-plain">Tìm</button>
        </form>
        {found !== null && <DataTable caption="Kết quả tìm" columns={columnsOf(form.csrf)} rows={found} empty="Không tìm thấy ai như vậy." />}
      </section>
    </>
  );
}

const columnsOf = (csrf: string): Column<PersonView>[] => [
  { label: 'Họ và tên', kind: 'head', cell: (person) => <a href={`/nhan-su/${person.id}`}>{person.fullName}</a> },
  { label: 'Vai trò', cell: (person) => (person.roles.length === 0 ? <Badge kind="warn">Không còn vai trò</Badge> : person.roles.map((role) => ROLE_NAMES[role]).join(', ')) },
  { label: 'Đơn vị', cell: (person) => person.unitName ?? 'Sở GD&ĐT' },
  { label: 'Liên hệ', cell: (person) => [person.email, person.phone].filter((one) => one !== null).join(' · ') },
  { label: 'Tài khoản', cell: (person) => <AccountState person={person} /> },
  { label: 'Liên kết đặt mật khẩu', cell: (person) => (person.disabledAt !== null || person.roles.length === 0 ? '–' : (
    <form method="post" action={`/quan-tri/nguoi-dung/${person.id}/lien-ket`}>
      <input type="hidden" name="csrf" value={csrf} />
      <button type="submit" class="button button-link" aria-label={`Tạo liên kết cho ${person.fullName}`}>Tạo liên kết</button>
    </form>
  )) },
  { label: 'Thư mời', cell: (person) => (person.inviteId === null ? '–' : (
    <form method="post" action={`/quan-tri/nguoi-dung/${person.id}/moi-lai`}>
      <input type="hidden" name="csrf" value={csrf} /><input type="hidden" name="decisionId" value={person.inviteId} />
      <button type="submit" class="button button-link" aria-label={`${person.invitedAt === null ? 'Gửi' : 'Gửi lại'} thư mời cho ${person.fullName}`}>{person.invitedAt === null ? 'Gửi thư mời' : 'Gửi lại thư mời'}</button>
    </form>
  )) },
];

function AccountState({ person }: { person: PersonView }): VNode {
  if (person.disabledAt !== null) return <Badge kind="bad">Đã khóa {formatDate(person.disabledAt)}</Badge>;
  if (person.hasAccount) return <Badge kind="good">Đã có tài khoản</Badge>;
  if (person.invitationFailed) return <Badge kind="bad">Thư mời không gửi được</Badge>;
  if (person.invitationWaiting) return <Badge>Thư mời đang chờ gửi</Badge>;
  if (person.invitationSentAt !== null) return <Badge>Đã gửi thư mời {formatDate(person.invitationSentAt)}</Badge>;
  return <Badge kind="warn">Chưa mời</Badge>;
}
