import { createHash, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { der } from '../../sandbox/trust/der.js';
import type { Authority, Signer } from './certificates.js';

export type CrlOptions = {
  thisUpdate?: Date;
  nextUpdate?: Date;
  number?: number;
  revoked?: readonly { signer: Signer; at: Date }[];
};

/** A complete revocation list of a made-up authority, DER. */
export function crlOf({ name, key }: Authority, { thisUpdate = new Date('2026-06-20T00:00:00Z'), nextUpdate = new Date('2026-07-20T00:00:00Z'), number = 1, revoked = [] }: CrlOptions = {}): Buffer {
  const algorithm = der.sequence(der.oid('1.2.840.113549.1.1.11'), der.nothing);
  const plain = (oid: string, value: Buffer): Buffer => der.sequence(der.oid(oid), der.octets(value));
  const list = der.sequence(
    der.integer(Buffer.from([1])), algorithm, name, der.time(thisUpdate), der.time(nextUpdate),
    ...(revoked.length === 0 ? [] : [der.sequence(...revoked.map(({ signer, at }) => der.sequence(der.integer(Buffer.from(signer.certificate.serialNumber, 'hex')), der.time(at))))]),
    der.explicit(0, der.sequence(
      plain('2.5.29.35', der.sequence(der.implicit(0, identifier(key)))),
      plain('2.5.29.20', der.integer(Buffer.from([number]))),
    )),
  );
  return der.sequence(list, algorithm, der.bits(sign('sha256', list, key)));
}

const identifier = (key: KeyObject): Buffer =>
  createHash('sha256').update(createPublicKey(key).export({ type: 'spki', format: 'der' })).digest().subarray(0, 20);
