import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { askReport, cancelReport, reportById, reportsOf, type SeenReport } from '../../../db/reports/intake.js';
import { reportCampaigns } from '../../../db/views/reports.js';
import { isUnfinished, REPORT_KINDS } from '../../../domain/reports.js';
import { reportsWorkflowId } from '../../../domain/workflowIds.js';
import { ExportsPage, ExportsTable } from '../../../dashboards/pages/reports/exports.js';
import { sendWake } from '../../../runtime/messenger.js';
import { sendOn, sendPage, sendPart, wantsJson } from '../../http/answer.js';
import { answerProblem, decisionId } from '../../http/decision.js';
import { filled, freshForm, parsed, refusal, refusedForm, type Problem } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route, Visit } from '../../route.js';
import type { Services } from '../../services.js';
import { EXPORTERS, exportUnits, reach, unitField, unitOf, type Unit } from './exportScope.js';

export const EXPORTS_PATH = '/bao-cao/xuat-excel';
const query = z.object({ 'dot': z.uuid().optional(), 'pham-vi': unitField.optional().catch(undefined), 'loai': z.enum(REPORT_KINDS).optional().catch(undefined) });
const POLL_SECONDS = 5;

async function render(visit: Visit, problem?: Problem): Promise<void> {
  const { db } = visit.services;
  const reports = await reportsOf(db, { askedBy: visit.me.personId });
  const list = { reports, fresh: () => freshForm(visit.me.csrf) };
  if (visit.request.get('hx-request') === 'true' && !wantsJson(visit)) return sendPart(visit, ExportsTable(list));
  const { dot, 'pham-vi': unit, loai } = parsed(query, visit.request.query);
  const campaigns = await reportCampaigns(db);
  const campaign = campaigns.find((one) => one.id === dot) ?? campaigns[0] ?? null;
  const units = campaign === null ? [] : await exportUnits(visit, campaign.id);
  const values = { kind: loai ?? 'progress', campaignId: campaign?.id ?? '', unit: unit ?? units[0]?.value ?? '' };
  const form = problem === undefined ? freshForm(visit.me.csrf, values) : refusedForm(visit.me.csrf, visit.request.body, problem);
  await sendPage(visit, {
    title: 'Xuất Excel', status: visit.response.statusCode, scriptlessSeconds: reports.some(({ state }) => isUnfinished(state)) ? POLL_SECONDS : null,
    view: ExportsPage({ ...list, campaigns, units, form }), model: { reports, campaigns, units, decisionId: form.decisionId },
  });
}

/** Workbooks somebody asked for, and the form to ask for another. */
export const showExports: Route = { method: 'get', path: EXPORTS_PATH, access: EXPORTERS, handle: (visit) => render(visit) };

const asking = z.object({ decisionId, kind: z.enum(REPORT_KINDS, 'Chọn loại báo cáo.'), campaignId: z.uuid('Chọn đợt phát hành.'), unit: unitField });

/** Asks for a workbook; a worker writes it. */
export const askExport: Route = {
  method: 'post', path: EXPORTS_PATH, access: EXPORTERS,
  handle: async (visit) => {
    const again = (problem: Problem): Promise<void> => render(visit, problem);
    const form = filled(asking, visit.request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const { decisionId: id, unit, ...asked } = form.data;
    await ask(visit, { id, ...asked, ...unitOf(unit) }, again);
  },
};

type Wanted = Unit & Pick<SeenReport, 'id' | 'kind' | 'campaignId'>;

async function ask(visit: Visit, wanted: Wanted, again: (problem: Problem) => Promise<void>): Promise<void> {
  const { services, me } = visit;
  const campaigns = await reportCampaigns(services.db);
  if (!campaigns.some((one) => one.id === wanted.campaignId)) return answerProblem(visit, refusal('not-found'), again);
  const { within, names } = await reach(visit, wanted.campaignId, wanted);
  if (!within) return answerProblem(visit, refusal('other-area'), again);
  const workflowId = reportsWorkflowId(services.settings.HUB_PROVINCE_CODE);
  const end = await askReport(services.db, { ...wanted, withNames: names && wanted.kind !== 'progress', askedBy: me.personId }, workflowId);
  if (end !== 'asked') return answerProblem(visit, refusal(end === 'too-many' ? 'too-many-reports' : 'form-out-of-date'), again);
  await wakeReports(services, workflowId);
  sendOn(visit, EXPORTS_PATH, { outcome: 'recorded', reportId: wanted.id, next: EXPORTS_PATH });
}

const reportPath = z.object({ reportId: z.uuid() });
export async function loadReport(visit: Visit): Promise<SeenReport> {
  const { reportId } = parsed(reportPath, visit.request.params);
  const report = await reportById(visit.services.db, { id: reportId, askedBy: visit.me.personId });
  if (report === undefined) throw new Refused('not-found');
  return report;
}

/** Asks for the same again: what failed, was cancelled or has run out. */
export const retryExport: Route = {
  method: 'post', path: `${EXPORTS_PATH}/:reportId/lai`, access: EXPORTERS,
  handle: async (visit) => {
    const again = (problem: Problem): Promise<void> => render(visit, problem);
    const { kind, campaignId, officeCode, schoolCode } = await loadReport(visit);
    const form = filled(z.object({ decisionId }), visit.request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    await ask(visit, { id: form.data.decisionId, kind, campaignId, officeCode, schoolCode }, again);
  },
};

export const cancelExport: Route = {
  method: 'post', path: `${EXPORTS_PATH}/:reportId/huy`, access: EXPORTERS,
  handle: async (visit) => {
    const { services } = visit;
    const workflowId = reportsWorkflowId(services.settings.HUB_PROVINCE_CODE);
    const report = await loadReport(visit);
    if (!await cancelReport(services.db, report, workflowId)) return answerProblem(visit, refusal('already-decided'), (problem) => render(visit, problem));
    await wakeReports(services, workflowId);
    sendOn(visit, EXPORTS_PATH, { outcome: 'done', reportId: report.id, next: EXPORTS_PATH });
  },
};

/** Best effort: the outbox row makes sure of it when Temporal is away now. */
async function wakeReports(services: Services, workflowId: string): Promise<void> {
  try {
    await Promise.race([sendWake(services.temporal, { workflowId, code: 'resumed' }), sleep(2_000, undefined, { ref: false })]);
  } catch (error) {
    services.log.warn({ workflowId, code: error instanceof Error ? error.name : 'unknown' }, 'a report was asked for, Temporal not told yet; the relay will');
  }
}
