import { setTimeout as pause } from 'node:timers/promises';

/** Longer than any look-up takes, so that how long an answer took tells nothing about it. */
const FLOOR_MS = 400;

/** Runs `work` and hands its result, or its fault, out no earlier than a fixed while after the start. */
export async function steady<T>(work: () => Promise<T>): Promise<T> {
  const [result] = await Promise.all([work().then((value) => ({ value }), (fault: unknown) => ({ fault })), pause(FLOOR_MS)]);
  if ('fault' in result) throw result.fault;
  return result.value;
}
