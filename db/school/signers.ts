import { APPROVER_TITLES, authorityHolds, exceptionHolds } from '../../domain/authority.js';
import type { Instant } from '../../domain/brand.js';
import type { SignatureRole } from '../../domain/card.js';
import type { Role } from '../../domain/roles.js';
import { cardInBatch } from '../cards/items.js';
import { moveCards } from '../cards/move.js';
import { rows, touched, type Db } from '../connect.js';
import { releaseBatches } from '../acts/signing.js';
import { routeClass, type SchoolAuthority } from './routing.js';
import { standing } from './staff.js';
import type { ClassRow, SchoolKey } from './tasks.js';

/** Requests nobody confirmed in time end here; their cards go back to the task. */
export async function expireBatches(db: Db, key: SchoolKey, now: Instant): Promise<string[]> {
  const expired = await rows<{ id: string }>(db, `
    UPDATE signature_batch SET state = 'expired', fence = fence + 1, failure_code = 'expired'
    WHERE campaign_id = :campaignId AND school_code = :schoolCode AND state IN ('new', 'prepared', 'requested') AND expires_at <= :now RETURNING id`, { ...key, now });
  const ids = expired.map((batch) => batch.id);
  await releaseBatches(db, ids);
  return ids;
}

type OpenBatch = { id: string; role: SignatureRole; personId: string; authorityId: string | null; exceptionId: string | null; classNames: string[]; teachers: (string | null)[] };

/**
 * Requests of people who may not sign any more end here: the authority was revoked or is past its window, the role or the class went to
 * somebody else, the account was shut (design §2). What was collected before stays lawful. @returns the batches ended
 */
export async function endUnauthorised(db: Db, key: SchoolKey, school: SchoolAuthority, now: Instant): Promise<string[]> {
  const open = await rows<OpenBatch>(db, `
    SELECT b.id, b.role, b.person_id AS "personId", b.authority_id AS "authorityId", b.exception_id AS "exceptionId", array_agg(DISTINCT k.name) AS "classNames",
      array_agg(DISTINCT k.homeroom_person_id) AS teachers
    FROM signature_batch b JOIN class k ON k.id = ANY(ARRAY(SELECT DISTINCT class_id FROM signature_item WHERE batch_id = b.id AND state <> 'dropped'))
    WHERE b.campaign_id = :campaignId AND b.school_code = :schoolCode AND b.state IN ('new', 'prepared', 'requested')
    GROUP BY b.id`, key);
  const without = open.flatMap((batch) => {
    const code = whyEnded(batch, school, now);
    return code === null ? [] : [{ id: batch.id, code }];
  });
  if (without.length === 0) return [];
  const ended = await rows<{ id: string }>(db, `
    UPDATE signature_batch b SET state = 'expired', fence = fence + 1, failure_code = w.code FROM jsonb_to_recordset(:without) AS w(id uuid, code text)
    WHERE b.id = w.id AND b.id = ANY(:ids::uuid[]) AND b.state IN ('new', 'prepared', 'requested') RETURNING b.id`, { without: JSON.stringify(without), ids: without.map(({ id }) => id) });
  const ids = ended.map((batch) => batch.id);
  await releaseBatches(db, ids);
  return ids;
}

const ROLES_OF = { teacher: ['homeroom'], principal: ['principal', 'deputy'], seal: ['clerk'] } as const satisfies Record<SignatureRole, readonly Role[]>;

function whyEnded(batch: OpenBatch, { authorities, exceptions, staff }: SchoolAuthority, now: Instant): string | null {
  if (batch.role === 'principal') {
    const authority = authorities.find((one) => one.id === batch.authorityId);
    const exception = exceptions.find((one) => one.id === batch.exceptionId);
    const holds = authority !== undefined && batch.classNames.every((name) => authorityHolds(authority, name, now))
      && (batch.exceptionId === null || (exception !== undefined && exceptionHolds(exception, now)));
    if (!holds) return 'authority-ended';
  }
  if (batch.role === 'teacher' && batch.teachers.some((personId) => personId !== batch.personId)) return 'role-ended';
  switch (standing(staff, batch.personId, ROLES_OF[batch.role], now)) {
    case 'able': return null;
    case 'shut': return 'account-disabled';
    case 'none': return 'role-ended';
  }
}

/** A campaign that was cancelled wants no more signatures; the service's own request runs out by itself, and nobody is told. */
export async function endBatchesOfCancelled(db: Db, key: SchoolKey): Promise<void> {
  const ended = await rows<{ id: string }>(db, `
    UPDATE signature_batch SET state = 'expired', fence = fence + 1, failure_code = 'campaign-cancelled'
    WHERE campaign_id = :campaignId AND school_code = :schoolCode AND state IN ('new', 'prepared', 'requested', 'collected') RETURNING id`, key);
  await releaseBatches(db, ended.map((batch) => batch.id));
}

/**
 * In v1.0 the approver's name stands inside what the teacher signed: when the lawful approver is another now, the affected cards
 * return to the teacher for one renewed approval, with the same UUID (design §2).
 * @returns true when any class went back
 */
export async function returnForNewSigner(db: Db, input: { classes: ClassRow[]; authority: SchoolAuthority; now: Instant }): Promise<boolean> {
  const routes = input.classes.filter((one) => one.teacherSigned > 0).flatMap((one) => {
    const route = routeClass(input.authority, one, input.now);
    return route.kind === 'routed' ? [{ classId: one.classId, approverId: route.authority.personId, title: APPROVER_TITLES[route.authority.basis] }] : [];
  });
  if (routes.length === 0) return false;
  const moved = await moveCards(db, {
    from: ['teacher_signed'], to: 'drafted', act: 'signer_changed', actorId: null, decisionId: null,
    using: 'jsonb_to_recordset(:routes) AS s("classId" uuid, "approverId" uuid, title text)', bindings: { routes: JSON.stringify(routes), classIds: routes.map(({ classId }) => classId) },
    // The same person under another instrument may sign under another title, and the card prints it.
    where: `c.class_id = s."classId" AND c.class_id = ANY(:classIds::uuid[]) AND (c.approver_person_id IS DISTINCT FROM s."approverId" OR c.approver_title <> s.title) AND NOT ${cardInBatch('c.id')}`, set: 'teacher_signed_at = NULL',
  });
  if (moved.length === 0) return false;
  await touched(db, `
    INSERT INTO class_return (id, class_id, from_stage, reason, returned_by)
    SELECT gen_random_uuid(), class_id, 'approve', 'Người ký duyệt đã thay đổi nên GVCN cần ký xác nhận lại: tên người ký duyệt nằm trong học bạ.', NULL
    FROM (SELECT DISTINCT class_id FROM report_card WHERE id = ANY(:moved)) changed`, { moved });
  return true;
}
