/** SQL: names as every class list has them, by given name (the last word), in Vietnamese order. */
export const byGivenName = (column: string): string => `regexp_replace(${column}, '^.*\\s', '') COLLATE vietnamese, ${column}`;

/**
 * SQL: whether a name holds what was typed, `:like`. Typed without any diacritic it finds names that have them ("nguyen"); typed with
 * them it finds just those.
 */
export const nameHolds = (column: string): string =>
  `(${column} ILIKE :like OR :plain::boolean AND regexp_replace(replace(normalize(lower(${column}), NFD), 'đ', 'd'), '[\\u0300-\\u036f]', '', 'g') LIKE lower(:like))`;

/** Bindings of `nameHolds`. */
export const nameSought = (text: string): { like: string; plain: boolean } => ({ like: `%${text.replace(/[\\%_]/g, '\\$&')}%`, plain: /^[\x20-\x7e]+$/.test(text) });
