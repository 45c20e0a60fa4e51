import type { Knex } from 'knex';

/** One definition of every count: tile, list, mail and workbook read this view (design §2 Numbers). */
export const up = (knex: Knex) => knex.raw(`
CREATE VIEW pupil_progress AS
SELECT p.campaign_id, p.school_code, p.class_id, p.id AS expected_pupil_id, p.status, p.reason,
  c.id AS card_id, c.state AS card_state,
  -- What the Sở has received goes its way without anybody of the school: exempting the school later does not hide where it is.
  CASE WHEN p.status = 'excluded' THEN 'excluded' WHEN c.state IN ('received', 'packed', 'sending', 'unknown', 'submitted', 'accepted') THEN c.state
       WHEN p.status IN ('held', 'exempt') THEN p.status
       WHEN s.exempt_reason IS NOT NULL THEN 'exempt'
       WHEN c.id IS NULL THEN 'missing' ELSE c.state END AS position,
  p.status <> 'excluded' AS in_denominator,
  p.status <> 'excluded' AND c.state IN ('teacher_signed', 'principal_signed', 'sealed', 'received', 'packed', 'sending', 'unknown', 'submitted', 'accepted', 'refused') AS reviewed,
  p.status <> 'excluded' AND c.state IN ('principal_signed', 'sealed', 'received', 'packed', 'sending', 'unknown', 'submitted', 'accepted', 'refused') AS signed,
  p.status <> 'excluded' AND c.state IN ('sealed', 'received', 'packed', 'sending', 'unknown', 'submitted', 'accepted', 'refused') AS sealed,
  p.status <> 'excluded' AND c.state IN ('received', 'packed', 'sending', 'unknown', 'submitted', 'accepted', 'refused') AS received,
  p.status <> 'excluded' AND c.state IN ('submitted', 'unknown', 'accepted', 'refused') AS submitted,
  p.status <> 'excluded' AND c.state = 'accepted' AS accepted,
  p.status <> 'excluded' AND c.state = 'refused' AS refused
FROM expected_pupil p
JOIN campaign_school s ON s.campaign_id = p.campaign_id AND s.school_code = p.school_code
LEFT JOIN report_card c ON c.expected_pupil_id = p.id AND c.state NOT IN ('superseded', 'recalled');
COMMENT ON VIEW pupil_progress IS 'One row a pupil; position is where the pupil stands now, one of missing, held, exempt, excluded or the card''s state';

CREATE VIEW class_progress AS
SELECT campaign_id, school_code, class_id,
  count(*) FILTER (WHERE in_denominator)::int AS expected,
  count(*) FILTER (WHERE in_denominator AND card_id IS NOT NULL)::int AS collected,
  count(*) FILTER (WHERE reviewed)::int AS reviewed, count(*) FILTER (WHERE signed)::int AS signed,
  count(*) FILTER (WHERE sealed)::int AS sealed, count(*) FILTER (WHERE received)::int AS received,
  count(*) FILTER (WHERE submitted)::int AS submitted, count(*) FILTER (WHERE accepted)::int AS accepted,
  count(*) FILTER (WHERE refused)::int AS refused,
  count(*) FILTER (WHERE position = 'held')::int AS held, count(*) FILTER (WHERE position = 'exempt')::int AS exempt,
  count(*) FILTER (WHERE position = 'excluded')::int AS excluded, count(*) FILTER (WHERE position = 'missing')::int AS missing
FROM pupil_progress GROUP BY campaign_id, school_code, class_id;
COMMENT ON VIEW class_progress IS 'Counts are cumulative by stage: a card accepted by the Kho is also signed, sealed and received';
`);

export const down = (knex: Knex) => knex.raw('DROP VIEW class_progress, pupil_progress');
