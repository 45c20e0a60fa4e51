import { z } from 'zod';
import { SchoolPage, type SchoolForm } from '../../../dashboards/pages/schools/school.js';
import { campaignTitle } from '../../../dashboards/campaignNames.js';
import { progressTree } from '../../../db/progress.js';
import {
  approversOfSchool, authoritiesOfSchool, campaignSchool, exceptionsOfSchool, openTasksOfSchool, packetsOfSchool, remindersOfSchool, returnsOfSchool, schoolDeadlines,
} from '../../../db/views/campaignSchool.js';
import { evidenceWaits, signAgainOf } from '../../../db/views/evidence.js';
import type { CampaignRow } from '../../../db/views/campaigns.js';
import { extensions } from '../../../db/views/closing.js';
import { heldPupils } from '../../../db/views/held.js';
import { recentUploads } from '../../../db/views/uploads.js';
import { COORDINATOR, SCHOOL_READERS } from '../../auth/access.js';
import { hasRole } from '../../auth/me.js';
import { requireSchool } from '../../auth/scope.js';
import { sendPage } from '../../http/answer.js';
import { freshForm, parsed, refusedForm, type Problem } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route, Visit } from '../../route.js';
import { loadCampaign } from '../campaigns/load.js';

const path = z.object({ schoolCode: z.string().min(1).max(20) });

/** The school of the address, within the reader's area. */
export async function loadSchool(visit: Visit): Promise<{ campaign: CampaignRow; schoolCode: string }> {
  const { schoolCode } = parsed(path, visit.request.params);
  await requireSchool(visit.services.db, visit.me, SCHOOL_READERS, schoolCode);
  return { campaign: await loadCampaign(visit), schoolCode };
}

/** Offices and officials see counts; a pupil's name is for the Sở and the school's own people. */
const seesPupils = ({ me }: Visit, schoolCode: string): boolean =>
  me.grants.some((grant) => grant.role === 'coordinator' || (grant.schoolCode === schoolCode && ['principal', 'deputy', 'clerk'].includes(grant.role)));

/** One school in a campaign: where its classes stand, who has the turn, what was sent, granted and returned; and what the Sở may do. */
export async function renderSchool(visit: Visit, { campaign, schoolCode }: { campaign: CampaignRow; schoolCode: string }, refused?: { form: SchoolForm; problem: Problem }): Promise<void> {
  const key = { campaignId: campaign.id, schoolCode };
  const seen = await visit.services.db.transaction(async (snapshot) => {
    const school = await campaignSchool(snapshot, key);
    if (school === undefined) throw new Refused('not-found');
    return {
      school, progress: (await progressTree(snapshot, key)).offices[0]!.schools[0]!, deadlines: await schoolDeadlines(snapshot, key), tasks: await openTasksOfSchool(snapshot, key),
      uploads: await recentUploads(snapshot, { kind: 'roster', ...key }), packets: await packetsOfSchool(snapshot, key), mails: await remindersOfSchool(snapshot, key),
      extensions: await extensions(snapshot, key), authorities: await authoritiesOfSchool(snapshot, key), exceptions: await exceptionsOfSchool(snapshot, key),
      approvers: await approversOfSchool(snapshot, key), returns: await returnsOfSchool(snapshot, key),
      held: seesPupils(visit, schoolCode) ? await heldPupils(snapshot, key) : [],
      waits: await evidenceWaits(snapshot, key), signAgain: await signAgainOf(snapshot, key),
    };
  }, { isolationLevel: 'repeatable read', readOnly: true });
  const formOf = (form: SchoolForm) => (refused?.form === form ? refusedForm(visit.me.csrf, visit.request.body, refused.problem) : freshForm(visit.me.csrf));
  const forms = { extend: formOf('extend'), remind: formOf('remind'), exempt: formOf('exempt'), except: formOf('except') };
  const mayAct = hasRole(visit.me, COORDINATOR) && campaign.state === 'running';
  await sendPage(visit, {
    title: seen.school.schoolName, status: visit.response.statusCode,
    view: SchoolPage({ campaign: { id: campaign.id, title: campaignTitle(campaign), state: campaign.state }, ...seen, forms, refusedForm: refused?.form ?? null, mayAct, isCoordinator: hasRole(visit.me, COORDINATOR), now: new Date() }),
    model: { campaign, ...seen, decisionIds: Object.fromEntries(Object.entries(forms).map(([name, form]) => [name, form.decisionId])) },
  });
}

export const showSchool: Route = {
  method: 'get', path: '/dot/:campaignId/truong/:schoolCode', access: SCHOOL_READERS,
  handle: async (visit) => renderSchool(visit, await loadSchool(visit)),
};
