import { createHash } from 'node:crypto';

/**
 * A hash tree over finished files, as RFC 6962 §2.1 builds it: leaf and inner hashes begin with different bytes, so that no inner node
 * can be passed off as a file, and the last nodes of an uneven row move up unpaired, so that no two lists have one root.
 *
 * What stands under a leaf is the SHA-256 of a file (32 bytes), not the file: a proof can then be made from digests alone.
 */
export type InclusionProof = {
  /** Place of the leaf from 0, and how many leaves the tree has. */
  index: number; size: number;
  /** Hashes beside the way up, from the leaf to the root. */
  path: readonly Buffer[];
};

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const LEAF = Buffer.from([0]);
const INNER = Buffer.from([1]);

/** @param digest SHA-256 of a file, 32 bytes */
export function leafHash(digest: Uint8Array): Buffer {
  if (digest.length !== 32) throw new RangeError('a leaf stands for a SHA-256 digest');
  return sha256(LEAF, digest);
}

const innerHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(INNER, left, right);

/** All rows of the tree from the leaves to the root, so that many proofs cost one pass. */
export class HashTree {
  readonly #rows: readonly (readonly Buffer[])[];

  /** @param digests SHA-256 of each file, in order; at least one */
  constructor(digests: readonly Uint8Array[]) {
    if (digests.length === 0) throw new RangeError('a hash tree has at least one leaf');
    const rows = [digests.map(leafHash)];
    for (let row = rows[0] as Buffer[]; row.length > 1; rows.push(row)) row = pairUp(row);
    this.#rows = rows;
  }

  get root(): Buffer {
    return this.#rows.at(-1)?.[0] as Buffer;
  }

  get size(): number {
    return this.#rows[0]?.length ?? 0;
  }

  proof(index: number): InclusionProof {
    if (!Number.isInteger(index) || index < 0 || index >= this.size) throw new RangeError('no such leaf');
    const path = this.#rows.slice(0, -1).flatMap((row, level) => row[(index >> level) ^ 1] ?? []);
    return { index, size: this.size, path };
  }
}

const pairUp = (row: readonly Buffer[]): Buffer[] =>
  Array.from({ length: Math.ceil(row.length / 2) }, (_, place) => {
    const left = row[2 * place] as Buffer;
    const right = row[2 * place + 1];
    return right === undefined ? left : innerHash(left, right);
  });

/**
 * The root that a proof leads to (RFC 9162 §2.1.3.2); null when the proof cannot be of any tree. Equal to the stamped root means: this
 * very file was among those that were stamped.
 */
export function rootOfProof(digest: Uint8Array, { index, size, path }: InclusionProof): Buffer | null {
  if (!Number.isInteger(index) || !Number.isInteger(size) || index < 0 || index >= size) return null;
  let [place, last] = [index, size - 1];
  let hash = leafHash(digest);
  for (const beside of path) {
    if (last === 0 || beside.length !== 32) return null;
    if (place % 2 === 1 || place === last) {
      hash = innerHash(beside, hash);
      // An unpaired node has moved up without a hash until it stood on the right of a pair.
      while (place % 2 === 0 && place !== 0) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
    } else {
      hash = innerHash(hash, beside);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : null;
}
