import type { Knex } from 'knex';

/**
 * Intake is evidence: who takes it in writes it once, workers read it. The api cannot hand in a decision that is already settled, nor a
 * packet key that is already in use. The frozen list is frozen for workers too.
 */
export const up = (knex: Knex) => knex.raw(`
REVOKE INSERT, UPDATE, DELETE ON upload, signature_notice, decision, decision_task FROM hub_worker;
GRANT UPDATE (outcome, outcome_code, outcome_at) ON decision TO hub_worker;
REVOKE INSERT, UPDATE ON pupil_progress, class_progress FROM hub_worker;
REVOKE DELETE ON upload_class, upload_fault, access_link FROM hub_worker;
REVOKE ALL ON migration, migration_lock FROM hub_api, hub_worker;

REVOKE INSERT ON decision, outbox, packet_key FROM hub_api;
GRANT INSERT (id, act, actor_id, province_code, campaign_id, school_code, payload, workflow_id) ON decision TO hub_api;
GRANT INSERT (decision_id, workflow_id, wake_code) ON outbox TO hub_api;
GRANT INSERT (id, certificate_id, sealed_key) ON packet_key TO hub_api;

CREATE FUNCTION expected_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF EXISTS (SELECT FROM gone JOIN campaign c ON c.id = gone.campaign_id WHERE c.state <> 'draft') THEN
    RAISE EXCEPTION 'the expected pupils of a launched campaign are frozen: record a movement';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER expected_pupil_frozen AFTER DELETE ON expected_pupil REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION expected_is_frozen();
`);

export const down = (knex: Knex) => knex.raw(`
DROP TRIGGER expected_pupil_frozen ON expected_pupil;
DROP FUNCTION expected_is_frozen;
REVOKE INSERT (id, act, actor_id, province_code, campaign_id, school_code, payload, workflow_id) ON decision FROM hub_api;
REVOKE INSERT (decision_id, workflow_id, wake_code) ON outbox FROM hub_api;
REVOKE INSERT (id, certificate_id, sealed_key) ON packet_key FROM hub_api;
GRANT INSERT ON decision, outbox, packet_key TO hub_api;
GRANT SELECT ON migration, migration_lock TO hub_api, hub_worker;
GRANT INSERT, UPDATE ON upload, signature_notice, decision, decision_task, pupil_progress, class_progress TO hub_worker;
GRANT DELETE ON upload_class, upload_fault, access_link, decision_task TO hub_worker;
`);
