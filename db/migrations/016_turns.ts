import type { Knex } from 'knex';

/**
 * Whose turn it is, by class and position: an open task with somebody who can do it, or the hub, or the Kho. What has neither is a card
 * nobody can account for. The positions are those of pupil_progress; the steps of people are the kinds of tasks.
 */
export const CLASS_TURN = `
CREATE VIEW class_turn AS
SELECT k.campaign_id, k.school_code, k.id AS class_id, x.position, x.step,
  c.state = 'running' AND (x.assignee_id IS NOT NULL OR x.step IN ('receive', 'pack', 'send', 'verdict')) AS owned, x.due_at
FROM class k JOIN campaign c ON c.id = k.campaign_id
LEFT JOIN task tc ON tc.campaign_id = k.campaign_id AND tc.school_code = k.school_code AND tc.kind = 'collect' AND tc.class_id IS NULL AND tc.state = 'open'
LEFT JOIN task tr ON tr.class_id = k.id AND tr.kind = 'review' AND tr.state = 'open'
LEFT JOIN task ta ON ta.class_id = k.id AND ta.kind = 'approve' AND ta.state = 'open'
LEFT JOIN task ts ON ts.class_id = k.id AND ts.kind = 'seal' AND ts.state = 'open'
LEFT JOIN task tx ON tx.class_id = k.id AND tx.kind = 'correct' AND tx.state = 'open'
CROSS JOIN LATERAL (VALUES
  ('missing', 'collect', tc.assignee_id, tc.due_at),
  ('drafted', CASE WHEN k.collect_state = 'returned' THEN 'collect' ELSE 'review' END,
    CASE WHEN k.collect_state = 'returned' THEN tc.assignee_id ELSE tr.assignee_id END, CASE WHEN k.collect_state = 'returned' THEN tc.due_at ELSE tr.due_at END),
  -- A class is approved as a whole: what is reviewed waits for whoever has the rest of the class.
  ('teacher_signed', CASE WHEN ta.id IS NOT NULL THEN 'approve' WHEN tr.id IS NOT NULL THEN 'review' WHEN k.collect_state = 'returned' AND tc.id IS NOT NULL THEN 'collect' ELSE 'approve' END,
    CASE WHEN ta.id IS NOT NULL THEN ta.assignee_id WHEN tr.id IS NOT NULL THEN tr.assignee_id WHEN k.collect_state = 'returned' THEN tc.assignee_id END,
    CASE WHEN ta.id IS NOT NULL THEN ta.due_at WHEN tr.id IS NOT NULL THEN tr.due_at WHEN k.collect_state = 'returned' THEN tc.due_at END),
  ('principal_signed', 'seal', ts.assignee_id, ts.due_at),
  ('refused', 'correct', tx.assignee_id, NULL),
  ('sealed', 'receive', NULL, NULL), ('received', 'pack', NULL, NULL), ('packed', 'send', NULL, NULL), ('sending', 'send', NULL, NULL),
  ('unknown', 'verdict', NULL, NULL), ('submitted', 'verdict', NULL, NULL)) AS x(position, step, assignee_id, due_at);
COMMENT ON VIEW class_turn IS 'Per class and position of an unfinished card: the step it waits at, whether somebody has the turn (owned), and by when; due_at null: a step without a deadline';
GRANT SELECT ON class_turn TO hub_api, hub_worker;
`;

export const up = (knex: Knex) => knex.raw(CLASS_TURN);

export const down = (knex: Knex) => knex.raw('DROP VIEW class_turn');
