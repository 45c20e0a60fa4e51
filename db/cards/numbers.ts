/**
 * SQL: whether an expected pupil `o` keeps the own number from everybody else. One who left does not: no card will carry it, and the same
 * child may come back, here, at another school or under a mended code.
 */
export const HOLDS_NUMBER = `o.status <> 'excluded'`;
