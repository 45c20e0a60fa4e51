import { z } from 'zod';
import type { DerFiles } from './certificateFile.js';
import type { PathQuestion } from './question.js';

/** ISO 8601 date, or date and time; without a zone it is UTC, so that the answer does not depend on where it is asked. */
const instant = z.string().transform((text, context): Date => {
  const [, date, time, zone] = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text) ?? [];
  const zoned = (zone ?? 'Z').replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const value = new Date(`${date}T${time ?? '00:00'}${zoned}`);
  // 31 April would be read as 1 May.
  if (date === undefined || Number.isNaN(value.getTime()) || new Date(`${date}T00:00Z`).toISOString().slice(0, 10) !== date) context.addIssue({ code: 'custom', message: 'at is no time in ISO 8601' });
  return value;
});

const path = z.string().min(1);
const paths = z.array(path).nullish().transform((list) => list ?? []);
const flag = z.boolean().nullish().transform((value) => value ?? false);

/** A question of `hub certificate check`, with files by path. */
export const fileQuestion = z.object({
  anchors: z.array(path).min(1, 'name at least one file of anchors'),
  certificate: path,
  intermediates: paths,
  crls: paths,
  ocsps: paths,
  at: instant.nullish().transform((value) => value ?? null),
  policies: z.array(z.string().regex(/^[0-2](\.(0|[1-9]\d*))+$/, 'a policy is a dotted number')).nullish().transform((list) => list ?? []),
  explicitPolicy: flag,
  inhibitMapping: flag,
  inhibitAny: flag,
  role: z.enum(['person', 'organisation', 'timestamp', 'ocsp', 'crl', 'any']).nullish().transform((role) => role ?? 'any'),
});

export type FileQuestion = z.infer<typeof fileQuestion>;

/** @throws with a sentence when a file cannot be read */
export async function readQuestion(files: DerFiles, { anchors, certificate, intermediates, crls, ocsps, ...rest }: FileQuestion): Promise<PathQuestion> {
  return {
    ...rest,
    anchors: await files.list(anchors, 'CERTIFICATE'),
    certificate: await files.certificate(certificate),
    intermediates: await files.list(intermediates, 'CERTIFICATE'),
    crls: await files.list(crls, 'X509 CRL'),
    ocsps: await files.list(ocsps, 'OCSP RESPONSE'),
    revocation: 'required',
  };
}
