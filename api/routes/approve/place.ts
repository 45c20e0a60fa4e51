import { z } from 'zod';
import type { Role } from '../../../domain/roles.js';
import { requireSchool } from '../../auth/scope.js';
import { parsed } from '../../http/form.js';
import type { Visit } from '../../route.js';

/** Codes are opaque and come from outside: letters and digits, leading zeros matter. */
export const schoolPath = z.object({ schoolCode: z.string().regex(/^[\w-]{1,30}$/) });
export const schoolClassPath = schoolPath.extend({ classId: z.uuid() });

export const APPROVERS = ['principal', 'deputy'] as const satisfies readonly Role[];

/** The school of the address, once one of `roles` reaches it. */
export async function requirePathSchool(visit: Visit, roles: readonly Role[]): Promise<string> {
  const { schoolCode } = parsed(schoolPath, visit.request.params);
  await requireSchool(visit.services.db, visit.me, roles, schoolCode);
  return schoolCode;
}
