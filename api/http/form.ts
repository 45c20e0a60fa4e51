import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { FormState } from '../../dashboards/components/formState.js';
import { REFUSALS, type RefusalCode } from '../../domain/refusals.js';
import { Refused } from './refused.js';

/** Parses path or query; what does not fit names nothing, so it is `not-found`. */
export function parsed<T extends z.ZodType>(schema: T, input: unknown): z.infer<T> {
  const result = schema.safeParse(input);
  if (!result.success) throw new Refused('not-found');
  return result.data;
}

export type Filled<T> = { ok: true; data: T } | { ok: false; problem: Problem };
export type Problem = NonNullable<FormState['problem']>;

/** Parses a form; what is wrong is said beside each field, in the schema's own Vietnamese messages. */
export function filled<T extends z.ZodType>(schema: T, body: unknown): Filled<z.infer<T>> {
  const result = schema.safeParse(body);
  if (result.success) return { ok: true, data: result.data };
  const fields: Record<string, string> = {};
  for (const issue of result.error.issues) fields[issue.path.join('.')] ??= issue.message;
  return { ok: false, problem: { code: 'bad-input', sentence: REFUSALS['bad-input'].sentence, fields } };
}

export const refusal = (code: RefusalCode, fields: Record<string, string> = {}): Problem => ({ code, sentence: REFUSALS[code].sentence, fields });

/** A form as shown first: a fresh decision id, nothing wrong yet. */
export const freshForm = (csrf: string, values: FormState['values'] = {}): FormState => ({ csrf, decisionId: randomUUID(), values, problem: null });

/** The same form after a refusal: what was typed stays, and the next attempt is a new decision. */
export function refusedForm(csrf: string, body: unknown, problem: Problem): FormState {
  const values: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries((body ?? {}) as Record<string, unknown>)) {
    if (name === 'csrf' || name === 'decisionId') continue;
    if (typeof value === 'string') values[name] = value;
    else if (Array.isArray(value)) values[name] = value.filter((one): one is string => typeof one === 'string');
  }
  return { csrf, decisionId: randomUUID(), values, problem };
}
