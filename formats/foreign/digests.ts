import type { Namespaces } from '../xml/canonicalization.js';
import type { NamespacedElement } from '../xml/namespaceReader.js';
import type { CardShape, ForeignBlock } from './cardShape.js';
import { about, ForeignFault, type ForeignFaultCode } from './codes.js';
import { Digester } from './digester.js';
import { contains } from './ids.js';
import type { Resolved } from './references.js';
import { signerOf } from './signer.js';
import type { SignedBlock } from './signers.js';

/** The first thing that does not verify: a digest, or (without a reference) the value over SignedInfo. */
export type Mismatch = { block: ForeignBlock; reference: Resolved | null; code: ForeignFaultCode };

export type Attempt =
  | { ok: true; blocks: SignedBlock[]; outside: Namespaces }
  | { ok: false; mismatch: Mismatch };

/**
 * Verifies every digest and value of a card in the first surroundings in which all of them hold. A batch may have been signed as a
 * whole or card by card: both are lawful, but one card is never verified half in one and half in the other.
 * @throws ForeignFault for what no surroundings could mend
 */
export function verifyDigests(shape: CardShape, candidates: readonly Namespaces[], budget: { left: number }): Attempt {
  let first: Mismatch | null = null;
  for (const outside of candidates) {
    const attempt = tryIn(shape, outside, budget);
    if (attempt.ok) return attempt;
    first ??= attempt.mismatch;
  }
  return { ok: false, mismatch: first as Mismatch };
}

function tryIn(shape: CardShape, outside: Namespaces, budget: { left: number }): Attempt {
  const digester = new Digester({ top: shape.element, outside }, budget);
  for (const block of shape.blocks) {
    const reference = block.references.find(({ target, method, digest, value }) => !digester.digest(target, method, digest).equals(value));
    if (reference !== undefined) return { ok: false, mismatch: { block, reference, code: changedCode(shape, block, reference.target) } };
  }
  const blocks: SignedBlock[] = [];
  for (const block of shape.blocks) {
    try {
      blocks.push({ ...block, ...about(block.role, () => signerOf(block.signature, digester.form(block.signature.signedInfo, block.signature.method))) });
    } catch (fault) {
      if (!(fault instanceof ForeignFault) || fault.code !== 'signature-mismatch') throw fault;
      return { ok: false, mismatch: { block, reference: null, code: fault.code } };
    }
  }
  return { ok: true, blocks, outside };
}

/** What has changed, as a person would name it. */
function changedCode({ parts, blocks }: CardShape, block: ForeignBlock, target: NamespacedElement): ForeignFaultCode {
  if (contains(parts.data, target) || contains(target, parts.data)) return 'data-changed';
  if (contains(target, block.time.element)) return 'signing-time-changed';
  const others = blocks.filter((other) => other !== block);
  return others.some((other) => contains(other.element, target) || contains(target, other.element)) ? 'earlier-signature-changed' : 'region-changed';
}

/** Whether every prefix in use is declared inside the element: only then can the card stand alone. */
export function standsAlone(element: NamespacedElement, declared: ReadonlySet<string> = new Set(['', 'xml'])): boolean {
  const known = element.declared.length === 0 ? declared : new Set([...declared, ...element.declared.map(([prefix]) => prefix)]);
  return known.has(element.prefix) && element.attributes.every(({ prefix }) => known.has(prefix)) && element.children.every((child) => standsAlone(child, known));
}
