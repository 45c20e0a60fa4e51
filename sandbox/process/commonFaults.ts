import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestHandler } from 'express';
import type { FaultScript } from './faults.js';

type CommonFaults = { slowMs: number; failNext: number };

/** Plays the faults every outside system has: slow for all, HTTP 500 for the next n. */
export const playCommonFaults = <T extends CommonFaults>(faults: FaultScript<T>): RequestHandler => async (_request, response, next) => {
  if (faults.now.slowMs > 0) await sleep(faults.now.slowMs);
  const script: FaultScript<CommonFaults> = faults as unknown as FaultScript<CommonFaults>;
  if (await script.take('failNext')) {
    response.status(500).json({ error: 'simulated-failure' });
    return;
  }
  next();
};
