import { z } from 'zod';
import { ClassPage } from '../../../dashboards/pages/schools/classPage.js';
import { campaignTitle } from '../../../dashboards/campaignNames.js';
import { row } from '../../../db/connect.js';
import { openTasksOfSchool, returnsOfSchool } from '../../../db/views/campaignSchool.js';
import { leftPupil } from '../../../db/views/arrival.js';
import { listPupils } from '../../../db/views/pupilLists.js';
import type { FormState } from '../../../dashboards/components/formState.js';
import { SEX_NAMES } from '../../../formats/workbook/sexNames.js';
import { COORDINATOR } from '../../auth/access.js';
import { decide, type Asked } from '../../decide.js';
import { sendPage } from '../../http/answer.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, freshForm, parsed, refusal, refusedForm, type Problem } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route, Visit } from '../../route.js';
import { loadCampaign } from '../campaigns/load.js';

export const CLASS_PATH = '/dot/:campaignId/lop/:classId';
const path = z.object({ classId: z.uuid() });
/** No class has so many pupils; a joined class has about sixty. */
const MOST_PUPILS = 300;

type ClassHead = { classId: string; className: string; grade: number; schoolCode: string; schoolName: string; teacherName: string | null; collectState: 'missing' | 'accepted' | 'returned'; collectedAt: Date | null };

/** The class of the address. */
export async function loadClass(visit: Visit): Promise<{ campaign: Awaited<ReturnType<typeof loadCampaign>>; head: ClassHead }> {
  const campaign = await loadCampaign(visit);
  const head = await row<ClassHead>(visit.services.db, `
    SELECT k.id AS "classId", k.name AS "className", k.grade, s.code AS "schoolCode", s.name AS "schoolName", p.full_name AS "teacherName", k.collect_state AS "collectState", k.collected_at AS "collectedAt"
    FROM class k JOIN school s ON s.code = k.school_code LEFT JOIN person p ON p.id = k.homeroom_person_id WHERE k.id = :classId AND k.campaign_id = :campaignId`,
  { ...parsed(path, visit.request.params), campaignId: campaign.id });
  if (head === undefined) throw new Refused('not-found');
  return { campaign, head };
}

/** @param refused what was wrong with which of the page's two forms; it comes back filled */
export async function renderClass(visit: Visit, { campaign, head }: Awaited<ReturnType<typeof loadClass>>, refused: { change?: Problem; admission?: Problem } = {}): Promise<void> {
  const { db } = visit.services;
  const key = { campaignId: campaign.id, schoolCode: head.schoolCode, classId: head.classId };
  const filter = { campaignId: campaign.id, position: null, reason: null, step: null, officeCode: null, schoolCode: null, classId: head.classId };
  const [inside, left, tasks, returns] = await Promise.all([
    listPupils(db, { ...filter, measure: 'expected' }, { limit: MOST_PUPILS, offset: 0 }), listPupils(db, { ...filter, measure: 'excluded' }, { limit: MOST_PUPILS, offset: 0 }),
    openTasksOfSchool(db, key), returnsOfSchool(db, key),
  ]);
  const formOf = (problem: Problem | undefined, values: FormState['values'] = {}): FormState => (problem === undefined ? freshForm(visit.me.csrf, values) : refusedForm(visit.me.csrf, visit.request.body, problem));
  const back = await toRestore(visit, head.classId);
  const form = formOf(refused.change);
  const admission = { form: formOf(refused.admission, back ?? {}), open: back !== null || refused.admission !== undefined };
  await sendPage(visit, {
    title: `Lớp ${head.className}`, status: visit.response.statusCode,
    view: ClassPage({ campaign: { id: campaign.id, title: campaignTitle(campaign), reassessed: campaign.cycle === 'summer' }, head, pupils: [...inside, ...left], tasks, returns, form, admission, mayAct: campaign.state === 'running', now: new Date() }),
    model: { campaign, head, pupils: [...inside, ...left], tasks, returns, decisionId: form.decisionId, admissionId: admission.form.decisionId },
  });
}

const restored = z.object({ 'ghi-lai': z.uuid().optional() });
/** Whoever was taken out by mistake need not be typed again: the form comes filled from the row of the one who left. */
async function toRestore({ request, services: { db } }: Visit, classId: string): Promise<FormState['values'] | null> {
  const pupilId = parsed(restored, request.query)['ghi-lai'];
  const left = pupilId === undefined ? undefined : await leftPupil(db, { classId, pupilId });
  return left === undefined ? null : { ...left, personalNumber: left.personalNumber ?? '', sex: SEX_NAMES[left.sex], arrival: 'restored' };
}

export const showClass: Route = { method: 'get', path: CLASS_PATH, access: COORDINATOR, handle: async (visit) => renderClass(visit, await loadClass(visit)) };

const body = z.object({
  decisionId,
  pupilIds: z.union([z.array(z.uuid()), z.uuid().transform((one) => [one])], { error: 'Chọn ít nhất một học sinh.' }).refine((ids) => ids.length > 0, 'Chọn ít nhất một học sinh.'),
  what: z.enum(['exempt', 'hold', 'release', 'transfer_out', 'drop_out'], 'Chọn việc cần ghi.'),
  reason: z.string({ error: 'Ghi lí do hoặc minh chứng.' }).trim().min(5, 'Ghi lí do hoặc minh chứng, ít nhất 5 ký tự.').max(1000),
});

type Who = Pick<Asked, 'id' | 'actorId' | 'campaignId' | 'schoolCode'>;
function askedFor(who: Who, { what, pupilIds, reason }: z.infer<typeof body>): Asked {
  switch (what) {
    case 'exempt': return { ...who, act: 'exempt_pupils', payload: { pupilIds, reason } };
    case 'hold': return { ...who, act: 'hold_pupils', payload: { pupilIds, evidence: reason } };
    case 'release': return { ...who, act: 'release_pupils', payload: { pupilIds, evidence: reason } };
    case 'transfer_out': case 'drop_out': return { ...who, act: 'exclude_pupils', payload: { pupilIds, movement: what, evidence: reason } };
  }
}

/** Exempts pupils, holds them for re-assessment (they stay in the denominator) or records their movement (they leave it), with evidence. */
export const changePupils: Route = {
  method: 'post', path: `${CLASS_PATH}/hoc-sinh`, access: COORDINATOR,
  handle: async (visit) => {
    const place = await loadClass(visit);
    const again = (problem: Problem): Promise<void> => renderClass(visit, place, { change: problem });
    const form = filled(body, visit.request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const { decisionId: id, pupilIds } = form.data;
    const known = await row<{ count: number }>(visit.services.db, 'SELECT count(*)::int AS count FROM expected_pupil WHERE class_id = :classId AND id = ANY(:pupilIds)', { classId: place.head.classId, pupilIds });
    if (known?.count !== new Set(pupilIds).size) return answerProblem(visit, refusal('form-out-of-date'), again);
    const who = { id, actorId: visit.me.personId, campaignId: place.campaign.id, schoolCode: place.head.schoolCode };
    await answerDecision(visit, id, await decide(visit.services, askedFor(who, form.data)), `/dot/${place.campaign.id}/lop/${place.head.classId}`, again);
  },
};
