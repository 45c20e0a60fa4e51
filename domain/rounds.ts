/**
 * What a running campaign does by the clock, each by a Temporal Schedule of its own. Times are of Asia/Ho_Chi_Minh (no summer time since
 * 1975): the digest is there when offices open, the nightly comparison runs while nobody signs.
 */
export const ROUNDS = {
  /** Overdue schools and rates, to offices and coordinators. A day missed is not made up for beyond the working day. */
  digest: { cron: '30 6 * * *', catchUp: '8h' },
  /** What we hold against what the Kho says. */
  reconciliation: { cron: '30 1 * * *', catchUp: '4h' },
  /** Certificates and signing authority that end soon. */
  expiry: { cron: '0 7 * * *', catchUp: '8h' },
} as const satisfies Record<string, { cron: string; catchUp: string }>;
export type Round = keyof typeof ROUNDS;
export const ROUND_NAMES = Object.keys(ROUNDS) as readonly Round[];
export const ROUND_ZONE = 'Asia/Ho_Chi_Minh';

/** Days before the end at which somebody is told once more. */
export const WARN_DAYS = [30, 7, 1] as const;
