import type { SchoolHead } from './school.js';

/** A soft certificate that the school gave to the hub. `der` is its certificate. */
export type SealKey = {
  id: string; der: Buffer; serial: string; fingerprint: string; validFrom: Date; validTo: Date; revokedAt: Date | null;
  givenAt: Date; givenBy: string; endedAt: Date | null; endedBy: string | null;
};
/** `approved`: fingerprints the Sở has approved for this school. */
export type SealKeySheet = {
  school: SchoolHead;
  /** Whose key the hub holds now; `signs` is false when the Sở has meanwhile approved another certificate. */
  current: (SealKey & { signs: boolean }) | null;
  /** Keys that are gone, the last one first. */
  earlier: SealKey[];
  approved: string[];
  /** At the signing service, used when the hub holds no key. */
  account: string | null;
  /** Whether the reader leads the school. */
  mayGive: boolean;
};
