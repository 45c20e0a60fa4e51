import type { Knex } from 'knex';

/**
 * The movement in. A child stands in a campaign's list once as long as it is in; rows of those who left stay beside a new one, in the
 * same school or another. One index finds a code and keeps it unique: an absent third value makes a row equal to no other.
 */
export const up = (knex: Knex) => knex.raw(`
ALTER TABLE expected_pupil ADD arrival text CHECK (arrival IN ('transfer_in', 'omitted', 'restored')), ADD arrival_note text, ADD arrived_at timestamptz,
  ADD CONSTRAINT expected_pupil_arrival CHECK (num_nulls(arrival, arrival_note, arrived_at) IN (0, 3)),
  DROP CONSTRAINT expected_pupil_campaign_id_pupil_code_key;
CREATE UNIQUE INDEX expected_pupil_code ON expected_pupil (campaign_id, pupil_code, (CASE WHEN status <> 'excluded' THEN true END));
CREATE INDEX expected_pupil_arrived ON expected_pupil (campaign_id, school_code) WHERE arrival IS NOT NULL;
COMMENT ON TABLE expected_pupil IS 'The denominator, frozen at launch; later only movements change it: excluded ones left, those with an arrival came';
COMMENT ON COLUMN expected_pupil.arrival IS 'Why the pupil joined after the launch; null: in the frozen list';
COMMENT ON COLUMN expected_pupil.arrival_note IS 'Evidence of the arrival, in the coordinator''s words';
COMMENT ON COLUMN expected_pupil.arrived_at IS 'Since when the pupil counts';
COMMENT ON INDEX expected_pupil_code IS 'A code once per campaign among those who did not leave';
`);

/** Codes of rows that left and came again are marked, since the older schema holds a code once. */
export const down = (knex: Knex) => knex.raw(`
UPDATE expected_pupil p SET pupil_code = p.pupil_code || ' #' || left(p.id::text, 8)
WHERE p.status = 'excluded' AND EXISTS (SELECT 1 FROM expected_pupil o WHERE o.campaign_id = p.campaign_id AND o.pupil_code = p.pupil_code AND o.id <> p.id);
DROP INDEX expected_pupil_code, expected_pupil_arrived;
ALTER TABLE expected_pupil DROP arrival, DROP arrival_note, DROP arrived_at, ADD UNIQUE (campaign_id, pupil_code);
COMMENT ON TABLE expected_pupil IS 'The frozen denominator; only excluded (a movement with evidence) leaves it';
`);
