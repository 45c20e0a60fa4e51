import { z } from 'zod';
import { cardToPrint, classToPrint, printedClass } from '../../../db/views/printing.js';
import { CARD_READERS } from '../../auth/access.js';
import { requireSchool } from '../../auth/scope.js';
import { PDF, sendFile } from '../../http/answer.js';
import { parsed } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import { buildRendition, isSealed } from '../../rendition/rendition.js';
import type { Route } from '../../route.js';
import { loadCard, WHOLE_SCHOOL } from './load.js';

/** One card as a school prints it; before the seal a draft, and marked as one. */
export const cardPdf: Route = {
  method: 'get', path: '/hoc-ba/:cardId/pdf', access: CARD_READERS,
  handle: async (visit) => {
    const { cardId } = await loadCard(visit);
    const card = await cardToPrint(visit.services.db, { cardId });
    // A version that was replaced before anybody signed it never was a document.
    if (card === undefined || (card.state === 'superseded' && card.document === null)) throw new Refused('not-found');
    sendFile(visit.response, { name: `hoc-ba-${cardId}.pdf`, type: PDF, bytes: await buildRendition(visit.services, [card], 'Học bạ tiểu học') });
  },
};

const path = z.object({ classId: z.uuid() });

/** A class in one file: its sealed cards, or all of them as drafts while none is sealed. */
export const classPdf: Route = {
  method: 'get', path: '/lop/:classId/hoc-ba.pdf', access: CARD_READERS,
  handle: async ({ services, request, response, me }) => {
    const found = await printedClass(services.db, parsed(path, request.params));
    if (found === undefined) throw new Refused('not-found');
    const own = found.teacherId === me.personId && me.grants.some((grant) => grant.role === 'homeroom' && grant.schoolCode === found.schoolCode);
    if (!own) await requireSchool(services.db, me, WHOLE_SCHOOL, found.schoolCode);
    const cards = await classToPrint(services.db, { classId: found.classId });
    const sealed = cards.filter(isSealed);
    const chosen = sealed.length > 0 ? sealed : cards;
    if (chosen.length === 0) throw new Refused('nothing-to-print');
    const kind = sealed.length > 0 ? 'hoc-ba' : 'hoc-ba-ban-nhap';
    sendFile(response, { name: `${kind}-lop-${found.className}.pdf`, type: PDF, bytes: await buildRendition(services, chosen, `Học bạ tiểu học, lớp ${found.className}`) });
  },
};
