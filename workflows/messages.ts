import { defineSignal, defineUpdate } from '@temporalio/workflow';

/**
 * What the outside says to workflows. A message only wakes (design §3): it carries ids and codes, the truth stands in PostgreSQL.
 * The same names serve directory, campaign and school.
 */

/** A decision was committed. `updateId` is the decision's id; the handler marks work and returns at once. */
export const decideUpdate = defineUpdate<void, [decisionId: string]>('decide');

/** Why a workflow is woken; it looks again in any case, the code is for the history's reader. */
export const WAKE_CODES = ['signatures', 'packet', 'school-closed', 'resumed', 'cancelled'] as const;
export type WakeCode = (typeof WAKE_CODES)[number];
export const wakeSignal = defineSignal<[code: WakeCode]>('wake');
