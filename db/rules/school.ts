import type { Instant } from '../../domain/brand.js';
import type { Act } from '../../domain/acts.js';
import { AWAITS_REASSESSMENT, CHANGEABLE_STATUSES, type PupilStatus } from '../../domain/pupilStatus.js';
import type { RefusalCode } from '../../domain/refusals.js';
import { localDay } from '../../domain/vietnameseFormat.js';
import { cardInBatch } from '../cards/items.js';
import { row, rows, type Db } from '../connect.js';
import { askedAt, type DecisionRow } from '../decision/intake.js';
import { judgeArrival } from './arrival.js';

type SchoolAct = Exclude<Act, 'appoint' | 'give_seal' | 'withdraw_seal' | 'propose_trust' | 'settle_trust' | 'invite_again' | 'import_units' | 'apply_units' | 'discard_units' | 'set_packet_key' | 'create_campaign' | 'import_expected' | 'launch_campaign' | 'end_campaign'
  | 'revoke_role' | 'grant_role' | 'appoint_head' | 'disable_account' | 'enable_account' | 'cancel_campaign' | 'reconcile' | 'review_class' | 'approve_classes' | 'seal_classes' | 'return_class' | 'report_wrong_rows'>;
type SchoolDecision = { [A in SchoolAct]: DecisionRow<A> }[SchoolAct];

const tooShort = (text: string): boolean => text.trim().length < 5;

export async function judgeSchoolAct(db: Db, decision: SchoolDecision, now: Instant): Promise<RefusalCode | null> {
  const school = await schoolInCampaign(db, decision);
  if (school === undefined) return 'not-found';
  if (school.campaign_state !== 'running') return 'campaign-not-running';
  switch (decision.act) {
    case 'upload_roster':
      if (school.exempt_reason !== null) return 'school-exempt';
      return await row(db, `
        SELECT 1 FROM upload WHERE id = :uploadId AND kind = 'roster' AND campaign_id = :campaignId AND school_code = :schoolCode`, { ...decision.payload, ...placeOf(decision) }) === undefined ? 'not-found' : null;
    case 'confirm_upload': case 'discard_upload':
      if (decision.act === 'confirm_upload' && school.exempt_reason !== null) return 'school-exempt';
      return await row(db, `
        SELECT 1 FROM upload_reading r JOIN upload u ON u.id = r.upload_id
        WHERE r.upload_id = :uploadId AND u.kind = 'roster' AND u.campaign_id = :campaignId AND u.school_code = :schoolCode AND r.state = 'waiting'`,
      { ...decision.payload, ...placeOf(decision) }) === undefined ? 'upload-not-waiting' : null;
    case 'resend_cards': case 'reissue_cards': {
      if (decision.act === 'reissue_cards' && tooShort(decision.payload.reason)) return 'reason-missing';
      const cards = await rows<{ state: string }>(db, 'SELECT state FROM report_card WHERE id = ANY(:cardIds) AND campaign_id = :campaignId AND school_code = :schoolCode', { ...decision.payload, campaignId: decision.campaignId, schoolCode: decision.schoolCode });
      return cards.length === new Set(decision.payload.cardIds).size && cards.length > 0 && cards.every((card) => card.state === 'refused') ? null : 'not-refused';
    }
    case 'extend_deadline': {
      if (tooShort(decision.payload.reason)) return 'reason-missing';
      const due = await row<{ due_at: Date }>(db, 'SELECT due_at FROM school_deadline WHERE campaign_id = :campaignId AND school_code = :schoolCode AND stage = :stage',
        { campaignId: decision.campaignId, schoolCode: decision.schoolCode, stage: decision.payload.stage });
      return due !== undefined && Date.parse(decision.payload.dueAt) > due.due_at.getTime() ? null : 'deadline-order';
    }
    case 'remind_school':
      return await row(db, `
        SELECT 1 FROM task WHERE campaign_id = :campaignId AND school_code = :schoolCode AND state = 'open' AND assignee_id IS NOT NULL AND (:stage::text IS NULL OR kind = :stage) LIMIT 1`,
      { ...decision.payload, ...placeOf(decision) }) === undefined ? 'nothing-to-remind' : null;
    case 'exempt_school':
      if (tooShort(decision.payload.reason)) return 'reason-missing';
      return decision.payload.until !== null && decision.payload.until < localDay(await askedAt(db, decision.id, now)) ? 'exempt-past' : null;
    case 'exempt_pupils': return tooShort(decision.payload.reason) ? 'reason-missing' : judgePupils(db, decision);
    case 'exclude_pupils': return tooShort(decision.payload.evidence) ? 'reason-missing' : judgePupils(db, decision);
    case 'admit_pupil': return judgeArrival(db, decision, school.school_year);
    case 'hold_pupils': case 'release_pupils':
      if (tooShort(decision.payload.evidence)) return 'reason-missing';
      if (!(AWAITS_REASSESSMENT.cycles as readonly string[]).includes(school.cycle)) return 'bad-input';
      return decision.act === 'hold_pupils' ? judgePupils(db, decision) : judgeReleased(db, decision);
    case 'grant_authority': {
      const { validFrom, validTo, personId, basis } = decision.payload;
      if (validTo !== null && (Date.parse(validFrom) >= Date.parse(validTo) || Date.parse(validTo) <= Date.parse(now))) return 'window-order';
      // A payload is what a form sent: a head comes with the directory, never by an assignment.
      if (!['deputy_assignment', 'deputy_in_charge'].includes(basis)) return 'bad-input';
      // The Sở recognises who is in charge; a head only assigns a deputy of the own school.
      if (basis === 'deputy_in_charge' && !(await holdsRole(db, decision.actorId, ['coordinator'], null))) return 'not-allowed';
      return await holdsRole(db, personId, ['deputy'], decision.schoolCode) ? null : 'person-not-of-school';
    }
    case 'revoke_authority': {
      if (tooShort(decision.payload.reason)) return 'reason-missing';
      const open = await row<{ basis: string }>(db, `SELECT basis FROM authority WHERE id = :authorityId AND school_code = :schoolCode AND revoked_at IS NULL AND basis <> 'head'`, { ...decision.payload, schoolCode: decision.schoolCode });
      if (open === undefined) return 'not-found';
      // What the Sở recognised, the Sở ends: a head who was put aside could else take the signing back.
      return open.basis === 'deputy_in_charge' && !(await holdsRole(db, decision.actorId, ['coordinator'], null)) ? 'not-allowed' : null;
    }
    case 'replace_homeroom': {
      const { classId, personId, reason } = decision.payload;
      if (tooShort(reason)) return 'reason-missing';
      const one = await row<{ homeroom_person_id: string | null }>(db, 'SELECT homeroom_person_id FROM class WHERE id = :classId AND campaign_id = :campaignId AND school_code = :schoolCode', { classId, ...placeOf(decision) });
      if (one === undefined) return 'not-found';
      const teacher = await row<{ shut: boolean; homeroom: boolean }>(db, `
        SELECT p.disabled_at IS NOT NULL AS shut, bool_or(g.role = 'homeroom') AS homeroom FROM active_grant g JOIN person p ON p.id = g.person_id
        WHERE g.person_id = :personId AND g.school_code = :schoolCode GROUP BY p.id`, { personId, schoolCode: decision.schoolCode });
      if (teacher === undefined) return 'person-not-of-school';
      if (teacher.shut) return 'account-disabled';
      return one.homeroom_person_id === personId && teacher.homeroom ? 'already-homeroom' : null;
    }
    case 'grant_exception': {
      const { validFrom, validTo, personId, reason } = decision.payload;
      if (tooShort(reason)) return 'reason-missing';
      if (Date.parse(validFrom) >= Date.parse(validTo) || Date.parse(validTo) <= Date.parse(now)) return 'window-order';
      if (!await holdsRole(db, personId, ['principal', 'deputy'], decision.schoolCode)) return 'person-not-of-school';
      const same = await row(db, 'SELECT 1 FROM role_exception WHERE school_code = :schoolCode AND person_id = :personId AND instrument_number = :instrumentNumber', { ...decision.payload, schoolCode: decision.schoolCode });
      return same === undefined ? null : 'already-decided';
    }
  }
}

const placeOf = ({ campaignId, schoolCode }: SchoolDecision) => ({ campaignId, schoolCode });

/** All of the pupils, or none: a list of which some were left alone would be reported as done. */
async function judgePupils(db: Db, decision: DecisionRow<'exempt_pupils'> | DecisionRow<'exclude_pupils'> | DecisionRow<'hold_pupils'>): Promise<RefusalCode | null> {
  const { pupilIds } = decision.payload;
  const found = await rows<{ status: PupilStatus; signed: boolean }>(db, `
    SELECT p.status, EXISTS (SELECT 1 FROM report_card c
      WHERE c.expected_pupil_id = p.id AND (${cardInBatch('c.id')} OR c.state NOT IN ('drafted', 'superseded', 'recalled'))) AS signed
    FROM expected_pupil p WHERE p.id = ANY(:pupilIds) AND p.campaign_id = :campaignId AND p.school_code = :schoolCode`, { pupilIds, ...placeOf(decision) });
  if (found.length === 0 || found.length < new Set(pupilIds).size) return 'not-found';
  if (found.some((pupil) => !CHANGEABLE_STATUSES[decision.act].includes(pupil.status))) return 'already-decided';
  return found.some((pupil) => pupil.signed) ? 'card-signed' : null;
}

async function judgeReleased(db: Db, decision: DecisionRow<'release_pupils'>): Promise<RefusalCode | null> {
  const { pupilIds } = decision.payload;
  const found = await rows<{ waits: boolean }>(db, `
    SELECT status = 'held' AND reason = 'awaiting_reassessment' AS waits FROM expected_pupil WHERE id = ANY(:pupilIds) AND campaign_id = :campaignId AND school_code = :schoolCode`, { pupilIds, ...placeOf(decision) });
  if (found.length === 0 || found.length < new Set(pupilIds).size) return 'not-found';
  return found.every((pupil) => pupil.waits) ? null : 'already-decided';
}

const schoolInCampaign = (db: Db, decision: { campaignId: string | null; schoolCode: string | null }) =>
  row<{ campaign_state: string; cycle: string; school_year: string; exempt_reason: string | null }>(db, `
    SELECT c.state AS campaign_state, c.cycle, c.school_year, CASE WHEN exemption_holds(s.exempt_reason, s.exempt_until) THEN s.exempt_reason END AS exempt_reason FROM campaign_school s JOIN campaign c ON c.id = s.campaign_id
    WHERE s.campaign_id = :campaignId AND s.school_code = :schoolCode`, { campaignId: decision.campaignId, schoolCode: decision.schoolCode });

async function holdsRole(db: Db, personId: string, roles: string[], schoolCode: string | null): Promise<boolean> {
  return await row(db, `
    SELECT 1 FROM active_grant WHERE person_id = :personId AND role = ANY(:roles) AND school_code IS NOT DISTINCT FROM :schoolCode`,
  { personId, roles, schoolCode }) !== undefined;
}
