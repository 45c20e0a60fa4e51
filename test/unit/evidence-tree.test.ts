import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { HashTree, leafHash, rootOfProof } from '../../formats/evidence/tree.js';
import { seededRandom } from '../../domain/seededRandom.js';

const sha256 = (...parts: (Uint8Array | string)[]): Buffer => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const files = (count: number, name = 'card'): Buffer[] => Array.from({ length: count }, (_, index) => sha256(`${name} ${index}`));

/** RFC 6962 §2.1 word for word, to hold the tree against: split at the largest power of two below n. */
function rootByTheLetter(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 1) return sha256(Buffer.from([0]), leaves[0]!);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Buffer.from([1]), rootByTheLetter(leaves.slice(0, split)), rootByTheLetter(leaves.slice(split)));
}

describe('the hash tree over finished files', () => {
  test('has the root of RFC 6962 for every size', () => {
    for (let size = 1; size <= 70; size += 1) assert.deepEqual(new HashTree(files(size)).root, rootByTheLetter(files(size)), `${size} files`);
  });

  test('proves every file of every size, with no more hashes than the tree is high', () => {
    for (const size of [1, 2, 3, 5, 8, 13, 64, 65, 412]) {
      const tree = new HashTree(files(size));
      for (const [index, file] of files(size).entries()) {
        const proof = tree.proof(index);
        assert.ok(proof.path.length <= Math.ceil(Math.log2(size)));
        assert.deepEqual(rootOfProof(file, proof), tree.root, `file ${index} of ${size}`);
      }
    }
  });

  test('proves nothing else: another file, another place, another size, a changed, missing or added hash', () => {
    const random = seededRandom(3161);
    for (let round = 0; round < 300; round += 1) {
      const size = 2 + Math.floor(random() * 40);
      const tree = new HashTree(files(size));
      const index = Math.floor(random() * size);
      const file = files(size)[index]!;
      const proof = tree.proof(index);
      const other = (index + 1 + Math.floor(random() * (size - 1))) % size;
      assert.notDeepEqual(rootOfProof(files(size, 'other')[index]!, proof), tree.root);
      assert.notDeepEqual(rootOfProof(file, { ...proof, index: other }), tree.root);
      const at = Math.floor(random() * proof.path.length);
      const flipped = proof.path.map((hash, place) => (place === at ? Buffer.from(hash).fill(hash[7]! ^ 1, 7, 8) : hash));
      assert.notDeepEqual(rootOfProof(file, { ...proof, path: flipped }), tree.root);
      assert.notDeepEqual(rootOfProof(file, { ...proof, path: proof.path.slice(1) }), tree.root);
      assert.equal(rootOfProof(file, { ...proof, path: [...proof.path, sha256('more')] }), null);
    }
  });

  test('never takes an inner node for a file, nor a list with a doubled end for the list', () => {
    const [a, b, c] = files(3) as [Buffer, Buffer, Buffer];
    const inner = sha256(Buffer.from([1]), leafHash(a), leafHash(b));
    assert.notDeepEqual(new HashTree([inner, c]).root, new HashTree([a, b, c]).root);
    assert.notDeepEqual(new HashTree([a, b, c, c]).root, new HashTree([a, b, c]).root);
    assert.notDeepEqual(new HashTree([b, a]).root, new HashTree([a, b]).root);
  });

  test('refuses what is no tree and no proof', () => {
    assert.throws(() => new HashTree([]), RangeError);
    assert.throws(() => new HashTree([Buffer.from('short')]), RangeError);
    assert.throws(() => new HashTree(files(3)).proof(3), RangeError);
    const file = files(1)[0]!;
    for (const proof of [{ index: -1, size: 1 }, { index: 1, size: 1 }, { index: 0, size: 0 }, { index: 0.5, size: 2 }]) assert.equal(rootOfProof(file, { ...proof, path: [] }), null);
    assert.equal(rootOfProof(file, { index: 0, size: 2, path: [Buffer.alloc(31)] }), null);
  });
});
