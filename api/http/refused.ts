import { REFUSALS, type RefusalCode } from '../../domain/refusals.js';

/** A handler's way to say no: the one error handler turns it into the status and sentence of `domain/refusals.ts`. */
export class Refused extends Error {
  constructor(readonly code: RefusalCode) {
    super(code);
    this.name = 'Refused';
  }

  get status(): number { return REFUSALS[this.code].status; }
  get sentence(): string { return REFUSALS[this.code].sentence; }
}
