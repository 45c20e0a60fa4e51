import { z } from 'zod';
import { StaffPage } from '../../../dashboards/pages/directory/staff.js';
import { row } from '../../../db/connect.js';
import { staffOfSchool } from '../../../db/views/directory.js';
import { COORDINATOR } from '../../auth/access.js';
import { sendPage } from '../../http/answer.js';
import { parsed } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route } from '../../route.js';

const path = z.object({ schoolCode: z.string().min(1).max(20) });

/** One school's people with what each lacks for signing. */
export const showStaff: Route = {
  method: 'get', path: '/don-vi/truong/:schoolCode', access: COORDINATOR,
  handle: async (visit) => {
    const { schoolCode } = parsed(path, visit.request.params);
    const { db } = visit.services;
    const school = await row<{ name: string }>(db, 'SELECT name FROM school WHERE code = :schoolCode', { schoolCode });
    if (school === undefined) throw new Refused('not-found');
    const staff = await staffOfSchool(db, { schoolCode });
    await sendPage(visit, { title: school.name, view: StaffPage({ staff }), model: { schoolCode, staff } });
  },
};
