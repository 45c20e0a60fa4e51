import type { VNode } from 'preact';
import { APPROVER_TITLES, BLOCKED_SENTENCES } from '../../../domain/authority.js';
import type { AuthorityRow, AuthoritySheet } from '../../../domain/sheets/authority.js';
import { CheckBox, Form, Select, SubmitButton, TextField } from '../../components/form.js';
import { valuesOf, type FormState } from '../../components/formState.js';
import { Note } from '../../components/notice.js';
import { OpenDecisionLine } from '../../components/openDecision.js';
import { Badge, Facts, Fold, Time, Trail } from '../../components/parts.js';
import { formatDay, formatNumber } from '../../format.js';

export type AuthorityProps = {
  sheet: AuthoritySheet; grant: FormState;
  /** One form each, by authority. */
  revoke: ReadonlyMap<string, FormState>;
  /** A coordinator also records who is in charge; a head only assigns deputies. */
  mayRecordInCharge: boolean; today: string;
  /** False: the reader only looks. */
  mayGrant: boolean;
};

const BASES = [
  { value: 'deputy_assignment', label: 'Hiệu trưởng giao ký thay' },
  { value: 'deputy_in_charge', label: 'Phó hiệu trưởng phụ trách (khuyết hiệu trưởng)' },
] as const;

/** Who may approve at this school, under which instrument, and the way to give or end it. */
export function AuthorityPage({ sheet, grant, revoke, mayRecordInCharge, today, mayGrant }: AuthorityProps): VNode {
  const { school, authorities, blocked } = sheet;
  const base = `/truong/${school.code}/giao-ky`;
  const current = authorities.filter((one) => one.revokedAt === null && (one.validTo === null || one.validTo.getTime() > Date.now()));
  const past = authorities.filter((one) => !current.includes(one));
  return (
    <>
      <Trail steps={[{ label: 'Việc của tôi', href: '/viec-cua-toi' }, { label: school.name, href: base }]} />
      <OpenDecisionLine decision={sheet.decision} />
      {blocked.map(({ className, code }) => <Note key={className} kind="warn"><p><strong>Lớp {className}:</strong> {BLOCKED_SENTENCES[code]}</p></Note>)}
      <section aria-label="Thẩm quyền hiện có"><h2>Thẩm quyền hiện có</h2>
        {current.length === 0 && <p class="empty">Chưa ghi nhận ai có thẩm quyền ký duyệt ở trường này. Sở GD&ĐT ghi nhận hiệu trưởng ở danh mục nhân sự.</p>}
        <ul class="choices">{current.map((one) => <AuthorityItem key={one.id} one={one} base={base} form={revoke.get(one.id) ?? null} />)}</ul>
      </section>
      {mayGrant ? <GrantForm {...{ sheet, grant, base, mayRecordInCharge, today }} />
        : <Note><p>Người giao ký thay được: hiệu trưởng{sheet.headName !== null && ` (${sheet.headName})`} hoặc chuyên viên Sở GD&ĐT.</p></Note>}
      {sheet.exceptions.length > 0 && (
        <section aria-label="Ngoại lệ vai trò"><h2>Ngoại lệ của Sở GD&ĐT</h2>
          <ul>{sheet.exceptions.map((one) => (
            <li key={one.id}>
              {one.fullName} được ký duyệt lớp mình rà soát, văn bản số {one.instrumentNumber} ngày {formatDay(one.instrumentDate)},
              từ <Time at={one.validFrom} /> đến <Time at={one.validTo} />{one.revokedAt !== null && <> (đã chấm dứt <Time at={one.revokedAt} />)</>}: {one.reason}
            </li>
          ))}</ul>
        </section>
      )}
      {past.length > 0 && (
        <Fold summary={`Đã hết hạn hoặc chấm dứt (${formatNumber(past.length)})`}>
          <ul class="choices">{past.map((one) => <AuthorityItem key={one.id} one={one} base={base} form={null} />)}</ul>
        </Fold>
      )}
    </>
  );
}

function AuthorityItem({ one, base, form }: { one: AuthorityRow; base: string; form: FormState | null }): VNode {
  return (
    <li class="choice">
      <p class="choice-title">
        <strong>{one.fullName}</strong> – {APPROVER_TITLES[one.basis]} {one.holds ? <Badge kind="good">Đang hiệu lực</Badge> : <Badge>{notHolding(one)}</Badge>}
      </p>
      <Facts facts={[
        ...(one.instrumentNumber === null || one.instrumentDate === null ? []
          : [['Văn bản', `số ${one.instrumentNumber}, ngày ${formatDay(one.instrumentDate)}, ${one.signedBy ?? ''} ký`] as const]),
        ['Thời hạn', <><Time at={one.validFrom} /> – {one.validTo === null ? 'đến khi chấm dứt' : <Time at={one.validTo} />}</>],
        ['Phạm vi', one.classes === null ? 'tất cả các lớp' : `lớp ${one.classes.join(', ')}`],
        ['Lớp đang chờ người này ký', formatNumber(one.openTasks)],
        ...(one.revokedReason === null ? [] : [['Lí do chấm dứt', one.revokedReason] as const]),
      ]} />
      {form !== null && (
        <Fold summary={`Chấm dứt giao ký cho ${one.fullName}`} open={form.problem !== null}>
          <Form action={`${base}/cham-dut`} state={form} label={`Chấm dứt giao ký cho ${one.fullName}`}>
            <input type="hidden" name="authorityId" value={one.id} />
            <TextField state={form} name="reason" label="Lí do" help="Lớp đang chờ được chuyển ngay cho người có thẩm quyền khác. Chữ ký đã có vẫn giữ giá trị." required maxLength={500} />
            <SubmitButton label="Chấm dứt" kind="danger" id={`nut-cham-dut-${one.id.slice(0, 8)}`} />
          </Form>
        </Fold>
      )}
    </li>
  );
}

function notHolding({ revokedAt, validFrom }: AuthorityRow): string {
  if (revokedAt !== null) return 'Đã chấm dứt';
  return validFrom.getTime() > Date.now() ? 'Chưa tới ngày' : 'Hết hạn';
}

function GrantForm({ sheet, grant, base, mayRecordInCharge, today }: Pick<AuthorityProps, 'sheet' | 'grant' | 'mayRecordInCharge' | 'today'> & { base: string }): VNode {
  const chosen = valuesOf(grant, 'class');
  const block = sheet.deputies.length > 0 ? sheet.school.campaign === null ? 'Trường chưa thuộc đợt phát hành nào.' : null
    : 'Trường chưa có phó hiệu trưởng trong danh mục nhân sự. Chuyên viên Sở GD&ĐT bổ sung.';
  return (
    <section aria-label="Giao ký thay"><h2>Giao ký thay</h2>
      <p>Người được giao ký với chức danh "KT. HIỆU TRƯỞNG / PHÓ HIỆU TRƯỞNG" trong thời hạn của văn bản và không giao tiếp cho người khác.</p>
      <Form action={`${base}/giao`} state={grant} label="Giao ký thay">
        <Select state={grant} name="personId" label="Phó hiệu trưởng" required
          options={sheet.deputies.map((one) => ({ value: one.personId, label: one.hasCertificate ? one.fullName : `${one.fullName} (chưa có chứng thư số)` }))} />
        {mayRecordInCharge && <Select state={grant} name="basis" label="Căn cứ" required options={BASES} />}
        <TextField state={grant} name="instrumentNumber" label="Số văn bản" help="Ví dụ: 12/QĐ-THBM" required maxLength={60} />
        <TextField state={grant} name="instrumentDate" label="Ngày văn bản" type="date" required max={today} />
        <TextField state={grant} name="signedBy" label="Người ký văn bản" initial={sheet.headName ?? ''} required maxLength={120} />
        <TextField state={grant} name="validFrom" label="Từ" type="datetime-local" required />
        <TextField state={grant} name="validTo" label="Đến (không gồm thời điểm này)" type="datetime-local" help="Để trống nếu văn bản không ghi ngày kết thúc." />
        <fieldset><legend>Lớp được giao</legend>
          <p class="help">Không chọn lớp nào nghĩa là tất cả các lớp.</p>
          {sheet.classNames.map((name) => <CheckBox key={name} state={grant} name="class" value={name} label={`Lớp ${name}`} checked={chosen.includes(name)} />)}
        </fieldset>
        <SubmitButton label="Giao ký thay" id="nut-giao" disabledBecause={block} />
      </Form>
    </section>
  );
}
