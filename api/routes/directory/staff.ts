import { z } from 'zod';
import { isoLocal } from '../../../dashboards/format.js';
import type { FormState } from '../../../dashboards/components/formState.js';
import { StaffPage } from '../../../dashboards/pages/directory/staff.js';
import { row } from '../../../db/connect.js';
import { formerStaff, staffOfSchool } from '../../../db/views/directory.js';
import { assignmentsOfSchool, headsOfSchool } from '../../../db/views/person.js';
import { COORDINATOR } from '../../auth/access.js';
import { sendPage } from '../../http/answer.js';
import { freshForm, parsed } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route, Visit } from '../../route.js';

const path = z.object({ schoolCode: z.string().min(1).max(20) });

/** @throws Refused when there is no such school */
export async function wantedSchool(visit: Visit): Promise<{ schoolCode: string; name: string }> {
  const { schoolCode } = parsed(path, visit.request.params);
  const school = await row<{ name: string }>(visit.services.db, 'SELECT name FROM school WHERE code = :schoolCode', { schoolCode });
  if (school === undefined) throw new Refused('not-found');
  return { schoolCode, name: school.name };
}

export async function renderStaff(visit: Visit, { schoolCode, name }: { schoolCode: string; name: string }, refused?: FormState): Promise<void> {
  const { db } = visit.services;
  const key = { schoolCode };
  const [staff, former, heads, assignments] = await Promise.all([staffOfSchool(db, key), formerStaff(db, key), headsOfSchool(db, key), assignmentsOfSchool(db, key)]);
  const form = refused ?? freshForm(visit.me.csrf);
  await sendPage(visit, {
    title: name, status: visit.response.statusCode,
    view: StaffPage({ schoolCode, staff, former, heads, assignments, form, today: isoLocal(new Date()).slice(0, 10) }), model: { schoolCode, staff, former, heads, assignments, decisionId: form.decisionId },
  });
}

/** One school's people with what each lacks for signing, its heads, and whom one may take back. */
export const showStaff: Route = { method: 'get', path: '/don-vi/truong/:schoolCode', access: COORDINATOR, handle: async (visit) => renderStaff(visit, await wantedSchool(visit)) };
