import { z } from 'zod';

/** What the signing service takes in. Limits are the field's: one approval of a school fits in one request. */
export const MAX_DOCUMENTS = 2_000;

const uid = z.string().regex(/^(CCCD:\d{12}|MST:\d{10}(-\d{3})?)$/);

export const accountInput = z.strictObject({
  account: z.string().regex(/^[a-z0-9][a-z0-9-]{1,63}$/),
  pin: z.string().regex(/^\d{6,8}$/),
  kind: z.enum(['person', 'organisation']),
  commonName: z.string().min(1).max(200),
  uid,
  organisation: z.string().min(1).max(200).optional(),
}).refine((input) => input.uid.startsWith(input.kind === 'person' ? 'CCCD:' : 'MST:'), { path: ['uid'], message: 'CCCD for a person, MST for an organisation' });
export type AccountInput = z.infer<typeof accountInput>;

export const accountsInput = z.array(accountInput).min(1).max(500);

export const certificateInput = z.strictObject({ commonName: z.string().min(1).max(200), uid, organisation: z.string().min(1).max(200).optional() });

export const issuedCertificate = z.object({ certificate: z.string(), fingerprint: z.string(), serial: z.string() });

/** Base64 of exactly 32 bytes. */
const sha256Base64 = z.string().regex(/^[A-Za-z0-9+/]{43}=$/);

export const signingRequestInput = z.strictObject({
  requestId: z.uuid(),
  account: z.string().min(1).max(64),
  /** Shown on the phone; counts and class names, no pupil's name. */
  description: z.string().min(1).max(500),
  documents: z.array(z.strictObject({ id: z.string().min(1).max(128), digest: sha256Base64 })).min(1).max(MAX_DOCUMENTS)
    .refine((documents) => new Set(documents.map((document) => document.id)).size === documents.length, 'document ids must differ'),
  callbackUrl: z.url({ protocol: /^https?$/ }),
  expiresAt: z.iso.datetime({ offset: true }),
});
export type SigningRequestInput = z.infer<typeof signingRequestInput>;

export const pinInput = z.object({ pin: z.string().max(32) });

export const signingFaults = z.strictObject({
  /** Every client call waits this long first. */
  slowMs: z.number().int().min(0).max(600_000).default(0),
  /** The next n client calls answer HTTP 500. */
  failNext: z.number().int().min(0).default(0),
  /** The first signature of each of the next n requests comes out wrong. */
  corruptNextSignature: z.number().int().min(0).default(0),
  /** The next n callbacks are never sent: the client has to ask. */
  dropCallbackNext: z.number().int().min(0).default(0),
});
export type SigningFaults = z.infer<typeof signingFaults>;
