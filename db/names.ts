/** SQL: names as every class list has them, by given name (the last word), in Vietnamese order. */
export const byGivenName = (column: string): string => `regexp_replace(${column}, '^.*\\s', '') COLLATE vietnamese, ${column}`;

/**
 * SQL: whether a name holds what was typed, `:like`. Typed without any diacritic it finds names that have them ("nguyen"); typed with
 * them it finds just those. The first comparison is the one that an index answers.
 */
export const nameHolds = (column: string): string => `(plain_name(${column}) LIKE plain_name(:like) AND (:plain::boolean OR ${column} ILIKE :like))`;

/** Bindings of `nameHolds`. Fewer than three letters are a whole given name ("Vy"): an index of three letters finds no part of a word so short. */
export const nameSought = (text: string): { like: string; plain: boolean } => {
  const literal = text.replace(/[\\%_]/g, '\\$&');
  return { like: text.length < 3 ? `% ${literal}` : `%${literal}%`, plain: /^[\x20-\x7e]+$/.test(text) };
};
