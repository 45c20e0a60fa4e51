import type { AuthorityBasis } from '../authority.js';
import type { SignatureRole } from '../card.js';
import type { Instant } from '../brand.js';

/** What anybody may learn of an issued card who has its file, or its code and the pupil's date of birth; nothing else of it. */
export type LookedUp = {
  schoolName: string; departmentName: string; schoolYear: string;
  /** `in-doubt`: a certificate in it is known to have been revoked before the Sở received it, and nobody has decided yet. */
  status: 'in-force' | 'in-doubt' | 'recalled' | 'superseded';
  statusAt: Date; receivedAt: Date;
  /** `instrument` says under which document a deputy signed. */
  signatures: readonly { role: SignatureRole; name: string; title: string; signedAt: Instant; basis: AuthorityBasis | null; instrument: { number: string; date: string } | null }[];
};
