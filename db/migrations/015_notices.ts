import type { Knex } from 'knex';

/**
 * What people are told and when: a task waits for others before its mail, digests have a kind of their own, a campaign knows whether its
 * Schedules stand, and each line of a reconciliation says what kind of finding it is.
 */
export const up = (knex: Knex) => knex.raw(`
ALTER TABLE task ADD tell_at timestamptz;
CREATE INDEX mail_outbox_person ON mail_outbox (person_id, created_at);
COMMENT ON COLUMN task.tell_at IS 'When its assignee is mailed about it, together with what became ready meanwhile; null: told already, or nobody to tell';

ALTER TABLE campaign ADD schedules_at timestamptz;
COMMENT ON COLUMN campaign.schedules_at IS 'Since when its Temporal Schedules (digest, nightly reconciliation, expiry) stand; null: they have to be made, or are taken down';

ALTER TABLE mail_outbox DROP CONSTRAINT mail_outbox_kind_check;
ALTER TABLE mail_outbox ADD CONSTRAINT mail_outbox_kind_check CHECK (kind IN ('invitation', 'task', 'reminder', 'escalation', 'notice', 'digest'));

ALTER TABLE reconciliation ADD findings integer NOT NULL DEFAULT 0 CHECK (findings >= 0);
COMMENT ON COLUMN reconciliation.differences IS 'Lines on which the two sides disagree';
COMMENT ON COLUMN reconciliation.findings IS 'Lines that are told but are no disagreement: a parked packet, an answer still being asked for';
ALTER TABLE reconciliation_difference ADD line integer, ADD kind text NOT NULL DEFAULT 'verdict-differs', ADD message_id uuid REFERENCES packet, ADD their_id text;
UPDATE reconciliation_difference d SET line = n.line
FROM (SELECT reconciliation_id, card_id, row_number() OVER (PARTITION BY reconciliation_id ORDER BY card_id) AS line FROM reconciliation_difference) n
WHERE n.reconciliation_id = d.reconciliation_id AND n.card_id = d.card_id;
ALTER TABLE reconciliation_difference DROP CONSTRAINT reconciliation_difference_pkey, ALTER card_id DROP NOT NULL, ALTER line SET NOT NULL, ALTER kind DROP DEFAULT,
  ADD PRIMARY KEY (reconciliation_id, line),
  ADD CHECK (kind IN ('parked', 'asking', 'verdict-behind', 'verdict-differs', 'lost-by-kho', 'absent', 'not-sent', 'unreadable-id', 'unanswered'));
COMMENT ON COLUMN reconciliation_difference.their_id IS 'What the Kho wrote where a UUID should stand, shortened';
`);

export const down = (knex: Knex) => knex.raw(`
DELETE FROM reconciliation_difference d WHERE card_id IS NULL
  OR EXISTS (SELECT FROM reconciliation_difference o WHERE o.reconciliation_id = d.reconciliation_id AND o.card_id = d.card_id AND o.line < d.line);
ALTER TABLE reconciliation_difference DROP CONSTRAINT reconciliation_difference_pkey, DROP line, DROP kind, DROP message_id, DROP their_id, ALTER card_id SET NOT NULL,
  ADD PRIMARY KEY (reconciliation_id, card_id);
ALTER TABLE reconciliation DROP findings;
COMMENT ON COLUMN reconciliation.differences IS NULL;
DELETE FROM mail_outbox WHERE kind = 'digest';
ALTER TABLE mail_outbox DROP CONSTRAINT mail_outbox_kind_check;
ALTER TABLE mail_outbox ADD CONSTRAINT mail_outbox_kind_check CHECK (kind IN ('invitation', 'task', 'reminder', 'escalation', 'notice'));
ALTER TABLE campaign DROP schedules_at;
DROP INDEX mail_outbox_person;
ALTER TABLE task DROP tell_at;
`);
