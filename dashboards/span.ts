import { formatSpan } from './format.js';

const UNITS: Readonly<Record<string, number>> = { 'ngày': 86_400, 'giờ': 3_600, 'phút': 60, 'giây': 1 };

/** Seconds of `2 ngày 3 giờ`, `15 phút`; null when it is no span. The inverse of `spanInput`. */
export function secondsOfSpan(text: string): number | null {
  const normal = text.normalize('NFC').toLowerCase().replace(/[\s\u00a0]+/g, ' ').trim();
  if (!/^(\d{1,6} ?(ngày|giờ|phút|giây) ?)+$/.test(normal)) return null;
  return [...normal.matchAll(/(\d+) ?(ngày|giờ|phút|giây)/g)].reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0);
}

export const spanInput = (seconds: number): string => formatSpan(seconds).replaceAll('\u00a0', ' ');
