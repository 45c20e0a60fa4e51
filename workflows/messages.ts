import { defineSignal, defineUpdate } from '@temporalio/workflow';
import { DECIDE, WAKE, type WakeCode } from '../domain/messageNames.js';

/** A decision was committed. `updateId` is the decision's id; the handler marks work and returns at once. */
export const decideUpdate = defineUpdate<void, [decisionId: string]>(DECIDE);

/** Something changed in PostgreSQL; look again. */
export const wakeSignal = defineSignal<[code: WakeCode]>(WAKE);
