import type { Knex } from 'knex';

/** Links by which a school hands a card to its pupil's parents, and the way from a card's bytes to its row. */
export const up = (knex: Knex) => knex.raw(`
ALTER TABLE access_link DROP CONSTRAINT access_link_purpose_check;
ALTER TABLE access_link ADD card_id uuid REFERENCES report_card,
  ADD CONSTRAINT access_link_purpose_check CHECK (purpose IN ('set_password', 'task', 'share_card')),
  ADD CONSTRAINT access_link_card_check CHECK ((purpose = 'share_card') = (card_id IS NOT NULL));
CREATE INDEX access_link_card ON access_link (card_id) WHERE card_id IS NOT NULL;
COMMENT ON COLUMN access_link.card_id IS 'The card a share_card link hands out; person_id is then who made the link, used_at when the school ended it';
CREATE INDEX report_card_sha256 ON report_card (document_sha256) WHERE document_sha256 IS NOT NULL;
COMMENT ON INDEX report_card_sha256 IS 'The public page looks a file up by what its bytes are';
`);

export const down = (knex: Knex) => knex.raw(`
DROP INDEX report_card_sha256;
DROP INDEX access_link_card;
DELETE FROM access_link WHERE purpose = 'share_card';
ALTER TABLE access_link DROP CONSTRAINT access_link_card_check, DROP CONSTRAINT access_link_purpose_check, DROP card_id;
ALTER TABLE access_link ADD CONSTRAINT access_link_purpose_check CHECK (purpose IN ('set_password', 'task'));
`);
