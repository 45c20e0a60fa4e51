/** Branded primitives: a `SchoolCode` cannot be passed where a `ClassId` is meant. */
export type Brand<T, B extends string> = T & { readonly __brand: B };

export type SchoolCode = Brand<string, 'SchoolCode'>;
export type OfficeCode = Brand<string, 'OfficeCode'>;
/** `2025-2026`. */
export type SchoolYear = Brand<string, 'SchoolYear'>;
/** Lower-case hex, 64 characters. */
export type Sha256 = Brand<string, 'Sha256'>;
/** ISO 8601 with offset; always an instant, never a local day. */
export type Instant = Brand<string, 'Instant'>;
/** `YYYY-MM-DD`, a day in a calendar. Never a `Date`: midnight of a local day is another day in UTC. */
export type PlainDate = Brand<string, 'PlainDate'>;
