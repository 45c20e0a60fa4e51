import type { VNode } from 'preact';
import { ROLE_NAMES, type Role } from '../../../domain/roles.js';
import type { HomeroomSheet } from '../../../domain/sheets/homeroom.js';
import { Form, Select, SubmitButton, TextArea } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { OpenDecisionLine } from '../../components/openDecision.js';
import { Badge, Trail } from '../../components/parts.js';
import { DataTable } from '../../components/table.js';
import { formatNumber } from '../../format.js';

/** Who has which class, and the way to give a class to somebody else after launch. */
export function HomeroomPage({ sheet, form }: { sheet: HomeroomSheet; form: FormState }): VNode {
  const { school, classes, candidates } = sheet;
  const base = `/truong/${school.code}/chu-nhiem`;
  return (
    <>
      <Trail steps={[{ label: 'Việc của tôi', href: '/viec-cua-toi' }, { label: school.name, href: base }]} />
      <OpenDecisionLine decision={sheet.decision} />
      <DataTable caption="GVCN từng lớp" rows={classes} empty="Trường chưa có lớp nào trong danh sách đã chốt." columns={[
        { label: 'Lớp', kind: 'head', cell: (one) => one.className },
        { label: 'GVCN', cell: (one) => <>{one.teacherName ?? 'chưa phân công'}{!one.able && <> <Badge kind="bad">Không làm được</Badge></>}</> },
        { label: 'Chờ rà soát', kind: 'number', cell: (one) => formatNumber(one.toReview) },
        { label: 'Đã có chữ ký', kind: 'number', cell: (one) => formatNumber(one.signed) },
        { label: 'Đang ký', cell: (one) => (one.inBatch ? <Badge>Chờ xác nhận trên điện thoại</Badge> : '') },
      ]} />
      <section class="card"><h2>Thay GVCN</h2>
        <p>Việc rà soát đang mở được chuyển ngay cho GVCN mới; yêu cầu ký đang chờ trên điện thoại của người cũ bị hủy. Học bạ người cũ đã ký giữ nguyên chữ ký và tên người đó.</p>
        <Form action={base} state={form} label="Thay GVCN">
          <div class="pair">
            <Select state={form} name="classId" label="Lớp" required options={classes.map((one) => ({ value: one.classId, label: `Lớp ${one.className} (${one.teacherName ?? 'chưa có GVCN'})` }))} />
            <Select state={form} name="personId" label="GVCN mới" required options={candidates.map((one) => ({
              value: one.personId, label: `${one.fullName} (${one.classNames.length > 0 ? `GVCN lớp ${one.classNames.join(', ')}` : one.roles.map((role) => ROLE_NAMES[role as Role]).join(', ')})`,
            }))} />
          </div>
          <TextArea state={form} name="reason" label="Lí do" required rows={2} maxLength={500} />
          <SubmitButton label="Thay GVCN" id="thay-gvcn" disabledBecause={block(sheet)} />
        </Form>
        <p class="quiet">Người chưa có trong danh mục của trường thì chuyên viên Sở nạp danh mục hoặc giao vai trò trước.</p>
      </section>
    </>
  );
}

function block({ school, classes, candidates }: HomeroomSheet): string | null {
  if (school.campaign?.state !== 'running') return 'Trường chưa thuộc đợt phát hành nào đang chạy.';
  return classes.length === 0 || candidates.length === 0 ? 'Chưa có lớp, hoặc chưa có ai trong danh mục của trường.' : null;
}
