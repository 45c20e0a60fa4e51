import { z } from 'zod';

/** The parts of the pages' models that several people read. */
export const batch = z.object({ id: z.string(), state: z.string(), account: z.string().nullable(), personId: z.string(), classNames: z.array(z.string()), failureCode: z.string().nullable() });
export type Batch = z.infer<typeof batch>;

export const signingClass = z.object({
  classId: z.string(), className: z.string(), expected: z.number(), ready: z.number(), behind: z.number(), done: z.number(), inBatch: z.boolean(),
});
export type SigningClass = z.infer<typeof signingClass>;
/** A class that the reader may sign now; `task` is `id:version` as forms carry it. */
export const signable = z.object({ classId: z.string(), className: z.string(), task: z.string(), ready: z.number() });
export const openDecision = z.object({ id: z.string(), refusedCode: z.string().nullable() }).nullable();

export const isWaiting = (decision: z.infer<typeof openDecision>): boolean => decision !== null && decision.refusedCode === null;
const UNDER_WAY = new Set(['new', 'prepared', 'requested', 'collected']);
export const isUnderWay = ({ state }: Batch): boolean => UNDER_WAY.has(state);
