import { z } from 'zod';
import { ClassCardsPage, SchoolCardsPage } from '../../../dashboards/pages/cards/schoolCards.js';
import { classCards, printedClass, schoolClassCards, type PrintedClass } from '../../../db/views/printing.js';
import { schoolHead } from '../../../db/views/schoolHead.js';
import type { Role } from '../../../domain/roles.js';
import { CARD_READERS } from '../../auth/access.js';
import { hasRole } from '../../auth/me.js';
import { requireSchool } from '../../auth/scope.js';
import { sendPage } from '../../http/answer.js';
import { parsed } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route, Visit } from '../../route.js';
import { requirePathSchool } from '../approve/place.js';
import { SHARERS } from '../share/roles.js';
import { WHOLE_SCHOOL } from './load.js';

const SCHOOL_PEOPLE = ['principal', 'deputy', 'clerk'] as const satisfies readonly Role[];

/** The way of a school's own people to every card, without a task. */
export const showSchoolCards: Route = {
  method: 'get', path: '/truong/:schoolCode/hoc-ba', access: SCHOOL_PEOPLE,
  handle: async (visit) => {
    const school = await schoolHead(visit.services.db, { schoolCode: await requirePathSchool(visit, SCHOOL_PEOPLE) });
    if (school === undefined) throw new Refused('not-found');
    const classes = school.campaign === null ? [] : await schoolClassCards(visit.services.db, { campaignId: school.campaign.id, schoolCode: school.code });
    await sendPage(visit, { title: 'Học bạ của trường', view: SchoolCardsPage({ school, classes }), model: { school, classes } });
  },
};

const path = z.object({ classId: z.uuid() });

/** The class of the address, when its cards lie within the reader's area: homeroom teachers reach their own. */
export async function loadPrintedClass({ services, request, me }: Visit): Promise<PrintedClass> {
  const found = await printedClass(services.db, parsed(path, request.params));
  if (found === undefined) throw new Refused('not-found');
  const own = found.teacherId === me.personId && me.grants.some((grant) => grant.role === 'homeroom' && grant.schoolCode === found.schoolCode);
  if (!own) await requireSchool(services.db, me, WHOLE_SCHOOL, found.schoolCode);
  return found;
}

export const showClassCards: Route = {
  method: 'get', path: '/lop/:classId/hoc-ba', access: CARD_READERS,
  handle: async (visit) => {
    const head = await loadPrintedClass(visit);
    const cards = await classCards(visit.services.db, { classId: head.classId });
    const mayShare = visit.me.grants.some((grant) => (SHARERS as readonly Role[]).includes(grant.role) && grant.schoolCode === head.schoolCode);
    await sendPage(visit, { title: `Học bạ lớp ${head.className}`, view: ClassCardsPage({ head, cards, mayShare, wholeSchool: hasRole(visit.me, SCHOOL_PEOPLE) }), model: { head, cards } });
  },
};
