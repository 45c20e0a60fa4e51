import { z } from 'zod';
import { TrustPage, type TrustForms } from '../../../dashboards/pages/administration/trust.js';
import { openTrustChanges, proposedPacketKey, trustAnchors, trustSources } from '../../../db/views/trust.js';
import type { DecisionPayloads } from '../../../domain/acts.js';
import { TRUST_SOURCES, TRUST_USES, type TrustChange } from '../../../domain/trust.js';
import { organisationPathFault } from '../../certificates/path.js';
import { ADMINISTRATOR } from '../../auth/access.js';
import { decide } from '../../decide.js';
import { sendPage } from '../../http/answer.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, freshForm, parsed, refusal, refusedForm, type Problem } from '../../http/form.js';
import { fileOf } from '../../http/receive.js';
import type { Route, Visit } from '../../route.js';
import { readProposedCertificate } from './trustCertificate.js';

const PATH = '/quan-tri/tin-cay';
const MAX_BYTES = 64 * 1024;

/** @param refused the form that came back, and what was wrong; `where` is its name on the page, or the row's id */
async function show(visit: Visit, refused: { where: string; problem: Problem } | null = null): Promise<void> {
  const { db } = visit.services;
  const [anchors, sources, changes] = await Promise.all([trustAnchors(db), trustSources(db), openTrustChanges(db)]);
  const form: TrustForms = (where) => (refused?.where === where ? refusedForm(visit.me.csrf, visit.request.body, refused.problem) : freshForm(visit.me.csrf));
  await sendPage(visit, {
    title: 'Nguồn tin cậy', status: visit.response.statusCode,
    view: TrustPage({ anchors, sources, changes, form, me: visit.me.personId, now: new Date() }), model: { anchors, sources, changes },
  });
}

export const showTrust: Route = { method: 'get', path: PATH, access: ADMINISTRATOR, handle: (visit) => show(visit) };

const reason = z.string({ error: 'Ghi lí do.' }).trim().min(5, 'Ghi lí do (ít nhất 5 ký tự): số công văn, nơi công bố chứng thư.').max(1000);
const authority = z.string({ error: 'Ghi tên tổ chức.' }).trim().min(2, 'Ghi tên tổ chức.').max(200);

async function propose(visit: Visit, where: string, id: string, payload: DecisionPayloads['propose_trust']): Promise<void> {
  const again = (problem: Problem): Promise<void> => show(visit, { where, problem });
  const result = await decide(visit.services, { id, act: 'propose_trust', actorId: visit.me.personId, campaignId: null, schoolCode: null, payload });
  await answerDecision(visit, id, result, PATH, again);
}

const uses = z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(z.enum(TRUST_USES), 'Chọn ít nhất một mục đích.').min(1, 'Chọn ít nhất một mục đích.'));
const certificateBody = z.object({ decisionId, authority, reason, certificate: z.string().optional(), weak: z.literal('1').optional() });

export const proposeCertificate: Route = {
  method: 'post', path: `${PATH}/chung-thu`, access: ADMINISTRATOR, body: 'file', maxFileBytes: MAX_BYTES,
  handle: async (visit) => {
    const again = (problem: Problem): Promise<void> => answerProblem(visit, problem, (shown) => show(visit, { where: 'certificate', problem: shown }));
    const form = filled(certificateBody, visit.request.body);
    if (!form.ok) return again(form.problem);
    // A multipart form names each box by itself.
    const chosen = filled(z.object({ uses }), { uses: TRUST_USES.filter((use) => (visit.request.body as Record<string, unknown>)[`use-${use}`] === '1') });
    if (!chosen.ok) return again(chosen.problem);
    const read = readProposedCertificate(fileOf(visit.request, 'certificate')?.bytes ?? Buffer.from(form.data.certificate ?? ''), form.data.weak === '1');
    if (!read.ok) return again(refusal('bad-input', { certificate: read.sentence }));
    await propose(visit, 'certificate', form.data.decisionId, { change: { kind: 'add_certificate', ...read.certificate, authority: form.data.authority, uses: chosen.data.uses }, reason: form.data.reason });
  },
};

const sourceBody = z.object({
  decisionId, authority, reason, source: z.enum(TRUST_SOURCES, 'Chọn loại dịch vụ.'),
  address: z.url({ protocol: /^https?$/, error: 'Địa chỉ bắt đầu bằng http:// hoặc https://.' }).max(500),
});

export const proposeSource: Route = {
  method: 'post', path: `${PATH}/dia-chi`, access: ADMINISTRATOR,
  handle: async (visit) => {
    const form = filled(sourceBody, visit.request.body);
    if (!form.ok) return answerProblem(visit, form.problem, (problem) => show(visit, { where: 'source', problem }));
    const { decisionId: id, reason: why, ...rest } = form.data;
    await propose(visit, 'source', id, { change: { kind: 'add_source', ...rest }, reason: why });
  },
};

const endBody = z.object({ decisionId, kind: z.enum(['end_certificate', 'end_source']), id: z.uuid(), reason });

export const proposeEnd: Route = {
  method: 'post', path: `${PATH}/ket-thuc`, access: ADMINISTRATOR,
  handle: async (visit) => {
    const where = String((visit.request.body as Record<string, unknown>)['id']);
    const form = filled(endBody, visit.request.body);
    if (!form.ok) return answerProblem(visit, form.problem, (problem) => show(visit, { where, problem }));
    const { decisionId: id, kind, id: target, reason: why } = form.data;
    await propose(visit, where, id, { change: { kind, id: target } satisfies TrustChange, reason: why });
  },
};

const settleBody = z.object({ decisionId, answer: z.enum(['confirm', 'reject']), reason: z.string().trim().max(1000).default('').transform((text) => (text === '' ? null : text)) });
const params = z.object({ changeId: z.uuid() });

/** Since it was proposed, the authority of the Sở's next certificate may have lost its place. */
async function keyFault({ services }: Visit, changeId: string): Promise<string | null> {
  const proposed = await proposedPacketKey(services.db, { changeId });
  return proposed === undefined ? null : organisationPathFault(services, proposed.certificate, proposed.others);
}

export const settleChange: Route = {
  method: 'post', path: `${PATH}/:changeId/xu-li`, access: ADMINISTRATOR,
  handle: async (visit) => {
    const { changeId } = parsed(params, visit.request.params);
    const again = (problem: Problem): Promise<void> => show(visit, { where: changeId, problem });
    const form = filled(settleBody, visit.request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const { decisionId: id, answer, reason: why } = form.data;
    const payload = { changeId, confirmed: answer === 'confirm', reason: why };
    const fault = payload.confirmed ? await keyFault(visit, changeId) : null;
    if (fault !== null) return answerProblem(visit, refusal('bad-input', { reason: fault }), again);
    const result = await decide(visit.services, { id, act: 'settle_trust', actorId: visit.me.personId, campaignId: null, schoolCode: null, payload });
    await answerDecision(visit, id, result, PATH, again);
  },
};
