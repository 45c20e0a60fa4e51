import type { VNode } from 'preact';
import type { ReviewSheet } from '../../../domain/sheets/review.js';
import { isUnderWay } from '../../../domain/signingProgress.js';
import { Form, SubmitButton, TextArea } from '../../components/form.js';
import { valuesOf, type FormState } from '../../components/formState.js';
import { Note } from '../../components/notice.js';
import { OpenDecisionLine } from '../../components/openDecision.js';
import { Due, Facts, Fold, Time, Trail } from '../../components/parts.js';
import { AuthorityLine, BlockedNote, SigningPanel } from '../../components/signing.js';
import { formatNumber } from '../../format.js';
import { ClassGrid } from './grid.js';
import { PupilSheet, REPORT_FORM } from './pupil.js';

export type ReviewProps = {
  sheet: ReviewSheet; now: Date; sign: FormState; report: FormState; phoneHref: string | null;
  /** The reader is the one the task is given to. */
  mine: boolean;
};

/** What a homeroom teacher reads before signing: odd rows first, everything the card will say, and who will approve it. */
export function ReviewPage(props: ReviewProps): VNode {
  const { sheet, now, report, phoneHref, mine } = props;
  const { task, batch } = sheet;
  const odd = sheet.pupils.filter((pupil) => pupil.odd.length > 0).length;
  const blocked = signBlock(props);
  const canReport = mine && task !== null && (batch === null || !isUnderWay(batch));
  const showBatch = batch !== null && (isUnderWay(batch) || task !== null || batch.state === 'attached');
  return (
    <>
      <Trail steps={[{ label: 'Việc của tôi', href: '/viec-cua-toi' }, { label: `Lớp ${sheet.className}`, href: `/lop/${sheet.classId}/ra-soat` }]} />
      {sheet.returned !== null && <Note kind="warn"><p><strong>Lớp bị trả lại</strong> ({sheet.returned.by ?? 'hệ thống'}, <Time at={sheet.returned.at} />): {sheet.returned.reason}</p></Note>}
      <OpenDecisionLine decision={sheet.decision} />
      {showBatch && <SigningPanel batch={batch} phoneHref={phoneHref} mine={mine} />}
      <ApproverPart sheet={sheet} />
      <Facts facts={[
        ['Trường', sheet.school.name], ['GVCN', sheet.teacherName ?? 'chưa phân công'],
        ['Học bạ chờ ký xác nhận', formatNumber(sheet.toSign)],
        ['Học sinh nên xem kĩ', odd === 0 ? 'không có' : `${formatNumber(odd)} (xếp đầu danh sách)`],
        ['Hạn', task === null ? 'không có việc đang mở' : <Due at={task.dueAt} now={now} />],
      ]} />
      {sheet.classNotes.length > 0 && <Note kind="warn">{sheet.classNotes.map((sentence) => <p key={sentence}>{sentence}</p>)}</Note>}
      {sheet.pupils.some((pupil) => pupil.record !== null) && <Fold summary="Bảng tổng hợp cả lớp"><ClassGrid pupils={sheet.pupils} /></Fold>}
      <section aria-label="Từng học sinh" class="pupils">
        <h2>Từng học sinh</h2>
        {sheet.pupils.length === 0 && <p class="empty">Lớp chưa có học sinh trong danh sách đã chốt. Báo Sở GD&ĐT nếu đây là nhầm lẫn.</p>}
        {sheet.pupils.map((pupil) => <PupilSheet key={pupil.pupilId} pupil={pupil} tick={canReport && pupil.status !== 'excluded'} ticked={valuesOf(report, 'pupil').includes(pupil.pupilId)} />)}
      </section>
      {canReport && <ReportForm {...props} />}
      <SignForm {...props} blocked={blocked} />
    </>
  );
}

function ApproverPart({ sheet: { approver, school } }: { sheet: ReviewSheet }): VNode {
  if (approver.kind === 'blocked') return <BlockedNote code={approver.code} href={`/truong/${school.code}/giao-ky`} />;
  return <p class="approver">Người ký duyệt ghi trong học bạ: <strong>{approver.fullName}</strong> – <AuthorityLine authority={approver.authority} />.</p>;
}

/** Why the class cannot be signed now, and who lifts it; null when it can. */
export function signBlock({ sheet, mine }: Pick<ReviewProps, 'sheet' | 'mine'>): string | null {
  const { task, batch, approver } = sheet;
  if (batch !== null && isUnderWay(batch)) return 'Đang có một lần ký chờ xác nhận: hoàn tất hoặc từ chối trên điện thoại trước.';
  if (task === null) return sheet.toSign === 0 ? 'Lớp không còn học bạ nào chờ ký xác nhận.' : 'Việc rà soát lớp này chưa mở hoặc dữ liệu đang chờ văn thư sửa.';
  if (!mine) return `Chỉ ${sheet.teacherName ?? 'GVCN được phân công'} ký xác nhận được lớp này. Văn thư báo Sở GD&ĐT nếu phân công chưa đúng.`;
  if (approver.kind === 'blocked') return 'Chưa có người ký duyệt hợp lệ, mà tên người ký duyệt nằm trong học bạ. Hiệu trưởng giao ký thay, hoặc Sở GD&ĐT ghi nhận.';
  if (sheet.toSign === 0) return 'Lớp không còn học bạ nào chờ ký xác nhận.';
  return null;
}

function ReportForm({ sheet, report }: ReviewProps): VNode {
  return (
    <section aria-label="Báo sai dữ liệu">
      <h2>Có dữ liệu sai?</h2>
      <p>Đánh dấu "Báo sai" ở học sinh cần sửa rồi ghi lí do. Lớp quay về văn thư để nộp lại; chưa học bạ nào được ký.</p>
      <Form action={`/lop/${sheet.classId}/ra-soat/bao-sai`} state={report} id={REPORT_FORM} label="Báo sai dữ liệu">
        <input type="hidden" name="task" value={`${sheet.task!.id}:${sheet.task!.version}`} />
        <TextArea state={report} name="reason" label="Sai ở đâu, sửa thế nào" help="Ví dụ: Điểm Toán của hai em bị đổi chỗ. Không cần ghi tên, học sinh đã được đánh dấu." required />
        <SubmitButton label="Gửi văn thư sửa" kind="plain" id="nut-bao-sai" />
      </Form>
    </section>
  );
}

function SignForm({ sheet, sign, blocked }: ReviewProps & { blocked: string | null }): VNode {
  return (
    <div class={blocked === null ? 'sticky-bar' : 'resting-bar'}>
      <Form action={`/lop/${sheet.classId}/ra-soat/ky`} state={sign} label="Ký xác nhận lớp">
        <input type="hidden" name="task" value={sheet.task === null ? '' : `${sheet.task.id}:${sheet.task.version}`} />
        {blocked === null && <p>Tôi đã rà soát {formatNumber(sheet.toSign)} học bạ của lớp {sheet.className}. Bấm nút rồi xác nhận bằng mã PIN trên điện thoại.</p>}
        <SubmitButton label={`Ký xác nhận ${formatNumber(sheet.toSign)} học bạ`} id="nut-ky" disabledBecause={blocked} />
      </Form>
    </div>
  );
}
