import { z } from 'zod';
import { PasswordLinkPage } from '../../../dashboards/pages/administration/passwordLink.js';
import { formatTime } from '../../../dashboards/format.js';
import { issuePasswordLink } from '../../../db/accessLink.js';
import { personById } from '../../../db/views/provincePeople.js';
import { ADMINISTRATOR } from '../../auth/access.js';
import { newToken, tokenHash } from '../../auth/token.js';
import { sendPage } from '../../http/answer.js';
import { parsed } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route } from '../../route.js';

const path = z.object({ personId: z.uuid() });
const HOURS = 48;

/** For somebody who lost the invitation or the password: a link shown once, to be handed over; audited with who made it. */
export const passwordLinkFor: Route = {
  method: 'post', path: '/quan-tri/nguoi-dung/:personId/lien-ket', access: ADMINISTRATOR,
  handle: async (visit) => {
    const { personId } = parsed(path, visit.request.params);
    const person = await personById(visit.services.db, { personId });
    if (person === undefined) throw new Refused('not-found');
    if (person.disabledAt !== null) throw new Refused('account-disabled');
    if (person.roles.length === 0) throw new Refused('no-role');
    const token = newToken();
    const expiresAt = new Date(Date.now() + HOURS * 3_600_000);
    await visit.services.db.transaction((trx) => issuePasswordLink(trx, { tokenHash: tokenHash(token), personId, expiresAt, actorId: visit.me.personId }));
    const link = new URL(`/dat-mat-khau/${token}`, visit.services.settings.HUB_BASE_URL).href;
    await sendPage(visit, { title: 'Liên kết đặt mật khẩu', view: PasswordLinkPage({ fullName: person.fullName, link, expires: formatTime(expiresAt) }), model: { outcome: 'done', link, expiresAt } });
  },
};
