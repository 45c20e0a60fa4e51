import type { Knex } from 'knex';

/**
 * Roles prove the api row of design §3: the web side reads everything, inserts into intake tables and its own sign-in tables, and can
 * change no card, no task and no row that workers own. Logins get their passwords from `migrateMain`.
 */
export const up = (knex: Knex) => knex.raw(`
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_api') THEN CREATE ROLE hub_api NOLOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_worker') THEN CREATE ROLE hub_worker NOLOGIN; END IF;
END $$;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO hub_api, hub_worker;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO hub_api, hub_worker;

GRANT INSERT ON decision, decision_task, outbox, upload, signature_notice, audit, session, access_link, account, packet_key, certificate TO hub_api;
GRANT UPDATE ON session, access_link, account TO hub_api;
GRANT UPDATE (sent_at, attempts) ON outbox TO hub_api;
GRANT DELETE ON session TO hub_api;

GRANT INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO hub_worker;
-- class and expected_pupil only while a campaign is a draft: a new list replaces the old one.
GRANT DELETE ON upload_class, upload_fault, decision_task, signature_batch, access_link, class, expected_pupil TO hub_worker;
REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM hub_worker, hub_api;
REVOKE INSERT, UPDATE ON account FROM hub_worker;
REVOKE INSERT, UPDATE, DELETE ON session FROM hub_worker;
`);

export const down = (knex: Knex) => knex.raw(`
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM hub_api, hub_worker;
REVOKE USAGE ON SCHEMA public FROM hub_api, hub_worker;
`);
