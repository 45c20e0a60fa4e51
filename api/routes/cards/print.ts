import { cardToPrint, classToPrint } from '../../../db/views/printing.js';
import { CARD_READERS } from '../../auth/access.js';
import { HTML, PDF, sendFile } from '../../http/answer.js';
import { Refused } from '../../http/refused.js';
import { buildBundle } from '../../rendition/bundle.js';
import { buildRendition, isReceived } from '../../rendition/rendition.js';
import type { Route } from '../../route.js';
import { loadCard } from './load.js';
import { loadPrintedClass } from './schoolCards.js';

/** One card as a school prints it; before the Sở has received it, marked for what it is. */
export const cardPdf: Route = {
  method: 'get', path: '/hoc-ba/:cardId/pdf', access: CARD_READERS,
  handle: async (visit) => {
    const { cardId } = await loadCard(visit);
    const card = await cardToPrint(visit.services.db, { cardId });
    // A version that was replaced before anybody signed it never was a document.
    if (card === undefined || (card.state === 'superseded' && card.document === null)) throw new Refused('not-found');
    sendFile(visit.response, { name: `hoc-ba-${cardId}.pdf`, type: PDF, bytes: await buildRendition(visit.services, [card], 'Học bạ tiểu học', visit.me.personId) });
  },
};

/** One file that verifies itself, for whoever receives the card and has no network or no trust in this hub. */
export const cardBundle: Route = {
  method: 'get', path: '/hoc-ba/:cardId/kiem-tra.html', access: CARD_READERS,
  handle: async (visit) => {
    const { cardId } = await loadCard(visit);
    sendFile(visit.response, { name: `hoc-ba-${cardId}-tu-kiem-tra.html`, type: HTML, bytes: await buildBundle(visit.services, cardId) });
  },
};

/** A class in one file: the cards the Sở has received, or all of them, each marked for what it is, while there is none. */
export const classPdf: Route = {
  method: 'get', path: '/lop/:classId/hoc-ba.pdf', access: CARD_READERS,
  handle: async (visit) => {
    const { services, response } = visit;
    const found = await loadPrintedClass(visit);
    const cards = await classToPrint(services.db, { classId: found.classId });
    const received = cards.filter(isReceived);
    const chosen = received.length > 0 ? received : cards;
    if (chosen.length === 0) throw new Refused('nothing-to-print');
    const kind = received.length > 0 ? 'hoc-ba' : 'hoc-ba-ban-nhap';
    sendFile(response, { name: `${kind}-lop-${found.className}.pdf`, type: PDF, bytes: await buildRendition(services, chosen, `Học bạ tiểu học, lớp ${found.className}`, visit.me.personId) });
  },
};
