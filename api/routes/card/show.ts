import { z } from 'zod';
import type { Role } from '../../../domain/roles.js';
import { rendition } from '../../../db/views/rendition.js';
import { RenditionPage } from '../../../dashboards/pages/card/rendition.js';
import { requireSchool, scopeOf } from '../../auth/scope.js';
import { hasRole, type Me } from '../../auth/me.js';
import { sendPage } from '../../http/answer.js';
import { parsed } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route } from '../../route.js';

const path = z.object({ cardId: z.uuid() });
const WIDE = ['principal', 'deputy', 'clerk', 'coordinator'] as const satisfies readonly Role[];
const READERS = ['homeroom', ...WIDE] as const satisfies readonly Role[];

/** One card to read in full, before any signature and after. */
export const showRendition: Route = {
  method: 'get', path: '/hoc-ba/:cardId/xem', access: READERS,
  handle: async (visit) => {
    const { cardId } = parsed(path, visit.request.params);
    const card = await rendition(visit.services.db, { cardId });
    if (card === undefined) throw new Refused('not-found');
    await requireSchool(visit.services.db, visit.me, READERS, card.schoolCode);
    const wide = scopeOf(visit.me.grants, WIDE);
    if (!wide.province && !wide.schoolCodes.includes(card.schoolCode) && card.teacherId !== visit.me.personId) throw new Refused('other-area');
    await sendPage(visit, { title: 'Học bạ', view: RenditionPage({ card, back: backOf(visit.me, card) }), model: { card } });
  },
};

/** Where this reader most likely came from. */
function backOf(me: Me, card: { classId: string; className: string; schoolCode: string; teacherId: string | null }): { href: string; label: string } | null {
  if (card.teacherId === me.personId) return { href: `/lop/${card.classId}/ra-soat`, label: `Rà soát lớp ${card.className}` };
  if (hasRole(me, ['principal', 'deputy'])) return { href: `/truong/${card.schoolCode}/ky-duyet/lop/${card.classId}`, label: `Lớp ${card.className}` };
  return null;
}
