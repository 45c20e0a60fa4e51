import assert from 'node:assert/strict';
import { sign, type X509Certificate } from 'node:crypto';
import { der } from '../../sandbox/trust/der.js';
import type { Authority, Signer } from './certificates.js';

export type CrlOptions = {
  thisUpdate?: Date;
  nextUpdate?: Date;
  number?: number;
  revoked?: readonly { signer: Signer; at: Date }[];
};

/** A complete revocation list of a made-up authority, DER. */
export function crlOf({ name, key, certificate }: Authority, { thisUpdate = new Date('2026-06-20T00:00:00Z'), nextUpdate = new Date('2026-07-20T00:00:00Z'), number = 1, revoked = [] }: CrlOptions = {}): Buffer {
  const algorithm = der.sequence(der.oid('1.2.840.113549.1.1.11'), der.nothing);
  const plain = (oid: string, value: Buffer): Buffer => der.sequence(der.oid(oid), der.octets(value));
  const list = der.sequence(
    der.integer(Buffer.from([1])), algorithm, name, der.time(thisUpdate), der.time(nextUpdate),
    ...(revoked.length === 0 ? [] : [der.sequence(...revoked.map(({ signer, at }) => der.sequence(der.integer(Buffer.from(signer.certificate.serialNumber, 'hex')), der.time(at))))]),
    der.explicit(0, der.sequence(
      plain('2.5.29.35', der.sequence(der.implicit(0, keyIdentifier(certificate)))),
      plain('2.5.29.20', der.integer(Buffer.from([number]))),
    )),
  );
  return der.sequence(list, algorithm, der.bits(sign('sha256', list, key)));
}

/** The authority's own subject key identifier, wherever its certificate got it from: a list must name the same. */
function keyIdentifier({ raw }: X509Certificate): Buffer {
  const extension = raw.indexOf(Buffer.from('0603551d0e0416', 'hex'));
  assert.ok(extension > 0, 'the authority has a subject key identifier of 20 bytes');
  return raw.subarray(extension + 9, extension + 29);
}
