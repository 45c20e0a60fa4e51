import type { ApproveSheet } from '../../domain/sheets/approve.js';
import { rows, type Db } from '../connect.js';
import { headName } from './authority.js';
import { openDecision, schoolHead } from './schoolHead.js';
import { signingBatches } from './signing.js';
import { signingClasses } from './signingClasses.js';

/** What a principal or deputy sees before approving: classes, open and recent signings of this person; undefined without a school. */
export async function approveSheet(db: Db, input: { schoolCode: string; actorId: string }): Promise<ApproveSheet | undefined> {
  const school = await schoolHead(db, input);
  if (school === undefined) return undefined;
  const head = await headName(db, input);
  if (school.campaign === null) return { school, classes: [], batches: [], decision: null, headName: head };
  const place = { campaignId: school.campaign.id, schoolCode: input.schoolCode };
  const batches = await signingBatches(db, { ...place, role: 'principal', limit: 6 });
  return {
    school, headName: head,
    classes: await signingClasses(db, { ...place, kind: 'approve' }),
    batches: batches.filter((batch) => batch.personId === input.actorId),
    decision: await openDecision(db, { ...place, acts: ['approve_classes', 'return_class'], actorId: input.actorId }),
  };
}

/** Cards of these classes that wait for approval: what "all but the unticked" is counted against. */
export async function cardsToApprove(db: Db, input: { schoolCode: string; classIds: readonly string[] }): Promise<{ classId: string; cardId: string }[]> {
  return rows(db, `
    SELECT c.class_id AS "classId", c.id AS "cardId" FROM report_card c JOIN expected_pupil p ON p.id = c.expected_pupil_id
    WHERE c.class_id = ANY(:classIds) AND c.school_code = :schoolCode AND c.state = 'teacher_signed' AND p.status = 'expected'`, { ...input, classIds: [...input.classIds] });
}
