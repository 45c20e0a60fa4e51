import type { VNode } from 'preact';
import { ROLE_NAMES, type Role } from '../../../domain/roles.js';
import { Badge, Trail } from '../../components/parts.js';
import { DataTable } from '../../components/table.js';
import { formatDate } from '../../format.js';

export type StaffView = { id: string; fullName: string; roles: readonly string[]; email: string | null; phone: string | null; hasAccount: boolean; hasCertificate: boolean; invitedAt: Date | null };

const SIGNS: readonly string[] = ['homeroom', 'principal', 'deputy'];

export function StaffPage({ staff }: { staff: readonly StaffView[] }): VNode {
  return (
    <>
      <Trail steps={[{ label: 'Đơn vị và nhân sự', href: '/don-vi' }]} />
      <DataTable caption="Nhân sự của trường" rows={staff} empty="Trường chưa có ai trong danh mục." columns={[
        { label: 'Họ và tên', kind: 'head', cell: (one) => one.fullName },
        { label: 'Vai trò', cell: (one) => one.roles.map((role) => ROLE_NAMES[role as Role]).join(', ') },
        { label: 'Liên hệ', cell: (one) => [one.email, one.phone].filter((part) => part !== null).join(' · ') },
        { label: 'Tài khoản', cell: (one) => (one.hasAccount ? <Badge kind="good">Có</Badge> : <Badge kind="warn">{one.invitedAt === null ? 'Chưa mời' : `Đã mời ${formatDate(one.invitedAt)}`}</Badge>) },
        { label: 'Chứng thư', cell: (one) => (one.hasCertificate ? <Badge kind="good">Có</Badge> : one.roles.some((role) => SIGNS.includes(role)) ? <Badge kind="bad">Chưa có</Badge> : 'Không cần') },
      ]} />
      <p class="quiet">Sửa bằng cách nạp lại tệp danh mục; tài khoản ký số và chứng thư ghi trong trang tính Nhân sự.</p>
    </>
  );
}
