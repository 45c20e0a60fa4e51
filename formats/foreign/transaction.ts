import { BATCH_TAG } from './batchShape.js';
import type { NamespacedElement } from '../xml/namespaceReader.js';
import { ForeignFault } from './codes.js';
import { Digester } from './digester.js';
import { holderOf } from './holder.js';
import { CLOCK_TOLERANCE_MS, MAX_DIGESTED } from './limits.js';
import { covers, resolveReferences } from './references.js';
import { readSignature } from './signatureShape.js';
import { indexIds } from './ids.js';
import { signerOf, type ForeignSigner } from './signer.js';
import { signingTimeOf } from './signingTime.js';

export type SignedTransaction = ForeignSigner & {
  /** SigningTime as written and as an instant; a sender need not state one. */
  signedAt: { text: string; at: Date } | null;
};

/**
 * Verifies the sender's Signature over a whole transaction, inside its root or beside it. Only the root and what stands inside this
 * Signature can be referred to: what cards hold cannot be mistaken for either.
 * @param detached whether the Signature came beside `content` and not inside the root (spec §4)
 * @throws ForeignFault
 */
export function verifyTransaction(
  root: NamespacedElement, element: NamespacedElement, { detached, approved, at }: { detached: boolean; approved: ReadonlySet<string> | null; at: Date },
): SignedTransaction {
  const signature = readSignature(element);
  const byId = new Map(indexIds(element).byId);
  for (const { value } of root.attributes.filter(({ prefix, local }) => prefix === '' && local.toLowerCase() === 'id')) {
    if (byId.has(value) || inCards(root, element, value)) throw new ForeignFault('id-duplicate');
    byId.set(value, root);
  }
  const references = resolveReferences(signature, { byId }, detached ? null : root);
  if (!covers(references, root)) throw new ForeignFault('data-not-covered', BATCH_TAG);
  const time = signingTimeOf(signature, references, { byId });

  const budget = { left: MAX_DIGESTED * (element.end - element.start) + 4 * (root.end - root.start) };
  const inRoot = new Digester({ top: root, outside: new Map() }, budget);
  const beside = detached ? new Digester({ top: element, outside: new Map() }, budget) : inRoot;
  for (const { target, method, digest, value, enveloped } of references) {
    const digester = target === root ? inRoot : beside;
    if (!digester.digest(target, method, digest, enveloped && target === root ? element : null).equals(value)) throw new ForeignFault(target === root ? 'transaction-changed' : 'region-changed');
  }
  const signer = signerOf(signature, beside.form(signature.signedInfo, signature.method));
  if (holderOf(signer.certificate).kind !== 'organisation') throw new ForeignFault('holder-kind');
  if (approved !== null && !approved.has(signer.certificate.fingerprint)) throw new ForeignFault('seal-unapproved');
  if (time !== null && time.at.getTime() > at.getTime() + CLOCK_TOLERANCE_MS) throw new ForeignFault('signing-time-future');
  return { ...signer, signedAt: time };
}

/** Other verifiers look an id up in the whole document: the root's must be the root's alone. */
function inCards(element: NamespacedElement, except: NamespacedElement, id: string): boolean {
  return element.children.some((child) => child !== except
    && (child.attributes.some(({ prefix, local, value }) => prefix === '' && local.toLowerCase() === 'id' && value === id) || inCards(child, except, id)));
}
