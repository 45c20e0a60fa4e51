import { createPrivateKey, createPublicKey, generatePrime } from 'node:crypto';
import { promisify } from 'node:util';
import type { KeyPair } from '../trust/certificate.js';

const EXPONENT = 65_537n;

/**
 * RSA-2048 keys for thousands of people at once. A prime costs a tenth of a second, so each one stands in many keys: k primes give
 * k(k−1)/2 different moduli. Whoever has two keys with a common prime can compute both: such keys are good for people who do not exist,
 * on the machine that plays them, and `HUB_MODE=production` refuses the authorities that certify them. Signing and verifying with them
 * costs what it costs with any other RSA-2048 key.
 */
export class KeyMint {
  readonly #primes: bigint[] = [];
  #left = 0;
  #making: Promise<void> = Promise.resolve();

  /** One key after the other; no two have the same modulus. */
  async key(): Promise<KeyPair> {
    const pair = this.#making.then(() => this.#pair());
    this.#making = pair.then(() => undefined, () => undefined);
    return keyOf(...await pair);
  }

  /** The newest prime meets each earlier one once; then another prime is made. */
  async #pair(): Promise<[bigint, bigint]> {
    while (this.#left === 0) {
      this.#primes.push(await newPrime());
      this.#left = this.#primes.length - 1;
    }
    this.#left -= 1;
    return [this.#primes.at(-1) as bigint, this.#primes[this.#left] as bigint];
  }
}

/** 1,024 bits of which the two highest are set, so that two of them make a modulus of exactly 2,048 bits. */
async function newPrime(): Promise<bigint> {
  for (;;) {
    const prime = await promisify<number, { bigint: true }, bigint>(generatePrime)(1_024, { bigint: true });
    if (prime % EXPONENT !== 1n) return prime;
  }
}

function keyOf(one: bigint, other: bigint): KeyPair {
  const [p, q] = one > other ? [one, other] : [other, one];
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const privateKey = createPrivateKey({
    format: 'jwk',
    key: { kty: 'RSA', n: text(p * q), e: text(EXPONENT), d: text(d), p: text(p), q: text(q), dp: text(d % (p - 1n)), dq: text(d % (q - 1n)), qi: text(inverse(q, p)) },
  });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** `value`⁻¹ modulo `modulus`, which share no factor. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [before, now, factorBefore, factor] = [modulus, value % modulus, 0n, 1n];
  while (now !== 0n) {
    const quotient = before / now;
    [before, now] = [now, before - quotient * now];
    [factorBefore, factor] = [factor, factorBefore - quotient * factor];
  }
  return factorBefore < 0n ? factorBefore + modulus : factorBefore;
}

function text(number: bigint): string {
  const digits = number.toString(16);
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex').toString('base64url');
}
