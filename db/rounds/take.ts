import type { Knex } from 'knex';
import { workflowSubject } from '../../domain/workflowIds.js';
import type { ActContext } from '../acts/context.js';
import { row } from '../connect.js';
import { mailDigests } from './digest.js';
import { warnOfExpiry } from './expiry.js';
import { askNightly } from './reconciliation.js';

/** What a round works for; null when its campaign is not running (any more). */
export type RoundCampaign = { id: string; schoolYear: string; departmentName: string };

/** Takes one round, in one transaction; taken twice on one day it mails nobody twice. @returns how many mails are new */
export async function takeRound(knex: Knex, workflowId: string, context: ActContext): Promise<{ mails: number }> {
  const subject = workflowSubject(workflowId);
  if (subject.type !== 'round') throw new Error(`not a round: ${workflowId}`);
  return knex.transaction(async (trx) => {
    const campaign = await row<RoundCampaign>(trx, `
      SELECT c.id, c.school_year AS "schoolYear", v.department_name AS "departmentName" FROM campaign c JOIN province v ON v.code = c.province_code
      WHERE c.province_code = :provinceCode AND c.school_year = :schoolYear AND c.level = :level AND c.cycle = :cycle AND c.state = 'running'`, subject.key);
    if (campaign === undefined) return { mails: 0 };
    switch (subject.round) {
      case 'digest': return { mails: await mailDigests(trx, campaign, context) };
      case 'expiry': return { mails: await warnOfExpiry(trx, campaign, context) };
      case 'reconciliation': await askNightly(trx, campaign, subject.key); return { mails: 0 };
    }
  }, { isolationLevel: 'repeatable read' });
}
