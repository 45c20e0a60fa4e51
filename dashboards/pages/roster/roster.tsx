import type { VNode } from 'preact';
import type { RosterClassLine, RosterSheet, UploadLine } from '../../../domain/sheets/roster.js';
import { FileField, Form, SubmitButton } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { PutAsideNote } from '../../components/evidence.js';
import { Note } from '../../components/notice.js';
import { OpenDecisionLine } from '../../components/openDecision.js';
import { HeldPupils } from '../../components/held.js';
import { Badge, Due, LinkButton, Time, Trail } from '../../components/parts.js';
import { DataTable } from '../../components/table.js';
import { formatNumber } from '../../format.js';
import { UPLOAD_STATE } from './words.js';

export type RosterProps = { sheet: RosterSheet; form: FormState; now: Date };

/** The clerk's page: what each class still needs, the workbook out, the workbook in. */
export function RosterPage({ sheet, form, now }: RosterProps): VNode {
  const { school, classes, uploads, task } = sheet;
  const base = `/truong/${school.code}/du-lieu`;
  const waiting = uploads.filter((one) => one.state === 'waiting');
  // Uploads come newest first: faults of an older file have been overtaken by a newer one.
  const [latest] = uploads;
  const asked = task !== null && school.campaign?.state === 'running';
  const broken = asked && latest !== undefined && latest.state === 'read' && latest.errorCount > 0 && !latest.overtaken ? latest : undefined;
  const returned = classes.filter((one) => one.returnedReason !== null);
  return (
    <>
      <Trail steps={[{ label: 'Việc của tôi', href: '/viec-cua-toi' }, { label: school.name, href: base }]} />
      <OpenDecisionLine decision={sheet.decision} />
      {school.exemptReason !== null && <Note><p>Trường được miễn trong đợt này: {school.exemptReason}</p></Note>}
      {waiting.map((one) => (
        <Note key={one.uploadId} kind="warn">
          <p>Tệp "{one.fileName}" làm thay đổi dữ liệu đã nộp và đang chờ xác nhận. <a href={`${base}/${one.uploadId}`}>Xem thay đổi</a></p>
        </Note>
      ))}
      {broken !== undefined && (
        <Note kind="warn"><p>{broken.format === 'xml' ? `Tệp "${broken.fileName}" có ${formatNumber(broken.errorCount)} học bạ không nhận.` : `Tệp "${broken.fileName}" còn ${formatNumber(broken.errorCount)} lỗi, lớp có lỗi chưa được nhận.`} <a href={`${base}/${broken.uploadId}`}>{broken.format === 'xml' ? 'Xem lí do từng học bạ' : 'Xem chỗ sai và tải tệp đã đánh dấu'}</a></p></Note>
      )}
      <PutAsideNote lines={sheet.putAside} />
      {returned.map((one) => <Note key={one.classId} kind="warn"><p><strong>GVCN báo sai lớp {one.className}:</strong> {one.returnedReason}</p></Note>)}
      {school.campaign === null ? <p class="empty">Trường chưa thuộc đợt phát hành nào. Sở GD&ĐT phát động đợt thì nộp dữ liệu ở đây.</p> : <>
        <p>{task === null ? 'Không có yêu cầu nộp dữ liệu đang mở.' : <>Hạn nộp <Due at={task.dueAt} now={now} /></>}</p>
        <section aria-label="Nộp dữ liệu" class="two-steps">
          <div class="way"><h2>1. Tải mẫu về điền</h2>
            <p>Mẫu đã có sẵn lớp và học sinh theo danh sách Sở đã chốt, cùng dữ liệu đã nộp (nếu có). Mỗi lớp một trang tính.</p>
            <LinkButton href={`${base}/mau.xlsx`} label="Tải mẫu Excel của trường" kind="plain" />
          </div>
          <div class="way"><h2>2. Nộp tệp</h2>
            <Form action={base} state={form} file label="Nộp dữ liệu lớp">
              <FileField state={form} name="file" label="Tệp Excel (.xlsx), JSON, hoặc học bạ đã ký (.xml)" accept=".xlsx,.json,.xml" required
                help="Tối đa 20 MB. Lớp không có lỗi được nhận ngay, lớp có lỗi được trả lại kèm chỗ sai. Trường đã ký học bạ ở phần mềm khác thì nộp tệp XML (một học bạ hay cả danh sách, dưới 10 MB): từng học bạ được kiểm tra chữ ký rồi chuyển Sở." />
              <SubmitButton label="Nộp dữ liệu" id="nut-nop" disabledBecause={uploadBlock(school)} />
            </Form>
          </div>
        </section>
        <h2>Các lớp</h2>
        <DataTable<RosterClassLine> caption="Dữ liệu từng lớp" hideCaption rows={classes} empty="Trường chưa có lớp nào trong danh sách đã chốt."
          columns={[
            { label: 'Lớp', kind: 'head', cell: (one) => one.className }, { label: 'GVCN', cell: (one) => one.teacherName ?? 'chưa phân công' },
            { label: 'Dữ liệu', cell: (one) => <ClassState one={one} /> },
            { label: 'Học sinh', kind: 'number', cell: (one) => formatNumber(one.expected) }, { label: 'Đã có học bạ', kind: 'number', cell: (one) => formatNumber(one.collected) },
            { label: 'Chưa đủ điều kiện', kind: 'number', cell: (one) => formatNumber(one.held) },
          ]} />
        <HeldPupils pupils={sheet.held} />
        <h2>Các lần nộp</h2>
        <DataTable<UploadLine> caption="Các lần nộp dữ liệu" hideCaption rows={uploads} empty="Chưa nộp tệp nào. Tải mẫu ở trên, điền rồi nộp."
          columns={[
            { label: 'Lúc', kind: 'head', cell: (one) => <a href={`${base}/${one.uploadId}`}><Time at={one.createdAt} /></a> }, { label: 'Tệp', cell: (one) => one.fileName },
            { label: 'Kết quả', cell: (one) => <UploadBadge one={one} /> },
            { label: 'Lỗi', kind: 'number', cell: (one) => (one.state === 'refused' ? '–' : formatNumber(one.errorCount)) }, { label: 'Cảnh báo', kind: 'number', cell: (one) => (one.state === 'refused' ? '–' : formatNumber(one.warningCount)) },
            { label: 'Người nộp', cell: (one) => one.uploadedBy },
          ]} />
      </>}
    </>
  );
}

function uploadBlock({ campaign, exemptReason }: RosterSheet['school']): string | null {
  if (campaign?.state !== 'running') return 'Đợt chưa phát động hoặc đã kết thúc, nên không nhận dữ liệu. Sở GD&ĐT phát động đợt.';
  return exemptReason === null ? null : 'Trường được Sở GD&ĐT miễn trong đợt này.';
}

/** A file that was read well may still hold classes that were not taken: that is what the clerk must see, not the reading. */
function UploadBadge({ one }: { one: UploadLine }): VNode {
  const { kind, name } = one.state === 'read' && one.errorCount > 0 ? { kind: 'bad', name: one.format === 'xml' ? 'Có học bạ không nhận' : 'Có lớp bị trả lại' } as const : UPLOAD_STATE[one.state];
  return <Badge kind={kind}>{name}</Badge>;
}

function ClassState({ one: { collectState, returnedReason, missing } }: { one: RosterClassLine }): VNode {
  if (collectState === 'returned' || returnedReason !== null) return <Badge kind="bad">GVCN báo sai</Badge>;
  // Somebody came after the class had been handed in.
  if (collectState === 'accepted' && missing > 0) return <Badge kind="warn">Còn thiếu {formatNumber(missing)} học sinh</Badge>;
  return collectState === 'accepted' ? <Badge kind="good">Đã nhận</Badge> : <Badge kind="warn">Chưa có</Badge>;
}
