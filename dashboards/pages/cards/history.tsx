import type { VNode } from 'preact';
import { ACTS, type Act } from '../../../domain/acts.js';
import { CARD_STATE_NAMES, type CardState } from '../../../domain/cardState.js';
import { Time } from '../../components/parts.js';

export type HistoryView = { at: Date; act: string; actorName: string | null; from: CardState | null; to: CardState | null; reason: string | null };

/** From the audit, oldest first: what became of the card, who did it, why. */
export function CardHistory({ lines }: { lines: readonly HistoryView[] }): VNode {
  if (lines.length === 0) return <p class="empty">Chưa có thay đổi nào được ghi.</p>;
  return (
    <ol class="history">{lines.map((line, index) => (
      <li key={index}>
        <p><strong>{line.to === null ? nameOf(line.act) : CARD_STATE_NAMES[line.to]}</strong> · <Time at={line.at} /></p>
        <p class="quiet">{line.actorName ?? 'Hệ thống'}{line.to !== null && nameOf(line.act) !== '' && `: ${nameOf(line.act)}`}{line.from !== null && `, trước đó “${CARD_STATE_NAMES[line.from]}”`}</p>
        {line.reason !== null && <p>Lí do: {line.reason}</p>}
      </li>
    ))}</ol>
  );
}

/** Acts of people have their name in one table; the hub's own steps say enough by the state they lead to. */
const nameOf = (act: string): string => (act in ACTS ? ACTS[act as Act].name : OWN_STEPS[act] ?? '');
const OWN_STEPS: Readonly<Record<string, string>> = { signer_changed: 'người ký duyệt ghi trong học bạ đã thay đổi, GVCN ký lại' };
