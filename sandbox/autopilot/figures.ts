import { basisPoints, formatRate, RATES, type Rate } from '../../domain/rates.js';
import type { Counts } from './standing.js';

/** The rates of the report as its summary says them, from the one definition that the pages and workbooks use. */
export const figuresOf = (counts: Counts): { signedRate: string; acceptedOfSigned: string } =>
  ({ signedRate: inPlainText(RATES.signed.of(counts)), acceptedOfSigned: inPlainText(RATES.accepted.of(counts)) });

/** `82,35 %` with an ordinary blank; `100 %` only when it is exactly all. */
const inPlainText = (value: Rate): string => (basisPoints(value) === 10_000 ? '100 %' : formatRate(value).replace('\u00a0', ' '));
