import type { Role } from '../../domain/roles.js';

/** Who may come to pages of the Sở; named here so that a page and its acts say the same. */
export const ADMINISTRATOR: readonly Role[] = ['administrator'];
export const COORDINATOR: readonly Role[] = ['coordinator'];
/** Who may look at one school in a campaign: the Sở, the office of its area, and its own people. */
export const SCHOOL_READERS: readonly Role[] = ['coordinator', 'official', 'office', 'principal', 'deputy', 'clerk'];
/** Who may see a pupil's card and its history, each in the own area; homeroom teachers for their own classes. */
export const CARD_READERS: readonly Role[] = ['coordinator', 'principal', 'deputy', 'clerk', 'homeroom'];
