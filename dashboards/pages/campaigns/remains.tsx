import type { VNode } from 'preact';
import type { HeldRow } from '../../../domain/progress.js';
import { DataTable } from '../../components/table.js';
import { formatNumber } from '../../format.js';
import { listHref, POSITION_ORDER, positionName, reasonName, TURNS } from '../../measures.js';

type Line = { what: string; turn: string; count: number; href: string };

/** Every card that is not accepted: where it stands or why, whose turn it is; each line opens its list. */
export function WhatRemains({ campaignId, officeCode, remaining, held }: {
  campaignId: string; officeCode: string | null; remaining: readonly { position: string; count: number }[]; held: readonly HeldRow[];
}): VNode {
  const counts = new Map(remaining.map(({ position, count }) => [position, count]));
  const open = POSITION_ORDER.flatMap((position): Line[] => {
    const count = counts.get(position) ?? 0;
    return count === 0 ? [] : [{ what: positionName(position), turn: TURNS[position] ?? '', count, href: listHref(campaignId, { measure: 'unexplained', position, officeCode }) }];
  });
  const reasons = new Map<string, { kind: 'held' | 'exempt'; reason: string; count: number }>();
  for (const { kind, reason, cards } of held) {
    const key = `${kind}/${reason}`;
    reasons.set(key, { kind, reason, count: (reasons.get(key)?.count ?? 0) + cards });
  }
  const explained = [...reasons.values()].sort((a, b) => b.count - a.count).map(({ kind, reason, count }): Line => ({
    what: reasonName(reason), turn: kind === 'held' ? 'Chưa đủ điều kiện phát hành' : 'Được miễn', count, href: listHref(campaignId, { measure: kind, reason, officeCode }),
  }));
  return (
    <DataTable caption="Học bạ chưa được Kho tiếp nhận" hideCaption rows={[...open, ...explained]} empty="Không còn gì: mọi học bạ phải có đã được Kho tiếp nhận." columns={[
      { label: 'Đang ở đâu, vì sao', kind: 'head', cell: (line) => <a href={line.href}>{line.what}</a> },
      { label: 'Đến lượt', cell: (line) => line.turn },
      { label: 'Học bạ', kind: 'number', cell: (line) => formatNumber(line.count) },
    ]} />
  );
}
