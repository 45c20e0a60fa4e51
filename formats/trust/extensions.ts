import { Der, DerFault, TAG } from './der.js';

/** `octets` wraps the value; what nobody asks for is never read, so that one oddly written does no harm. */
export type Extension = { critical: boolean; octets: Der };

/** By dotted OID. */
export type Extensions = ReadonlyMap<string, Extension>;

/** @param list SEQUENCE OF Extension; one that stands twice is a fault (RFC 5280 §4.2) */
export function readExtensions(list: Der): Extensions {
  const found = new Map<string, Extension>();
  for (const extension of list.sequence()) {
    const [type, ...rest] = extension.sequence();
    const critical = rest[0]?.tag === TAG.boolean ? rest.shift() : undefined;
    const [octets, ...more] = rest;
    if (type === undefined || octets === undefined || more.length > 0) throw new DerFault('extension');
    const oid = type.expect(TAG.oid).oid();
    if (found.has(oid)) throw new DerFault('extension twice');
    found.set(oid, { critical: critical?.boolean() ?? false, octets: octets.expect(TAG.octetString) });
  }
  return found;
}
