import { touched, type Db } from '../connect.js';
import { SUBMITTED_WITHOUT_CARD } from '../upload/submitted.js';
import { LAST_VERSION, NEXT_VERSION } from './draft.js';

type Drafting = { campaignId: string | null; schoolCode: string | null; pupilIds: readonly string[]; act: string; actorId: string; decisionId: string };

/** Drafts the cards of pupils who are expected now from the data handed in last; where none came yet, the clerk is asked for them. */
export async function draftSubmitted(db: Db, drafting: Drafting): Promise<void> {
  await touched(db, `
    WITH made AS (
      INSERT INTO report_card (id, campaign_id, expected_pupil_id, class_id, school_code, version, replaces_id, state, record)
      SELECT gen_random_uuid(), :campaignId, s.pupil_id, s.class_id, :schoolCode, ${NEXT_VERSION}, 'drafted', s.record
      FROM (${SUBMITTED_WITHOUT_CARD}) s JOIN expected_pupil p ON p.id = s.pupil_id AND p.status = 'expected' ${LAST_VERSION('s.pupil_id')} WHERE s.pupil_id = ANY(:pupilIds) RETURNING id)
    INSERT INTO audit (actor_id, act, subject_kind, subject_id, to_state, decision_id) SELECT :actorId::uuid, :act, 'card', id::text, 'drafted', :decisionId::uuid FROM made`, drafting);
}
