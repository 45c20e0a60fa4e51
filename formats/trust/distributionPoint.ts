import { contextTag, Der, DerFault } from './der.js';
import { comparableBelow, comparableName } from './names.js';

/** Where revocation of a certificate is told (RFC 5280 §4.2.1.13). Names are only compared: no address in one is ever fetched. */
export type DistributionPoint = {
  /** Comparable general names; null when the point has none. */
  names: ReadonlySet<string> | null;
  reasons: ReadonlySet<number>;
  /** Comparable directory names of the lists' issuers, when another than the certificate's. */
  listIssuers: ReadonlySet<string> | null;
};

/** Bits of ReasonFlags, `unused` left out. */
export const ALL_REASONS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7, 8]);

const DIRECTORY_NAME = contextTag(4);

/** A general name in comparable form; a directory name without regard to case and spaces, any other to the byte. */
export function comparableGeneralName(name: Der): string {
  if (name.tag !== DIRECTORY_NAME) return `#${name.whole.toString('hex')}`;
  const [directory, ...more] = name.children();
  if (directory === undefined || more.length > 0) throw new DerFault('directory name');
  return comparableName(directory);
}

/**
 * DistributionPointName: full names, or one relative to an issuer's name.
 * @param wrapped the [0] that holds it @param issuers names it may be relative to
 */
export function readPointNames(wrapped: Der, issuers: readonly Der[]): ReadonlySet<string> {
  const [choice, ...more] = wrapped.children();
  if (choice === undefined || more.length > 0) throw new DerFault('distribution point');
  if (choice.tag === contextTag(0)) return new Set(choice.children().map(comparableGeneralName));
  if (choice.tag !== contextTag(1)) throw new DerFault('distribution point');
  const parts = choice.children();
  return new Set(issuers.map((issuer) => comparableBelow(issuer, parts)));
}

/** @param list value of the extension @param issuer the certificate's issuer, to which a relative name belongs */
export function readDistributionPoints(list: Der, issuer: Der): DistributionPoint[] {
  return list.sequence().map((point) => {
    const fields = new Map(point.sequence().map((field) => [field.tag, field]));
    const name = fields.get(contextTag(0));
    const reasons = fields.get(contextTag(1, 'primitive'));
    const issuers = fields.get(contextTag(2))?.children().filter(({ tag }) => tag === DIRECTORY_NAME);
    const issuerNames = issuers?.map((general) => general.children()[0] as Der);
    return {
      names: name === undefined ? null : readPointNames(name, issuerNames ?? [issuer]),
      reasons: reasons === undefined ? ALL_REASONS : new Set([...reasons.bits()].filter((bit) => ALL_REASONS.has(bit))),
      listIssuers: issuers === undefined ? null : new Set(issuers.map(comparableGeneralName)),
    };
  });
}
