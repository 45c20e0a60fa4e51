import { z } from 'zod';
import { REVOCATION_REASONS, type RevocationReason } from './crl.js';

export const AUTHORITY_CODES = ['mot', 'hai'] as const;
export type AuthorityCode = (typeof AUTHORITY_CODES)[number];

export const subjectInput = z.strictObject({
  commonName: z.string().min(1).max(200),
  uid: z.string().regex(/^(CCCD:\d{12}|MST:\d{10}(-\d{3})?)$/),
  organisation: z.string().min(1).max(200).optional(),
});

/** What the signing service asks: a certificate for a key that it keeps. Without `authority` the subject decides: both authorities serve the province. */
export const issueInput = z.strictObject({
  subject: subjectInput,
  /** SubjectPublicKeyInfo, DER in base64. */
  publicKey: z.base64().max(2_000),
  authority: z.enum(AUTHORITY_CODES).optional(),
  validFrom: z.iso.datetime({ offset: true }).optional(),
  validTo: z.iso.datetime({ offset: true }).optional(),
});

const reasons = Object.keys(REVOCATION_REASONS) as [RevocationReason, ...RevocationReason[]];
const optionalTime = z.union([z.literal('').transform(() => undefined), z.iso.datetime({ offset: true })]).optional();

/** By serial number or fingerprint, from the page's form or as JSON. */
export const revokeInput = z.object({
  certificate: z.string().trim().toLowerCase().regex(/^[0-9a-f]{32,64}$/),
  reason: z.enum(reasons).default('unspecified'),
  revokedAt: optionalTime,
  invalidAt: optionalTime,
});

/** Takes a hold back: nothing else is ever taken back. */
export const liftInput = z.object({ certificate: revokeInput.shape.certificate });

export const trustFaults = z.strictObject({
  /** Every call waits this long first. */
  slowMs: z.number().int().min(0).max(600_000).default(0),
  /** The next n calls of any kind answer HTTP 500. */
  failNext: z.number().int().min(0).default(0),
  /** While true, that service answers HTTP 503: an outage. */
  tsaDown: z.boolean().default(false),
  crlDown: z.boolean().default(false),
  ocspDown: z.boolean().default(false),
  /** The next n time-stamps come out with one bit of the signature changed. */
  corruptTokenNext: z.number().int().min(0).default(0),
});
export type TrustFaults = z.infer<typeof trustFaults>;
