import { z } from 'zod';
import { instantOfInput, isoLocal } from '../../dashboards/format.js';

/** Years of forms: what lies beyond is a slip of the finger, and some of it PostgreSQL cannot hold. */
const YEARS = { from: 1900, to: 2199 } as const;

const withinYears = (day: string): boolean => Number(day.slice(0, 4)) >= YEARS.from && Number(day.slice(0, 4)) <= YEARS.to;

/** A calendar day, `2026-05-20`. */
export const dayField = (message: string) => z.iso.date(message).refine(withinYears, message);

/** `2026-06-20T17:00` of a form's field, or an instant with its offset from a program; comes out as an instant of +07:00. */
export const momentField = (message: string) => z.string({ error: message }).transform((text, context) => {
  const instant = instantOfInput(text) ?? (z.iso.datetime({ offset: true }).safeParse(text).success ? isoLocal(text) : null);
  if (instant !== null && withinYears(text)) return instant;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});
