import type { ComponentChildren, VNode } from 'preact';
import { formatDue, formatNumber, formatRate, formatTime, isoLocal } from '../format.js';

/** Where the page stands: the way back, each step a link. */
export function Trail({ steps }: { steps: readonly { label: string; href: string }[] }): VNode {
  return <nav class="trail" aria-label="Đường dẫn"><ol>{steps.map(({ label, href }) => <li key={href}><a href={href}>{label}</a></li>)}</ol></nav>;
}

/** A count that opens its list. `href` null: a count without one. */
export function Tile({ label, count, href, rate, bar, kind, note }: {
  label: string; count: number; href: string | null; rate?: readonly [numerator: number, denominator: number];
  /** Tiles of one row share the denominator, so that their bars can be compared. */
  bar?: readonly [numerator: number, denominator: number]; kind?: 'good' | 'warn' | 'bad'; note?: string;
}): VNode {
  const body = [
    <span class="tile-label">{label}</span>,
    <span class="tile-count">{formatNumber(count)}</span>,
    rate === undefined ? null : <span class="tile-rate">{formatRate(rate[0], rate[1])}</span>,
    note === undefined ? null : <span class="tile-note">{note}</span>,
    bar === undefined ? null : <Bar numerator={bar[0]} denominator={bar[1]} />,
  ];
  const name = kind === undefined ? 'tile' : `tile tile-${kind}`;
  return href === null ? <div class={name}>{body}</div> : <a class={name} href={href}>{body}</a>;
}
export const Tiles = ({ label, children }: { label: string; children: ComponentChildren }): VNode => <div class="tiles" role="group" aria-label={label}>{children}</div>;

/** A share as a bar; the number stands beside it, so the bar itself is not read out. */
export function Bar({ numerator, denominator }: { numerator: number; denominator: number }): VNode {
  const width = denominator === 0 ? 0 : Math.min(100, (100 * numerator) / denominator);
  return (
    <svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar-all" width="100" height="8" rx="2" /><rect class="bar-part" width={width.toFixed(2)} height="8" rx="2" />
    </svg>
  );
}

export const Rate = ({ numerator, denominator }: { numerator: number; denominator: number }): VNode =>
  <span class="rate"><Bar numerator={numerator} denominator={denominator} /><span>{formatRate(numerator, denominator)}</span></span>;

export const Time = ({ at }: { at: Date | string }): VNode => <time dateTime={isoLocal(at)}>{formatTime(at)}</time>;

/** A deadline with how long is left; late ones are marked by a word, not by colour alone. */
export function Due({ at, now }: { at: Date | string; now: Date }): VNode {
  const late = new Date(at).getTime() < now.getTime();
  return <span class={late ? 'due due-late' : 'due'}><Time at={at} /> <span class="mark">{formatDue(at, now)}</span></span>;
}

export const Badge = ({ kind = 'info', children }: { kind?: 'info' | 'good' | 'warn' | 'bad'; children: ComponentChildren }): VNode =>
  <span class={`badge badge-${kind}`}>{children}</span>;

/** Names and values, one below the other on a phone. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ComponentChildren])[] }): VNode {
  return <dl class="facts">{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}

/** Something that opens in place, without JavaScript. */
export const Fold = ({ summary, open, children, id }: { summary: string; open?: boolean; id?: string; children: ComponentChildren }): VNode =>
  <details class="fold" open={open} id={id}><summary>{summary}</summary><div class="fold-body">{children}</div></details>;

export const LinkButton = ({ href, label, kind = 'main' }: { href: string; label: string; kind?: 'main' | 'plain' }): VNode =>
  <a class={`button button-${kind}`} href={href}>{label}</a>;
