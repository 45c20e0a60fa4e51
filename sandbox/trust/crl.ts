import { authorityKeyIdentifier, extension, name, OID, signatureAlgorithm, signed, type Issuer } from './certificate.js';
import { der } from './der.js';

/** Reasons of RFC 5280 §5.3.1 that a person may choose here. */
export const REVOCATION_REASONS = { unspecified: 0, keyCompromise: 1, affiliationChanged: 3, superseded: 4, cessationOfOperation: 5, certificateHold: 6, privilegeWithdrawn: 9 } as const;
export type RevocationReason = keyof typeof REVOCATION_REASONS;

export type Revocation = {
  /** Lower-case hex. */
  serial: string;
  revokedAt: Date; reason: RevocationReason;
  /** Since when the key is thought to be in other hands, where that is earlier than the revocation. */
  invalidAt: Date | null;
};

/** A complete CRL of version 2 (RFC 5280 §5), DER. */
export async function writeCrl(input: { issuer: Issuer; number: number; thisUpdate: Date; nextUpdate: Date; revoked: readonly Revocation[] }): Promise<Buffer> {
  const algorithm = signatureAlgorithm(input.issuer.privateKey);
  const toBeSigned = der.sequence(
    der.integer(Buffer.from([1])),
    algorithm,
    name(input.issuer.subject),
    der.time(input.thisUpdate),
    der.time(input.nextUpdate),
    // An empty list must be absent (RFC 5280 §5.1.2.6).
    ...(input.revoked.length === 0 ? [] : [der.sequence(...input.revoked.map(entry))]),
    der.explicit(0, der.sequence(authorityKeyIdentifier(input.issuer.privateKey), extension(OID.crlNumber, false, der.integer(bytesOf(input.number))))),
  );
  return der.sequence(toBeSigned, algorithm, der.bits(await signed(toBeSigned, input.issuer.privateKey)));
}

function entry({ serial, revokedAt, reason, invalidAt }: Revocation): Buffer {
  const extensions = [
    // "Unspecified" should be left out (RFC 5280 §5.3.1).
    ...(reason === 'unspecified' ? [] : [extension(OID.reasonCode, false, der.enumerated(REVOCATION_REASONS[reason]))]),
    ...(invalidAt === null ? [] : [extension(OID.invalidityDate, false, der.generalizedTime(invalidAt))]),
  ];
  return der.sequence(der.integer(Buffer.from(serial, 'hex')), der.time(revokedAt), ...(extensions.length === 0 ? [] : [der.sequence(...extensions)]));
}

function bytesOf(number: number): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(number, 0, 6);
  return bytes;
}
