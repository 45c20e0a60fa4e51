import type { VNode } from 'preact';
import { PUPIL_REASONS, type PupilReason } from '../../../domain/pupilStatus.js';
import type { ClassCard, SigningClass } from '../../../domain/sheets/approve.js';
import { valuesOf, type FormState } from '../../components/formState.js';
import { Due } from '../../components/parts.js';
import { ResultBadge } from '../../components/record.js';
import { formatNumber } from '../../format.js';

type Choosable = SigningClass & { task: NonNullable<SigningClass['task']> };

/** One class to choose: what its cards say in short, and the way to each of them. */
export function ClassChoice({ one, base, form, cards, now }: { one: Choosable; base: string; form: FormState; cards: readonly ClassCard[] | null; now: Date }): VNode {
  const value = `${one.task.id}:${one.task.version}`;
  const returned = form.problem !== null || 'listed' in form.values || 'mo' in form.values;
  return (
    <li class="choice">
      <label class="choice-head">
        <input type="checkbox" name="task" value={value} checked={returned ? valuesOf(form, 'task').includes(value) : true} />
        <span><strong>Lớp {one.className}</strong> <span class="quiet">{formatNumber(one.ready)} học bạ · GVCN {one.teacherName ?? 'chưa rõ'}</span></span>
      </label>
      <ClassResults one={one} />
      <p class="quiet">Hạn <Due at={one.task.dueAt} now={now} /></p>
      <div class="choice-links">
        <a href={`${base}/lop/${one.classId}`}>Đọc, trả lại<span class="sr-only"> lớp {one.className}</span></a>
        {cards === null && (
          <button type="submit" class="button button-link" name="mo" value={one.classId} formaction={`${base}/mo`} formnovalidate
            hx-get={`${base}/lop/${one.classId}/chon`} hx-target={`#chon-${one.classId}`} hx-swap="innerHTML">Bỏ chọn từng học bạ<span class="sr-only"> lớp {one.className}</span></button>
        )}
      </div>
      <div id={`chon-${one.classId}`}>{cards !== null && <CardChoices classId={one.classId} className={one.className} cards={cards} form={form} />}</div>
    </li>
  );
}

/** HTXS / HTT / HT / CHT of the cards to sign, who is not promoted, who is held and why. */
export function ClassResults({ one }: { one: SigningClass }): VNode {
  return (
    <dl class="results">
      {(['HTXS', 'HTT', 'HT', 'CHT'] as const).map((result) => <div key={result} class={result === 'CHT' && one.results.CHT > 0 ? 'mark-bad' : undefined}><dt>{result}</dt><dd>{formatNumber(one.results[result])}</dd></div>)}
      <div class={one.notPromoted > 0 ? 'mark-bad' : undefined}><dt>Chưa lên lớp</dt><dd>{formatNumber(one.notPromoted)}</dd></div>
      {one.held.map(({ reason, count }) => <div key={reason} class="result-held"><dt>{PUPIL_REASONS[reason as PupilReason] ?? reason}</dt><dd>{formatNumber(count)}</dd></div>)}
    </dl>
  );
}

/** Ticks of one class; `listed` says that they were shown, so that a missing tick means "not this card". */
export function CardChoices({ classId, className, cards, form }: { classId: string; className: string; cards: readonly ClassCard[]; form: FormState | null }): VNode {
  const known = form !== null && valuesOf(form, 'listed').includes(classId) ? new Set(valuesOf(form, 'card')) : null;
  const ready = cards.filter((card): card is ClassCard & { cardId: string } => card.cardId !== null && card.state === 'teacher_signed' && card.status === 'expected');
  return (
    <fieldset class="card-choices">
      <legend>Học bạ lớp {className} được ký trong lần này</legend>
      <input type="hidden" name="listed" value={classId} />
      <ul>{ready.map((card) => (
        <li key={card.cardId}>
          <label class="check"><input type="checkbox" name="card" value={card.cardId} checked={known === null || known.has(card.cardId)} /><span>{card.fullName}</span></label>
          {card.result !== null && <ResultBadge result={card.result} />}
          <a href={`/hoc-ba/${card.cardId}/xem`} target="_blank" rel="noopener">Xem<span class="sr-only"> học bạ của {card.fullName} (mở thẻ mới)</span></a>
        </li>
      ))}</ul>
    </fieldset>
  );
}
