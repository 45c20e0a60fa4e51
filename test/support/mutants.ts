import type { TestContext } from 'node:test';
import { seeded } from './cards.js';

/**
 * How many mutants a test makes and from which seed, which its output names. A short run each time; for a long one:
 * `MUTANT_ROUNDS=1000000 MUTANT_SEED=7 node --test dist/test/unit/ownData.test.js`.
 */
export function mutantRun(test: TestContext, rounds: number, seed: number): { rounds: number; next: (below: number) => number } {
  const run = { rounds: Number(process.env['MUTANT_ROUNDS'] ?? rounds), seed: Number(process.env['MUTANT_SEED'] ?? seed) };
  test.diagnostic(`${run.rounds} mutants of seed ${run.seed}`);
  return { rounds: run.rounds, next: seeded(run.seed) };
}

const PIECES = ['<', '>', '&', '"', ' ', '/', '=', '\t', '\n', '\r', '&amp;', '&gt;', '&#65;', '<A></A>', '<!--x-->', ' id="x"', 'à', '\u0300', '\u0001', 'T', '9', '', '\u2126'];

/** The bytes with up to three of them taken out at one place and something put in, which now and then is what stood there. */
export function mutantOf(bytes: Buffer, next: (below: number) => number): Buffer {
  const at = next(bytes.length);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(PIECES[next(PIECES.length)] as string), bytes.subarray(at + next(4))]);
}
