import type { VNode } from 'preact';
import type { UploadClass, UploadFault, UploadSheet } from '../../../domain/sheets/roster.js';
import { Form, SubmitButton } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Note } from '../../components/notice.js';
import { OpenDecisionLine } from '../../components/openDecision.js';
import { Badge, Facts, Fold, LinkButton, Time, Trail } from '../../components/parts.js';
import { DataTable } from '../../components/table.js';
import { formatNumber } from '../../format.js';
import { OUTCOME, UPLOAD_STATE } from './words.js';

export type UploadProps = { sheet: UploadSheet; confirm: FormState; discard: FormState };
/** Differences of one class shown at once; the rest is counted. */
const DIFFERENCES_SHOWN = 100;

export const isReading = (sheet: { state: UploadSheet['state'] }): boolean => sheet.state === 'received' || sheet.state === 'queued';

/** What came of one file: refused, read with faults, or differences that wait for a yes. */
export function UploadPage(props: UploadProps): VNode {
  const { school, uploadId } = props.sheet;
  const base = `/truong/${school.code}/du-lieu`;
  return (
    <>
      <Trail steps={[{ label: `Dữ liệu lớp – ${school.name}`, href: base }, { label: 'Kết quả nộp', href: `${base}/${uploadId}` }]} />
      <UploadResult {...props} />
    </>
  );
}

/** The part that asks for itself while the file is being read. */
export function UploadResult({ sheet, confirm, discard }: UploadProps): VNode {
  const base = `/truong/${sheet.school.code}/du-lieu`;
  const reading = isReading(sheet);
  const poll = reading ? { 'hx-get': `${base}/${sheet.uploadId}`, 'hx-trigger': 'every 2s', 'hx-swap': 'outerHTML', 'hx-status:5xx': 'swap:none', 'hx-status:4xx': 'swap:none' } : {};
  return (
    <div id="ket-qua" {...poll}>
      <OpenDecisionLine decision={reading ? null : sheet.decision} />
      {sheet.state === 'read' && <InShort sheet={sheet} />}
      <div role={reading ? 'status' : undefined}>
        <Facts facts={[
          ['Tệp', sheet.fileName], ['Nộp lúc', <Time at={sheet.createdAt} />], ['Người nộp', sheet.uploadedBy],
          ...(sheet.state === 'read' ? [] : [['Kết quả', <Badge kind={UPLOAD_STATE[sheet.state].kind}>{UPLOAD_STATE[sheet.state].name}</Badge>] as const]),
          ...(reading || sheet.state === 'refused' ? [] : [['Lỗi, cảnh báo', `${formatNumber(sheet.errorCount)} lỗi, ${formatNumber(sheet.warningCount)} cảnh báo`] as const]),
        ]} />
        {reading && <Note><p>Tệp đã được lưu và đang chờ đọc. Có thể rời trang này rồi quay lại.</p></Note>}
      </div>
      {sheet.refusal !== null && <Note kind="bad"><p><strong>Tệp không được nhận:</strong> {sheet.refusal.message}</p><p>Dữ liệu đã nộp trước đó không thay đổi.</p></Note>}
      {sheet.state === 'waiting' && <Waiting sheet={sheet} confirm={confirm} discard={discard} base={base} />}
      {sheet.classes.length > 0 && <><h2>Từng lớp</h2><Classes classes={sheet.classes} signed={sheet.signedCards !== null} /></>}
      {sheet.faultCount > 0 && <Faults sheet={sheet} base={base} />}
      {!reading && <p><LinkButton href={base} label="Về trang dữ liệu" kind="plain" /></p>}
    </div>
  );
}

/** The one sentence a clerk looks for first. */
function InShort({ sheet }: { sheet: UploadSheet }): VNode {
  if (sheet.signedCards !== null) return <SignedInShort {...sheet.signedCards} />;
  const { classes, errorCount } = sheet;
  const faulty = classes.filter((one) => one.outcome === 'errors').length;
  const taken = classes.filter((one) => one.outcome === 'accepted').length;
  const late = classes.filter((one) => one.outcome === 'reviewed').length;
  const parts = [
    taken > 0 ? `Đã nhận ${formatNumber(taken)} lớp.` : null,
    faulty > 0 ? `${formatNumber(faulty)} lớp chưa nhận vì còn ${formatNumber(errorCount)} lỗi: sửa rồi nộp lại.` : errorCount > 0 ? `Còn ${formatNumber(errorCount)} lỗi: sửa rồi nộp lại.` : null,
    late > 0 ? `${formatNumber(late)} lớp GVCN đã ký nên không thay được.` : null,
  ].filter((part) => part !== null);
  return <Note kind={errorCount + late > 0 ? 'warn' : 'good'}><p><strong>{parts.length === 0 ? 'Tệp giống dữ liệu đã nộp, không có gì thay đổi.' : parts.join(' ')}</strong></p></Note>;
}

function SignedInShort({ taken, known, refused }: NonNullable<UploadSheet['signedCards']>): VNode {
  const parts = [
    taken > 0 ? `Đã nhận ${formatNumber(taken)} học bạ đã ký, đang chuyển Sở lấy dấu thời gian.` : null,
    known > 0 ? `${formatNumber(known)} học bạ đã nộp trước đó.` : null,
    refused > 0 ? `${formatNumber(refused)} học bạ không nhận: xem lí do ở dưới.` : null,
  ].filter((part) => part !== null);
  return <Note kind={refused > 0 ? 'warn' : 'good'}><p><strong>{parts.join(' ')}</strong></p></Note>;
}

function Waiting({ sheet, confirm, discard, base }: UploadProps & { base: string }): VNode {
  const differing = sheet.classes.filter((one) => one.outcome === 'differs');
  const count = differing.reduce((sum, one) => sum + one.differences.length, 0);
  return (
    <section aria-label="Thay đổi chờ xác nhận" class="waiting">
      <h2>{formatNumber(count)} thay đổi ở {formatNumber(differing.length)} lớp, chờ xác nhận</h2>
      <p>Dữ liệu đã nộp giữ nguyên cho tới khi xác nhận. Học bạ GVCN đã ký không bị ảnh hưởng.</p>
      {differing.map((one) => <Differences key={one.classId} one={one} />)}
      <div class="two-buttons">
        <Form action={`${base}/${sheet.uploadId}/xac-nhan`} state={confirm} label="Xác nhận thay đổi"><SubmitButton label="Xác nhận thay đổi" id="nut-xac-nhan" /></Form>
        <Form action={`${base}/${sheet.uploadId}/bo`} state={discard} label="Bỏ tệp này"><SubmitButton label="Bỏ tệp này" kind="plain" id="nut-bo" /></Form>
      </div>
    </section>
  );
}

type Difference = UploadClass['differences'][number];
function Differences({ one }: { one: UploadClass }): VNode {
  return (
    <>
      <h3>Lớp {one.className}</h3>
      <DataTable<Difference> caption={`Thay đổi của lớp ${one.className}`} hideCaption rows={one.differences.slice(0, DIFFERENCES_SHOWN)} empty="Không có thay đổi."
        columns={[
          { label: 'Học sinh', kind: 'head', cell: (each) => each.fullName ?? each.pupilCode }, { label: 'Mục', cell: (each) => each.label },
          { label: 'Đang có', cell: (each) => (each.before === null ? <span class="quiet">trống</span> : <del>{each.before}</del>) },
          { label: 'Trong tệp', cell: (each) => (each.after === null ? <span class="quiet">trống</span> : <ins>{each.after}</ins>) },
        ]} />
      {one.differences.length > DIFFERENCES_SHOWN && <p class="quiet">Còn {formatNumber(one.differences.length - DIFFERENCES_SHOWN)} thay đổi nữa của lớp này, không hiện hết ở đây.</p>}
    </>
  );
}

/** @param signed of signed cards each is taken or not by itself: a fault of one keeps no other of its class back */
const Classes = ({ classes, signed }: { classes: readonly UploadClass[]; signed: boolean }): VNode => (
  <DataTable<UploadClass> caption="Kết quả từng lớp" hideCaption rows={classes} empty="Tệp không có lớp nào của trường."
    columns={[
      { label: 'Lớp', kind: 'head', cell: (one) => one.className }, { label: 'Kết quả', cell: (one) => <Badge kind={OUTCOME[one.outcome].kind}>{signed && one.outcome === 'errors' ? 'Có học bạ không nhận' : OUTCOME[one.outcome].name}</Badge> },
      { label: 'Học sinh trong tệp', kind: 'number', cell: (one) => formatNumber(one.pupils) }, { label: 'Lỗi', kind: 'number', cell: (one) => formatNumber(one.errors) },
    ]} />
);

function Faults({ sheet, base }: { sheet: UploadSheet; base: string }): VNode {
  const errors = sheet.faults.filter((fault) => fault.severity === 'error');
  const warnings = sheet.faults.filter((fault) => fault.severity === 'warning');
  return (
    <section aria-label="Chỗ cần sửa">
      <h2>{sheet.errorCount > 0 ? 'Chỗ cần sửa' : 'Chỗ nên xem lại'}</h2>
      {sheet.hasAnnotated && <>
        <p>Tải tệp về: từng ô sai được tô màu và ghi chú ngay trong ô. Sửa xong nộp lại chính tệp ấy.</p>
        <p><LinkButton href={`${base}/${sheet.uploadId}/danh-dau-loi.xlsx`} label="Tải tệp đã đánh dấu lỗi" /></p>
      </>}
      {errors.length > 0 && <FaultTable faults={errors} caption="Lỗi phải sửa" />}
      {warnings.length > 0 && (
        <Fold summary={`Cảnh báo (${formatNumber(sheet.warningCount)}), không chặn việc nhận`} open={errors.length === 0}><FaultTable faults={warnings} caption="Cảnh báo" /></Fold>
      )}
      {sheet.faults.length < sheet.faultCount && (
        <p class="quiet">Trên đây là {formatNumber(sheet.faults.length)} trong {formatNumber(sheet.faultCount)} chỗ.{sheet.hasAnnotated ? ' Tệp đã đánh dấu lỗi có đủ.' : ' Sửa những chỗ này rồi nộp lại để thấy phần còn lại.'}</p>
      )}
    </section>
  );
}

const FaultTable = ({ faults, caption }: { faults: readonly UploadFault[]; caption: string }): VNode => (
  <DataTable<UploadFault> caption={caption} rows={faults} empty="Không có lỗi."
    columns={[
      { label: 'Chỗ', kind: 'head', cell: (fault) => <span class="place">{placeOf(fault)}</span> }, { label: 'Cột', cell: (fault) => fault.header ?? '' },
      // The rule's code stands small behind the sentence: it is what a clerk reads out to whoever helps.
      { label: 'Cần làm gì', cell: (fault) => <span>{fault.message} <small class="quiet">Mã quy tắc <code class="rule">{fault.rule}</code></small></span> },
    ]} />
);

/** "1A, ô F12"; JSON pointers stand as they are. */
function placeOf({ sheet, cell, className }: UploadFault): string {
  const where = sheet === '' ? className === null ? '' : `lớp ${className}` : `trang ${sheet}`;
  return [where, cell === '' ? '' : cell.startsWith('/') ? cell : `ô ${cell}`].filter((part) => part !== '').join(', ') || 'cả tệp';
}
