import type { VNode } from 'preact';
import { forecast, type Forecast } from '../../domain/forecast.js';
import { formatDate, formatNumber, formatTime } from '../format.js';

export type BurnUpPoint = { at: Date; collected: number; signed: number; accepted: number };
export type BurnUpModel = { stepMs: number; points: readonly BurnUpPoint[]; launchedAt: Date; dueAt: Date; expected: number; most: number; now: Date };

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [720, 240, 56, 24];
/** The forecast draws from so many of the latest whole steps. */
const LOOK_BACK = 14;

const LINES = [['collected', 'Đã có dữ liệu', 'line-first'], ['signed', 'Đã ký duyệt', 'line-main'], ['accepted', 'Kho tiếp nhận', 'line-last']] as const;

/** Where signing will stand at its deadline; null: over, or too little is known yet. The step that is under way counts for nothing. */
export function signedForecast({ stepMs, points, dueAt, most, now }: BurnUpModel): Forecast | null {
  const ahead = Math.ceil((dueAt.getTime() - now.getTime()) / stepMs);
  const whole = points.filter((point) => point.at <= now).slice(-LOOK_BACK - 1);
  const growth = whole.slice(1).map((point, index) => point.signed - whole[index]!.signed);
  return ahead <= 0 ? null : forecast(points.at(-1)?.signed ?? 0, growth, ahead, most);
}

/** Stages over time, the plan for signing (a straight line from launch to its deadline) and where signing is heading. */
export function BurnUp(model: BurnUpModel): VNode {
  const { points, launchedAt, dueAt, expected, now } = model;
  const last = points.at(-1);
  if (last === undefined || points.length < 2) return <p class="empty">Biểu đồ có khi đợt đã chạy được một lúc.</p>;
  const heading = signedForecast(model);
  const [from, to] = [launchedAt.getTime(), Math.max(dueAt.getTime(), now.getTime())];
  const x = (at: Date): number => LEFT + ((WIDTH - LEFT - 8) * (Math.min(at.getTime(), to) - from)) / Math.max(1, to - from);
  const y = (count: number): number => 8 + (HEIGHT - BOTTOM - 8) * (1 - count / Math.max(1, expected));
  const place = (at: Date, count: number): string => `${x(at).toFixed(1)},${y(count).toFixed(1)}`;
  const path = (of: 'collected' | 'signed' | 'accepted'): string => [place(launchedAt, 0), ...points.map((point) => place(point.at < now ? point.at : now, point[of]))].join(' ');
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby="bieu-do-ten">
        <title id="bieu-do-ten">{`Tiến độ từ ${formatDate(launchedAt)} đến ${formatDate(now)}: đã có dữ liệu ${formatNumber(last.collected)}, đã ký duyệt ${formatNumber(last.signed)}, Kho tiếp nhận ${formatNumber(last.accepted)} trên ${formatNumber(expected)} học bạ`}</title>
        {[0, 0.5, 1].map((share) => <g key={share}><line class="grid" x1={LEFT} x2={WIDTH - 8} y1={y(expected * share)} y2={y(expected * share)} /><text x={LEFT - 6} y={y(expected * share) + 4} text-anchor="end">{formatNumber(Math.round(expected * share))}</text></g>)}
        <text x={LEFT} y={HEIGHT - 6}>{formatDate(launchedAt)}</text><text x={WIDTH - 8} y={HEIGHT - 6} text-anchor="end">{formatDate(new Date(to))}</text>
        <polyline class="line-plan" points={`${place(launchedAt, 0)} ${place(dueAt, expected)}`} />
        {heading !== null && <polygon class="cone" points={`${place(now, last.signed)} ${place(dueAt, heading.high)} ${place(dueAt, heading.low)}`} />}
        {LINES.map(([of, , name]) => <polyline key={of} class={name} points={path(of)} />)}
      </svg>
      <figcaption>
        <ul class="legend">{LINES.map(([of, label, name]) => <li key={of}><span class={`key ${name}`} aria-hidden="true" />{label}: {formatNumber(last[of])}</li>)}<li><span class="key line-plan" aria-hidden="true" />Kế hoạch ký duyệt</li></ul>
        <p>{headingWords(model, heading)}</p>
      </figcaption>
    </figure>
  );
}

function headingWords({ dueAt, most, now }: BurnUpModel, heading: Forecast | null): string {
  if (dueAt <= now) return `Hạn ký duyệt ${formatTime(dueAt)} đã qua.`;
  if (heading === null) return 'Chưa đủ số liệu để dự báo.';
  return `Nếu cứ như những ngày qua, đến hạn ký duyệt ${formatTime(dueAt)} sẽ có từ ${formatNumber(heading.low)} đến ${formatNumber(heading.high)} học bạ đã ký duyệt (8 trong 10 khả năng; giữa là ${formatNumber(heading.middle)}), trong ${formatNumber(most)} học bạ đủ điều kiện.`;
}
