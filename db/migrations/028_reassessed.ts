import type { Knex } from 'knex';

/**
 * A pupil whose result is CHT waits for the re-assessment of the summer. When the Sở notes that it has taken place, the result stands,
 * CHT too: the next upload must not hold the pupil again.
 */
export const up = (knex: Knex) => knex.raw(`
ALTER TABLE expected_pupil ADD reassessed_at timestamptz,
  ADD CONSTRAINT expected_pupil_reassessed CHECK (reassessed_at IS NULL OR reason IS DISTINCT FROM 'awaiting_reassessment');
COMMENT ON COLUMN expected_pupil.reassessed_at IS 'When the Sở noted that the re-assessment has taken place: data that come with CHT are final since then; null: not noted';
`);

export const down = (knex: Knex) => knex.raw('ALTER TABLE expected_pupil DROP reassessed_at');
