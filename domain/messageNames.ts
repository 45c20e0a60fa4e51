/**
 * Names of what the outside says to workflows. A message only wakes (design §3): it carries ids and codes, the truth stands in
 * PostgreSQL. The same names serve directory, campaign and school.
 */
export const DECIDE = 'decide';
export const WAKE = 'wake';

/** Why a workflow is woken; it looks again in any case, the code is for the history's reader. */
export const WAKE_CODES = ['signatures', 'packet', 'school-closed', 'resumed', 'cancelled'] as const;
export type WakeCode = (typeof WAKE_CODES)[number];
