import { z } from 'zod';
import { campaignById, type CampaignRow } from '../../../db/views/campaigns.js';
import { parsed } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Visit } from '../../route.js';

const path = z.object({ campaignId: z.uuid() });

/** The campaign of the address. */
export async function loadCampaign({ services, request }: Visit): Promise<CampaignRow> {
  const campaign = await campaignById(services.db, parsed(path, request.params));
  if (campaign === undefined) throw new Refused('not-found');
  return campaign;
}
