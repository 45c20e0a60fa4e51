import type { EvidenceWait, SignAgainLine } from '../evidence.js';
import type { SigningBatch } from '../signingProgress.js';
import type { SigningClass } from './approve.js';
import type { OpenDecision, SchoolHead } from './school.js';

/** The school's own certificate (ký số phát hành), as the directory knows it. */
export type SealCertificate = {
  /** At the signing service; null when the school gave its key to the hub. */
  account: string | null;
  serial: string; validFrom: Date; validTo: Date; state: 'valid' | 'expiring' | 'not-yet' | 'expired' | 'revoked' };
export type SealSheet = { school: SchoolHead; certificate: SealCertificate | null; classes: SigningClass[]; batches: SigningBatch[]; decision: OpenDecision | null; waits: EvidenceWait[]; signAgain: SignAgainLine[] };
