import type { VNode } from 'preact';
import { CARD_STATE_NAMES, RECEIVED_STATES, type CardState } from '../../../domain/cardState.js';
import { Badge, Trail } from '../../components/parts.js';
import { DataTable } from '../../components/table.js';
import { formatDay, formatNumber } from '../../format.js';

export type SchoolClassView = { classId: string; className: string; teacherName: string | null; expected: number; sealed: number; received: number };

/** The school's classes, to print a class at once or to find one card. */
export function SchoolCardsPage({ school, classes }: { school: { code: string; name: string }; classes: readonly SchoolClassView[] }): VNode {
  return (
    <>
      <Trail steps={[{ label: 'Việc của tôi', href: '/viec-cua-toi' }, { label: school.name, href: `/truong/${school.code}/hoc-ba` }]} />
      <p>Bản in của lớp gồm các học bạ Sở đã nhận, mỗi học bạ bắt đầu ở mặt trước của tờ giấy khi in hai mặt.</p>
      <DataTable caption="Học bạ theo lớp" rows={classes} empty="Trường chưa có lớp nào trong đợt phát hành." columns={[
        { label: 'Lớp', kind: 'head', cell: (one) => <a href={`/lop/${one.classId}/hoc-ba`}>{one.className}</a> }, { label: 'GVCN', cell: (one) => one.teacherName ?? 'chưa có' },
        { label: 'Phải có', kind: 'number', cell: (one) => formatNumber(one.expected) }, { label: 'Đã ký số phát hành', kind: 'number', cell: (one) => formatNumber(one.sealed) },
        { label: 'Sở đã nhận', kind: 'number', cell: (one) => formatNumber(one.received) },
        { label: 'Bản in', cell: (one) => (one.received === 0 ? <span class="quiet">chưa có</span> : <a href={`/lop/${one.classId}/hoc-ba.pdf`}>Tải PDF<span class="sr-only"> lớp {one.className}</span></a>) },
      ]} />
    </>
  );
}

export type ClassCardView = { cardId: string; fullName: string; birthDate: string; pupilCode: string; state: CardState };
type ClassProps = { head: { classId: string; className: string; schoolCode: string; schoolName: string }; cards: readonly ClassCardView[]; mayShare: boolean; wholeSchool: boolean };

const isReceived = ({ state }: ClassCardView): boolean => (RECEIVED_STATES as readonly string[]).includes(state);

/** One class, card by card: read, print, hand to the parents. */
export function ClassCardsPage({ head, cards, mayShare, wholeSchool }: ClassProps): VNode {
  return (
    <>
      {wholeSchool && <Trail steps={[{ label: head.schoolName, href: `/truong/${head.schoolCode}/hoc-ba` }]} />}
      {cards.length > 0 && <p><a class="button button-plain" href={`/lop/${head.classId}/hoc-ba.pdf`}>Tải bản in cả lớp (PDF)</a></p>}
      <DataTable caption={`${formatNumber(cards.length)} học bạ`} rows={cards} empty="Lớp chưa có học bạ nào." columns={[
        { label: 'Học sinh', kind: 'head', cell: (one) => <a href={`/hoc-ba/${one.cardId}`}>{one.fullName}</a> },
        { label: 'Ngày sinh', cell: (one) => formatDay(one.birthDate) }, { label: 'Mã học sinh', cell: (one) => one.pupilCode },
        { label: 'Tình trạng', cell: (one) => <Badge kind={isReceived(one) ? 'good' : 'info'}>{CARD_STATE_NAMES[one.state]}</Badge> },
        { label: 'Bản in', cell: (one) => <a href={`/hoc-ba/${one.cardId}/pdf`}>PDF<span class="sr-only"> của {one.fullName}</span></a> },
        ...(mayShare ? [{ label: 'Phụ huynh', cell: (one: ClassCardView) => (isReceived(one) ? <a href={`/hoc-ba/${one.cardId}/gui-phu-huynh`}>Gửi<span class="sr-only"> học bạ của {one.fullName} cho phụ huynh</span></a> : '') }] : []),
      ]} />
    </>
  );
}
