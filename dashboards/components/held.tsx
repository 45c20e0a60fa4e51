import type { VNode } from 'preact';
import { HELD_MENDS, HELD_REASONS, type HeldReason } from '../../domain/pupilStatus.js';
import { formatNumber } from '../format.js';
import { DataTable } from './table.js';

export type HeldPupilView = { pupilId: string; pupilCode: string; fullName: string; className: string; reason: HeldReason; note: string | null };

/** Who is held, why, and what mends it: each way of mending said once. */
export function HeldPupils({ pupils }: { pupils: readonly HeldPupilView[] }): VNode | null {
  if (pupils.length === 0) return null;
  const reasons = [...new Set(pupils.map((pupil) => pupil.reason))];
  return (
    <section id="chua-du-dieu-kien" aria-label="Chưa đủ điều kiện phát hành">
      <h2>Chưa đủ điều kiện phát hành ({formatNumber(pupils.length)})</h2>
      <ul>{reasons.map((reason) => <li key={reason}><strong>{HELD_REASONS[reason]}:</strong> {HELD_MENDS[reason]}</li>)}</ul>
      <DataTable caption="Học sinh chưa đủ điều kiện phát hành" hideCaption rows={pupils} empty="" columns={[
        { label: 'Học sinh', kind: 'head', cell: (pupil) => pupil.fullName }, { label: 'Mã học sinh', cell: (pupil) => pupil.pupilCode }, { label: 'Lớp', cell: (pupil) => pupil.className },
        { label: 'Lí do', cell: (pupil) => <>{HELD_REASONS[pupil.reason]}{pupil.note !== null && ` (${pupil.note})`}</> },
      ]} />
    </section>
  );
}
