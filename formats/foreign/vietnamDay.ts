import type { PlainDate } from '../../domain/brand.js';

/** The country keeps one time all year. */
const VIETNAM_OFFSET_MS = 7 * 3_600_000;

export const vietnamDay = (at: Date): PlainDate => new Date(at.getTime() + VIETNAM_OFFSET_MS).toISOString().slice(0, 10) as PlainDate;
