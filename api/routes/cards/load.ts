import { z } from 'zod';
import { cardFacts, type CardFacts } from '../../../db/views/cardHistory.js';
import { CARD_READERS } from '../../auth/access.js';
import { requireSchool } from '../../auth/scope.js';
import { parsed } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Visit } from '../../route.js';

const path = z.object({ cardId: z.uuid() });
/** Those whose work is the whole school; a homeroom teacher sees only the own classes. */
export const WHOLE_SCHOOL = CARD_READERS.filter((role) => role !== 'homeroom');

/** The card of the address, when it lies within the reader's area. */
export async function loadCard({ services, request, me }: Visit): Promise<CardFacts> {
  const card = await cardFacts(services.db, parsed(path, request.params));
  if (card === undefined) throw new Refused('not-found');
  if (card.homeroomPersonId === me.personId && me.grants.some((grant) => grant.role === 'homeroom' && grant.schoolCode === card.schoolCode)) return card;
  await requireSchool(services.db, me, WHOLE_SCHOOL, card.schoolCode);
  return card;
}
