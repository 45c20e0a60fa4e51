import { ACTS, type Act } from '../../domain/acts.js';
import { REFUSALS, type RefusalCode } from '../../domain/refusals.js';
import type { Notice } from '../../dashboards/components/notice.js';
import { row } from '../../db/connect.js';
import type { PublicVisit } from '../route.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Done means that the file is in; what came of reading it, the page itself says. */
const FILES: ReadonlySet<Act> = new Set<Act>(['import_units', 'import_expected', 'upload_roster']);

/** What became of the decision named in the address (`?quyet-dinh=…`), for the one who took it. */
export async function noticeOf({ services, request, me }: PublicVisit): Promise<Notice | null> {
  const id = request.query['quyet-dinh'];
  return me === null || typeof id !== 'string' || !UUID.test(id) ? null : decisionNotice(services.db, me.personId, id);
}

export async function decisionNotice(db: PublicVisit['services']['db'], actorId: string, id: string): Promise<Notice | null> {
  const found = await row<{ act: Act; outcome: 'done' | 'refused' | null; outcome_code: string | null }>(db,
    'SELECT act, outcome, outcome_code FROM decision WHERE id = :id AND actor_id = :actorId', { id, actorId });
  if (found === undefined) return null;
  const act = ACTS[found.act].name;
  if (found.outcome === null) return { kind: 'waiting', decisionId: id, act };
  if (found.outcome === 'done') return { kind: FILES.has(found.act) ? 'taken' : 'done', decisionId: id, act };
  const code = found.outcome_code as RefusalCode;
  return { kind: 'refused', decisionId: id, act, code, sentence: code in REFUSALS ? REFUSALS[code].sentence : REFUSALS['form-out-of-date'].sentence };
}
