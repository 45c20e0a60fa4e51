import type { Knex } from 'knex';

/** Replacing the Sở's certificate in use is a change of trust: one administrator proposes it, another confirms. */
export const up = (knex: Knex) => knex.raw(`
ALTER TABLE trust_change DROP CONSTRAINT trust_change_content_check,
  ADD CONSTRAINT trust_change_content_check CHECK (content ->> 'kind' IN ('add_certificate', 'end_certificate', 'add_source', 'end_source', 'use_packet_key'));
ALTER TABLE packet_key ADD others bytea[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN packet_key.others IS 'Certificates that came with it, intermediates at most (DER): its path is judged again when it is confirmed';
GRANT INSERT (others) ON packet_key TO hub_api;
COMMENT ON COLUMN packet_key.active IS 'At most one; the first is set by one administrator, each that takes its place by two';
`);

export const down = (knex: Knex) => knex.raw(`
DELETE FROM trust_change WHERE content ->> 'kind' = 'use_packet_key';
ALTER TABLE trust_change DROP CONSTRAINT trust_change_content_check,
  ADD CONSTRAINT trust_change_content_check CHECK (content ->> 'kind' IN ('add_certificate', 'end_certificate', 'add_source', 'end_source'));
ALTER TABLE packet_key DROP others;
COMMENT ON COLUMN packet_key.active IS NULL;
`);
