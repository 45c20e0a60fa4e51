import type { VNode } from 'preact';
import { CARD_STATE_NAMES } from '../../../domain/cardState.js';
import { PUPIL_REASONS } from '../../../domain/pupilStatus.js';
import type { ReviewPupil } from '../../../domain/sheets/review.js';
import { Badge } from '../../components/parts.js';
import { Marks, Remarks, ResultBadge, Traits } from '../../components/record.js';
import { formatDay } from '../../format.js';

/** The id of the form that ticks belong to, wherever on the page they stand. */
export const REPORT_FORM = 'bao-sai';

/** One pupil with everything the teacher answers for; reasons to look closer come first. */
export function PupilSheet({ pupil, tick, ticked }: { pupil: ReviewPupil; tick: boolean; ticked: boolean }): VNode {
  const { record, odd, cardId, cardState } = pupil;
  return (
    <article class={odd.length > 0 ? 'pupil pupil-odd' : 'pupil'} aria-label={pupil.fullName}>
      <header class="pupil-head">
        <h3>{pupil.fullName}</h3>
        {record !== null && <ResultBadge result={record.summary.result} />}
        <span class="quiet">{formatDay(pupil.birthDate)} · {pupil.sex === 'male' ? 'Nam' : 'Nữ'} · mã {pupil.pupilCode}</span>
        {cardState !== null && cardState !== 'drafted' && <Badge>{CARD_STATE_NAMES[cardState]}</Badge>}
      </header>
      {odd.length > 0 && <ul class="odd">{odd.map(({ sentence }) => <li key={sentence}>{sentence}</li>)}</ul>}
      <StatusLine pupil={pupil} />
      {record !== null && <>
        <Marks record={record} /><Traits record={record} /><Remarks record={record} />
        <p class="quiet">
          Nghỉ {record.attendance.excusedAbsences} có phép, {record.attendance.unexcusedAbsences} không phép · {record.summary.promoted ? 'Được lên lớp' : 'Chưa được lên lớp'}
          {record.summary.award !== null && <> · Khen thưởng: {record.summary.award}</>}{record.summary.suddenAward !== null && <> · Đột xuất: {record.summary.suddenAward}</>}
        </p>
      </>}
      <p class="pupil-foot">
        {cardId !== null && <a href={`/hoc-ba/${cardId}/xem`} target="_blank" rel="noopener">Xem học bạ đầy đủ<span class="sr-only"> của {pupil.fullName} (mở thẻ mới)</span></a>}
        {tick && (
          <label class="check">
            <input type="checkbox" name="pupil" value={pupil.pupilId} form={REPORT_FORM} checked={ticked} />
            <span>Báo sai<span class="sr-only"> dữ liệu của {pupil.fullName}</span></span>
          </label>
        )}
      </p>
    </article>
  );
}

function StatusLine({ pupil: { status, reason, reasonNote, record } }: { pupil: ReviewPupil }): VNode | null {
  if (status === 'expected') return record === null ? <p class="why">Chưa có dữ liệu: văn thư nộp lại lớp này.</p> : null;
  const name = { held: 'Chưa đủ điều kiện phát hành', exempt: 'Được miễn', excluded: 'Biến động học sinh' }[status];
  return <p class="why"><strong>{name}:</strong> {reason === null ? 'không ghi lí do' : PUPIL_REASONS[reason]}{reasonNote !== null && <> ({reasonNote})</>}. Không nằm trong lần ký này.</p>;
}
