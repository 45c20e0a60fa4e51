import { z } from 'zod';
import type { Role } from '../../../domain/roles.js';
import type { ProgressScope } from '../../../domain/progress.js';
import { officesOf } from '../../../db/views/office.js';
import { reportCampaigns, type ReportCampaign } from '../../../db/views/reports.js';
import { scopeOf } from '../../auth/scope.js';
import { parsed } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Visit } from '../../route.js';

export const REPORT_READERS = ['official', 'coordinator', 'office'] as const satisfies readonly Role[];
const query = z.object({ dot: z.uuid().optional(), 'dia-ban': z.string().regex(/^[\w-]{1,30}$/).or(z.literal('').transform(() => undefined)).optional() });

export type ReportChoice = {
  campaigns: ReportCampaign[]; campaign: ReportCampaign | null;
  /** Areas this reader may choose; `office` null is the whole province. */
  offices: { code: string; name: string }[]; office: { code: string; name: string } | null; mayProvince: boolean;
};

/** Which campaign and area the address asks for, inside what the reader may see. An office sees its own areas, never the province. */
export async function reportChoice({ services, me, request }: Visit): Promise<ReportChoice> {
  const asked = parsed(query, request.query);
  const { province, officeCodes } = scopeOf(me.grants, REPORT_READERS);
  const campaigns = await reportCampaigns(services.db);
  const campaign = asked.dot === undefined ? campaigns[0] ?? null : campaigns.find((one) => one.id === asked.dot);
  if (campaign === undefined) throw new Refused('not-found');
  const offices = await officesOf(services.db, { all: province, officeCodes });
  const code = asked['dia-ban'] ?? (province ? null : offices[0]?.code);
  if (code === null) return { campaigns, campaign, offices, office: null, mayProvince: province };
  const office = offices.find((one) => one.code === code);
  if (office === undefined) throw new Refused('other-area');
  return { campaigns, campaign, offices, office, mayProvince: province };
}

export const progressScope = (campaignId: string, office: { code: string } | null): ProgressScope =>
  ({ campaignId, ...(office === null ? {} : { officeCode: office.code }) });
