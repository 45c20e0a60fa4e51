import type { ComponentChildren, VNode } from 'preact';
import type { HeldTotal } from '../../../domain/progress.js';
import { DataTable } from '../../components/table.js';
import { formatNumber } from '../../format.js';
import { TURN_NAMES, type Remaining } from '../../../domain/turns.js';
import { Badge } from '../../components/parts.js';
import { byRoad, listHref, positionName, reasonName } from '../../measures.js';

type Line = { what: string; turn: ComponentChildren; count: number; href: string };

/** Every card that is not accepted: where it stands or why, whose turn it is; each line opens its list. */
export function WhatRemains({ campaignId, officeCode, remaining, held }: {
  campaignId: string; officeCode: string | null; remaining: readonly Remaining[]; held: readonly HeldTotal[];
}): VNode {
  const open = byRoad(remaining).map(({ position, step, owned, cards }): Line => ({
    what: positionName(position), turn: owned ? TURN_NAMES[step] : <Badge kind="bad">Chưa rõ đến lượt ai</Badge>, count: cards,
    href: listHref(campaignId, { measure: owned ? 'waiting' : 'unexplained', position, step, officeCode }),
  }));
  const explained = held.map(({ kind, reason, cards }): Line => ({
    what: reasonName(reason), turn: kind === 'held' ? 'Chưa đủ điều kiện phát hành' : 'Được miễn', count: cards, href: listHref(campaignId, { measure: kind, reason, officeCode }),
  }));
  return (
    <DataTable caption="Học bạ chưa được Kho tiếp nhận" hideCaption rows={[...open, ...explained]} empty="Không còn gì: mọi học bạ phải có đã được Kho tiếp nhận." columns={[
      { label: 'Đang ở đâu, vì sao', kind: 'head', cell: (line) => <a href={line.href}>{line.what}</a> },
      { label: 'Đến lượt', cell: (line) => line.turn },
      { label: 'Học bạ', kind: 'number', cell: (line) => formatNumber(line.count) },
    ]} />
  );
}
