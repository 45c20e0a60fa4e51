import { z } from 'zod';
import { COMPETENCE_CODES, QUALITY_CODES, SUBJECT_CODES, type CompetenceCode, type PupilRecord, type QualityCode, type SubjectCode } from '../../domain/record.js';
import { cleanText } from '../workbook/text.js';
import { MOST_CLASSES } from './flood.js';
import { plainDate } from '../workbook/value.js';

/** The record as JSON: the names of `domain/record.ts`, codes as strings, days as `YYYY-MM-DD`. Nothing unknown is let in. */
const text = z.string().max(2000).transform(cleanText);
const filled = text.refine((value) => value !== '', { error: 'blank' });
const nullable = text.nullable().transform((value) => (value === '' ? null : value));
const day = z.string().transform((value, context) => {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value)?.slice(1).map(Number) as [number, number, number] | undefined;
  const date = parts === undefined ? null : plainDate(...parts);
  if (date === null) context.addIssue({ code: 'custom', message: 'date' });
  return date ?? z.NEVER;
});
/** Counted before anything in it is judged: a list of a million empty entries would bring millions of faults. */
const list = <S extends z.ZodType>(most: number, schema: S) => z.array(z.unknown()).max(most).pipe(z.array(schema));
const measure = z.string().regex(/^\d{1,6}(\.\d{1,4})?$/);
const absences = z.int().min(0).max(400);
const trait = z.enum(['T', 'Đ', 'C']);
const keyed = <K extends string, S extends z.ZodType>(keys: readonly K[], schema: S) =>
  z.strictObject(Object.fromEntries(keys.map((key) => [key, schema])) as Record<K, S>);

export const pupilShape: z.ZodType<PupilRecord> = z.strictObject({
  identity: z.strictObject({
    pupilCode: filled.refine((code) => code.length <= 50, { error: 'code' }), personalNumber: nullable, fullName: filled, sex: z.enum(['male', 'female']), birthDate: day, birthPlace: filled,
    homeTown: filled, address: filled, ethnicity: filled, nationality: filled, fatherName: nullable, motherName: filled,
    guardianName: nullable, registerNumber: filled,
  }),
  attendance: z.strictObject({ excusedAbsences: absences, unexcusedAbsences: absences }),
  body: z.strictObject({ weightKg: measure, heightCm: measure }),
  history: list(50, z.strictObject({ schoolYear: nullable, className: filled, schoolName: filled, enteredOn: day })).refine((entries) => entries.length > 0, { error: 'blank' }),
  subjects: list(50, z.strictObject({ subject: z.enum(SUBJECT_CODES as [SubjectCode, ...SubjectCode[]]), level: z.enum(['T', 'H', 'C']), test: z.number().nullable() })),
  competences: keyed<CompetenceCode, z.ZodNullable<typeof trait>>(COMPETENCE_CODES, trait.nullable()),
  qualities: keyed<QualityCode, typeof trait>(QUALITY_CODES, trait),
  remarks: z.strictObject({ qualities: filled, generalCompetences: filled, specificCompetences: filled, teacher: filled }),
  summary: z.strictObject({
    result: z.enum(['HTXS', 'HTT', 'HT', 'CHT']), promoted: z.boolean(), gradeCompleted: z.boolean(), primaryCompleted: z.boolean().nullable(),
    award: nullable, suddenAward: nullable,
  }),
});

/** The frame only: pupils are judged one by one, so that one class's faults never block another. */
export const rosterShape = z.strictObject({
  schoolYear: z.string().regex(/^\d{4}-\d{4}$/).optional(),
  schoolCode: text.optional(),
  classes: list(MOST_CLASSES, z.strictObject({ name: filled, grade: z.int().min(1).max(5), pupils: z.array(z.unknown()).max(2000) })),
});
