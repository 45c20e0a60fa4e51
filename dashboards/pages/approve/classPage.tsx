import type { VNode } from 'preact';
import { CARD_STATE_NAMES } from '../../../domain/cardState.js';
import { PUPIL_REASONS } from '../../../domain/pupilStatus.js';
import type { ClassCard, SigningClass } from '../../../domain/sheets/approve.js';
import { Form, SubmitButton, TextArea } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Badge, Trail } from '../../components/parts.js';
import { ResultBadge } from '../../components/record.js';
import { DataTable } from '../../components/table.js';
import { formatDay } from '../../format.js';
import { ClassResults } from './classChoice.js';

export type ApproveClassProps = { schoolCode: string; schoolName: string; one: SigningClass; cards: readonly ClassCard[]; form: FormState; /** Null: this person may return the class. */ returnBlocked: string | null };

/** One class before its approval: every card a link away, and the way back to the teacher. */
export function ApproveClassPage({ schoolCode, schoolName, one, cards, form, returnBlocked }: ApproveClassProps): VNode {
  const base = `/truong/${schoolCode}/ky-duyet`;
  return (
    <>
      <Trail steps={[{ label: `Ký duyệt – ${schoolName}`, href: base }, { label: `Lớp ${one.className}`, href: `${base}/lop/${one.classId}` }]} />
      <ClassResults one={one} />
      <DataTable<ClassCard> caption={`Học bạ lớp ${one.className}`} hideCaption rows={cards} empty="Lớp chưa có học sinh trong danh sách đã chốt."
        columns={[
          { label: 'Học sinh', kind: 'head', cell: (card) => (card.cardId === null ? card.fullName : <a href={`/hoc-ba/${card.cardId}/xem`}>{card.fullName}</a>) },
          { label: 'Ngày sinh', cell: (card) => formatDay(card.birthDate) },
          { label: 'Kết quả', cell: (card) => (card.result === null ? '–' : <ResultBadge result={card.result} />) },
          { label: 'Lên lớp', cell: (card) => (card.promoted === null ? '–' : card.promoted ? 'Có' : <Badge kind="bad">Chưa</Badge>) },
          { label: 'Tình trạng', cell: (card) => (card.status !== 'expected' && card.reason !== null ? PUPIL_REASONS[card.reason] : card.state === null ? 'Chưa có dữ liệu' : CARD_STATE_NAMES[card.state]) },
        ]} />
      <section aria-label="Trả lại lớp">
        <h2>Trả lại lớp</h2>
        <p>Lớp quay về {one.teacherName ?? 'GVCN'} để rà soát và ký xác nhận lại. Chữ ký xác nhận đã có của lớp không còn dùng.</p>
        <Form action={`${base}/lop/${one.classId}/tra-lai`} state={form} label="Trả lại lớp">
          <input type="hidden" name="task" value={one.task === null ? '' : `${one.task.id}:${one.task.version}`} />
          <TextArea state={form} name="reason" label="Lí do trả lại" help="GVCN sẽ đọc nguyên văn. Không cần ghi tên học sinh đầy đủ." required />
          <SubmitButton label={`Trả lại lớp ${one.className}`} kind="danger" id="nut-tra-lai" disabledBecause={returnBlocked} />
        </Form>
      </section>
    </>
  );
}
