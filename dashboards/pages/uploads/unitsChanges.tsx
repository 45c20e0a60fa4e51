import type { VNode } from 'preact';
import { ROLE_NAMES, type Role } from '../../../domain/roles.js';
import type { UnitsDifferences } from '../../../domain/unitsDifferences.js';
import { CheckBox, Form, SubmitButton } from '../../components/form.js';
import { valuesOf, type FormState } from '../../components/formState.js';
import { Fold } from '../../components/parts.js';
import { DataTable } from '../../components/table.js';
import { formatNumber } from '../../format.js';

/** More lines than this nobody reads on a page; the counts say how many there are. */
const SHOWN = 300;
const KINDS = { office: 'Phòng, xã, phường', school: 'Trường', person: 'Người', role: 'Vai trò' } as const;

/** What a workbook would change, with the people it no longer names; whoever is not ticked keeps the role. */
export function UnitsChanges({ uploadId, differences: { added, changed, again, gone, heads }, form, discard }: { uploadId: string; differences: UnitsDifferences; form: FormState; discard: FormState }): VNode {
  const ticked = valuesOf(form, 'putOut');
  const tick = (grantId: string, label: string): VNode => <CheckBox key={grantId} state={form} name="putOut" value={grantId} checked={ticked.includes(grantId)} label={label} />;
  return (
    <>
      <Form action={`/tep/${uploadId}/ap-dung`} state={form} label="Áp dụng danh mục">
        {heads.length > 0 && (
          <fieldset><legend>Hiệu trưởng khác ({formatNumber(heads.length)})</legend>
            <p class="help">Mỗi trường chỉ có một hiệu trưởng. Chọn để người đương nhiệm thôi chức ngay khi áp dụng. Không chọn thì người mới chưa là hiệu trưởng; ghi nhận kèm quyết định và ngày ở trang của trường.</p>
            {heads.map((one) => tick(one.grantId, `${one.schoolName}: ${one.current} thôi, ${one.named} thay`))}
          </fieldset>
        )}
        {gone.length > 0 && (
          <fieldset><legend>Không còn trong tệp ({formatNumber(gone.length)})</legend>
            <p class="help">Chọn người thôi vai trò. Ai không được chọn thì giữ nguyên. Việc đang mở được chuyển ngay; chữ ký đã có vẫn giữ giá trị.</p>
            {gone.slice(0, SHOWN).map((one) => tick(one.grantId, `${one.name}, ${ROLE_NAMES[one.role]}, ${one.unitName}`))}
            {gone.length > SHOWN && <p>Còn {formatNumber(gone.length - SHOWN)} người chưa hiện ở đây: mở trang của từng người để thu hồi vai trò, hoặc nạp lại tệp sau lần này.</p>}
          </fieldset>
        )}
        {again.length > 0 && (
          <section><h2>Vai trò đã thu hồi, tệp ghi lại ({formatNumber(again.length)})</h2>
            <p>Áp dụng thì những người này được giao lại vai trò.</p>
            <ul>{again.slice(0, SHOWN).map((one) => <li key={`${one.name}/${one.role}/${one.unitName}`}>{one.name}, {ROLE_NAMES[one.role]}, {one.unitName}</li>)}</ul>
          </section>
        )}
        <section><h2>Thay đổi ({formatNumber(changed.length)})</h2>
          <DataTable caption="Thay đổi" hideCaption rows={changed.slice(0, SHOWN)} empty="Không thông tin nào thay đổi." columns={[
            { label: 'Ai, nơi nào', kind: 'head', cell: (one) => one.name }, { label: 'Mục', cell: (one) => one.field }, { label: 'Đang ghi', cell: (one) => one.from ?? '–' }, { label: 'Tệp ghi', cell: (one) => one.to ?? '–' },
          ]} />
          {changed.length > SHOWN && <p>Trang này hiện {formatNumber(SHOWN)} dòng đầu.</p>}
          <p class="quiet">Lớp chủ nhiệm trong đợt đã phát động không đổi theo tệp: thay ở trang phân công GVCN của trường.</p>
        </section>
        <Fold summary={`Mới (${formatNumber(added.length)})`}>
          <ul>{added.slice(0, SHOWN).map((one, index) => <li key={index}>{KINDS[one.what]}: {one.name}{one.detail !== null && `, ${one.what === 'role' ? roleDetail(one.detail) : one.detail}`}</li>)}</ul>
        </Fold>
        <SubmitButton label="Áp dụng" id="ap-dung" />
      </Form>
      <Form action={`/tep/${uploadId}/bo`} state={discard} label="Bỏ tệp này"><SubmitButton label="Bỏ tệp này, giữ danh mục đang dùng" kind="plain" id="bo-tep" /></Form>
    </>
  );
}

function roleDetail(detail: string): string {
  const [role, ...unit] = detail.split('/');
  return `${ROLE_NAMES[role as Role]}, ${unit.join('/')}`;
}
