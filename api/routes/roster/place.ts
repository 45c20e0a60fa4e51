import { z } from 'zod';
import type { Role } from '../../../domain/roles.js';
import type { SchoolHead } from '../../../domain/sheets/school.js';
import { schoolHead } from '../../../db/views/schoolHead.js';
import { Refused } from '../../http/refused.js';
import type { Visit } from '../../route.js';
import { requirePathSchool, schoolPath } from '../approve/place.js';

export const CLERK = ['clerk'] as const satisfies readonly Role[];
export const uploadPath = schoolPath.extend({ uploadId: z.uuid() });
/** Brief and firm: a school's workbook is about 1 MB. */
export const MAX_UPLOAD_BYTES = 20 * 2 ** 20;

/** The clerk's school with a campaign that takes data now. */
export async function requireCampaign(visit: Visit): Promise<SchoolHead & { campaign: NonNullable<SchoolHead['campaign']> }> {
  const school = await schoolHead(visit.services.db, { schoolCode: await requirePathSchool(visit, CLERK) });
  if (school === undefined) throw new Refused('not-found');
  if (school.campaign === null) throw new Refused('campaign-not-running');
  return { ...school, campaign: school.campaign };
}
