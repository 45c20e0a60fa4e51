import type { Knex } from 'knex';

/** The deadline that counts: the campaign's, or the latest extension of the school. */
export const up = (knex: Knex) => knex.raw(`
CREATE VIEW school_deadline AS
SELECT s.campaign_id, s.school_code, d.stage, coalesce(e.due_at, d.due_at) AS due_at, d.due_at AS planned_at
FROM campaign_school s JOIN campaign c ON c.id = s.campaign_id
CROSS JOIN LATERAL (VALUES ('collect', c.collect_due), ('review', c.review_due), ('approve', c.approve_due), ('seal', c.seal_due)) AS d(stage, due_at)
LEFT JOIN LATERAL (SELECT max(due_at) AS due_at FROM deadline_extension x
  WHERE x.campaign_id = s.campaign_id AND x.school_code = s.school_code AND x.stage = d.stage) e ON true;
GRANT SELECT ON school_deadline TO hub_api, hub_worker;
`);

export const down = (knex: Knex) => knex.raw('DROP VIEW school_deadline');
