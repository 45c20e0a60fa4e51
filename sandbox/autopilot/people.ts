import { createHash } from 'node:crypto';
import { signingAccountsOf } from '../province/accounts.js';
import { generateProvince, type ProvinceInput } from '../province/generateProvince.js';

/** Of a first start without `--seed`. */
export const USUAL_SEED = 20_260_520;

/** SHA-256 over everybody who gets a key, with names and PINs: what was made for one sum fits no other people. */
export function peopleSum(input: ProvinceInput): string {
  return createHash('sha256').update(JSON.stringify(signingAccountsOf(generateProvince(input)))).digest('hex');
}
