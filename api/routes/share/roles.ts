import type { Role } from '../../../domain/roles.js';

/** The school hands its cards to parents; the Sở keeps the originals. */
export const SHARERS = ['clerk', 'principal'] as const satisfies readonly Role[];
