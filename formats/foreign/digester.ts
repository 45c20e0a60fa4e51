import { createHash } from 'node:crypto';
import { canonicalForm, type Canonicalization, type Surroundings } from '../xml/canonicalization.js';
import type { NamespacedElement } from '../xml/namespaceReader.js';
import type { DigestName } from './algorithms.js';
import { ForeignFault } from './codes.js';

/** Digests of one card in one set of surroundings. Roles sign the same data the same way, so that form is made and hashed once. */
export class Digester {
  private readonly kept = new Map<NamespacedElement, Map<string, Buffer>>();

  /** @param budget characters that may be canonicalised in all; a lawful card takes a small part of it */
  constructor(readonly surroundings: Surroundings, private readonly budget: { left: number }) {}

  digest(element: NamespacedElement, method: Canonicalization, hash: DigestName, omit: NamespacedElement | null = null): Buffer {
    const name = `${hash} ${method.kind === 'inclusive' ? '' : ` ${method.prefixes.join(' ')}`}${omit === null ? '' : '\n'}`;
    const ofElement = this.kept.get(element) ?? new Map<string, Buffer>();
    this.kept.set(element, ofElement);
    const known = ofElement.get(name);
    if (known !== undefined) return known;
    const made = createHash(hash).update(this.form(element, method, omit), 'utf8').digest();
    ofElement.set(name, made);
    return made;
  }

  form(element: NamespacedElement, method: Canonicalization, omit: NamespacedElement | null = null): string {
    this.budget.left -= element.end - element.start;
    if (this.budget.left < 0) throw new ForeignFault('too-many-references');
    return canonicalForm(element, method, this.surroundings, omit);
  }
}
