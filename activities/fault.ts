import { ApplicationFailure } from '@temporalio/activity';

/**
 * The one place where faults become Temporal failures. Messages carry codes only: a failure travels into a workflow's history.
 * `gone`: what the activity was about does not exist (any more); trying again cannot help.
 */
export const gone = (what: string): ApplicationFailure => ApplicationFailure.nonRetryable(what, 'gone');

/** An outside system did not answer as agreed; the retry policy of the queue tries again. */
export class OutsideFault extends Error {
  constructor(readonly system: 'kho' | 'signing' | 'tsa' | 'crl' | 'ocsp', readonly code: string) {
    super(`${system}: ${code}`);
    this.name = 'OutsideFault';
  }
}

/** A later attempt has taken over: this one must not write (design §3, fencing). */
export class Fenced extends Error {
  constructor(readonly subject: string) {
    super(`another attempt works on ${subject}`);
    this.name = 'Fenced';
  }
}
