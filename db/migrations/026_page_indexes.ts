import type { Knex } from 'knex';

/**
 * What pages ask for by person or school, found by reading whole tables of a merged province (EXPLAIN of every page of the bench): each
 * request looked through all 18,000 roles for the visitor's own, since an index of those not revoked serves no question that may meet one revoked from tomorrow on.
 */
export const up = (knex: Knex) => knex.raw(`
CREATE INDEX role_grant_any_person ON role_grant (person_id);
CREATE INDEX role_grant_any_school ON role_grant (school_code) WHERE school_code IS NOT NULL;
CREATE INDEX mail_outbox_school ON mail_outbox (campaign_id, school_code, created_at);
CREATE INDEX signature_batch_school ON signature_batch (school_code, created_at);
`);

export const down = (knex: Knex) => knex.raw('DROP INDEX signature_batch_school, mail_outbox_school, role_grant_any_school, role_grant_any_person');
