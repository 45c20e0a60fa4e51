import type { VNode } from 'preact';
import type { AuthorityBasis } from '../../../domain/authority.js';
import type { SignatureRole } from '../../../domain/card.js';
import type { LookedUp } from '../../../domain/sheets/lookUp.js';
import { FileField, Form, SubmitButton, TextField } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Note } from '../../components/notice.js';
import { Badge, Facts, Time } from '../../components/parts.js';
import { DataTable } from '../../components/table.js';
import { formatDay } from '../../format.js';

/** @param answer null: nothing was asked yet; 'none': nothing fits, whatever the reason */
export function LookUpPage({ code, byCode, byFile, answer }: { code: string; byCode: FormState; byFile: FormState; answer: LookedUp | 'none' | null }): VNode {
  return (
    <>
      {answer === 'none' && (
        <Note kind="warn">
          <p><strong>Không có học bạ nào khớp.</strong> Mã tra cứu hoặc ngày sinh chưa đúng, tệp đã bị thay đổi, hoặc học bạ chưa được Sở GD&ĐT nhận.</p>
          <p>Xem lại mã trên trang thông tin học sinh của bản in, hoặc hỏi trường nơi học sinh học.</p>
        </Note>
      )}
      {answer !== null && answer !== 'none' && <Answer found={answer} />}
      <div class="columns">
        <section class="card">
          <h2>Bằng mã tra cứu</h2>
          <Form action="/tra-cuu" state={byCode} label="Tra cứu bằng mã">
            <TextField state={byCode} name="code" label="Mã tra cứu" initial={code} required maxLength={60} help="36 ký tự, in trên trang thông tin học sinh và ở chân mỗi trang." />
            <TextField state={byCode} name="birthDate" label="Ngày sinh của học sinh" type="date" required />
            <SubmitButton label="Tra cứu" />
          </Form>
        </section>
        <section class="card">
          <h2>Bằng tệp học bạ</h2>
          <Form action="/tra-cuu/tep" state={byFile} file label="Tra cứu bằng tệp">
            <FileField state={byFile} name="file" label="Tệp XML của học bạ" accept=".xml,text/xml,application/xml" required help="Tệp chỉ được so với bản gốc Sở đang giữ, không được lưu lại." />
            <SubmitButton label="Đối chiếu tệp" />
          </Form>
        </section>
      </div>
      <p class="quiet">Trang này cho biết nơi cấp, người ký, thời gian và tình trạng của học bạ, không cho biết kết quả học tập.</p>
    </>
  );
}

const STATUS = {
  'in-force': ['good', 'Còn giá trị'], 'in-doubt': ['bad', 'Đang được xem lại: một chứng thư ký trên học bạ đã bị thu hồi trước lúc Sở nhận; hỏi trường hoặc Sở trước khi dùng'],
  'recalled': ['bad', 'Đã bị thu hồi, không còn giá trị'], 'superseded': ['bad', 'Đã được thay bằng bản khác, không còn giá trị'],
} as const satisfies Record<LookedUp['status'], readonly ['good' | 'bad', string]>;
const ROLES = { teacher: 'Giáo viên chủ nhiệm', principal: 'Ký duyệt', seal: 'Ký số phát hành' } as const satisfies Record<SignatureRole, string>;
const GROUNDS = {
  head: 'hiệu trưởng', deputy_assignment: 'phó hiệu trưởng được giao ký thay', deputy_in_charge: 'phó hiệu trưởng phụ trách',
} as const satisfies Record<AuthorityBasis, string>;

function Answer({ found }: { found: LookedUp }): VNode {
  const [kind, name] = STATUS[found.status];
  return (
    <section aria-label="Kết quả tra cứu">
      <Facts facts={[
        ['Tình trạng', <><Badge kind={kind}>{name}</Badge>{(found.status === 'recalled' || found.status === 'superseded') && <> từ <Time at={found.statusAt} /></>}</>],
        ['Nơi cấp', `${found.schoolName}, ${found.departmentName}`], ['Năm học', found.schoolYear.replace('-', '–')],
        ['Sở GD&ĐT nhận bản gốc', <Time at={found.receivedAt} />],
      ]} />
      <DataTable caption="Chữ ký trên học bạ" rows={found.signatures} empty="Không có chữ ký." columns={[
        { label: 'Vai trò', kind: 'head', cell: (one) => ROLES[one.role] }, { label: 'Người ký', cell: (one) => one.name },
        { label: 'Chức vụ, thẩm quyền', cell: (one) => <>{one.title}{one.basis !== null && <><br /><span class="quiet">{GROUNDS[one.basis]}{one.instrument !== null && `, văn bản ${one.instrument.number} ngày ${formatDay(one.instrument.date)}`}</span></>}</> },
        { label: 'Thời gian ký', cell: (one) => <Time at={one.signedAt} /> },
      ]} />
    </section>
  );
}
