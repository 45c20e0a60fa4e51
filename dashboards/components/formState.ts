import type { RefusalCode } from '../../domain/refusals.js';

/**
 * A form between two renderings: what was typed, what was wrong. `decisionId` is made when the form is rendered, so that pressing
 * twice is one decision; `csrf` is the session's.
 */
export type FormState = {
  csrf: string;
  decisionId: string;
  values: Readonly<Record<string, string | readonly string[]>>;
  /** `fields`: field name → what is wrong with it. */
  problem: { code: RefusalCode; sentence: string; fields: Readonly<Record<string, string>> } | null;
};

export const valueOf = (form: FormState, name: string): string => {
  const value = form.values[name];
  return typeof value === 'string' ? value : value?.[0] ?? '';
};

/** All values of a field that may stand several times (check boxes). */
export const valuesOf = (form: FormState, name: string): readonly string[] => {
  const value = form.values[name];
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
};
