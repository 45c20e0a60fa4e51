import type { Knex } from 'knex';

/**
 * People can be put out: roles and headships end on a day, accounts are shut, one head leads a school at a time, an exemption ends, and
 * wrong passwords are counted by address too.
 */
export const up = (knex: Knex) => knex.raw(`
ALTER TABLE role_grant ADD valid_from timestamptz, ADD revoked_reason text, ADD CHECK (revoked_reason IS NULL OR revoked_at IS NOT NULL);
COMMENT ON COLUMN role_grant.valid_from IS 'Null: since it was entered; else from this moment on, which may lie ahead';
COMMENT ON COLUMN role_grant.revoked_at IS 'The role holds before this moment, which may lie ahead';
CREATE VIEW active_grant AS
SELECT id, person_id, role, office_code, school_code, class_names FROM role_grant
WHERE (valid_from IS NULL OR valid_from <= now()) AND (revoked_at IS NULL OR now() < revoked_at);
COMMENT ON VIEW active_grant IS 'Roles that hold now; a disabled person keeps them and cannot use them';
GRANT SELECT ON active_grant TO hub_api, hub_worker;

ALTER TABLE person ADD disabled_at timestamptz, ADD disabled_reason text, ADD CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL));
COMMENT ON COLUMN person.disabled_at IS 'Nobody comes in as this person, with or without an account; decided by an administrator or the Sở';
UPDATE person SET disabled_at = a.disabled_at, disabled_reason = 'Tài khoản đã khóa từ trước' FROM account a WHERE a.person_id = person.id AND a.disabled_at IS NOT NULL;
ALTER TABLE account DROP disabled_at;
-- Shutting an account ends its sessions in the same transaction.
GRANT DELETE ON session TO hub_worker;

DROP INDEX authority_one_head;
CREATE UNIQUE INDEX authority_one_head ON authority (school_code, person_id) WHERE basis = 'head' AND revoked_at IS NULL AND valid_to IS NULL;
CREATE FUNCTION head_is_alone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF EXISTS (SELECT FROM authority a WHERE a.school_code = NEW.school_code AND a.basis = 'head' AND a.id <> NEW.id
      AND tstzrange(a.valid_from, greatest(a.valid_from, coalesce(least(a.valid_to, a.revoked_at), 'infinity')))
       && tstzrange(NEW.valid_from, greatest(NEW.valid_from, coalesce(least(NEW.valid_to, NEW.revoked_at), 'infinity')))) THEN
    RAISE EXCEPTION 'a school has one head at a time' USING ERRCODE = 'exclusion_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER authority_head_is_alone BEFORE INSERT OR UPDATE ON authority FOR EACH ROW WHEN (NEW.basis = 'head') EXECUTE FUNCTION head_is_alone();

CREATE FUNCTION exemption_holds(reason text, until date) RETURNS boolean LANGUAGE sql STABLE
  RETURN reason IS NOT NULL AND (until IS NULL OR (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= until);
COMMENT ON COLUMN campaign_school.exempt_until IS 'Last day of the exemption; null: to the end of the campaign';
CREATE OR REPLACE VIEW pupil_progress AS
SELECT p.campaign_id, p.school_code, p.class_id, p.id AS expected_pupil_id, p.status, p.reason,
  c.id AS card_id, c.state AS card_state,
  CASE WHEN p.status = 'excluded' THEN 'excluded' WHEN c.state IN ('received', 'packed', 'sending', 'unknown', 'submitted', 'accepted') THEN c.state
       WHEN p.status IN ('held', 'exempt') THEN p.status
       WHEN exemption_holds(s.exempt_reason, s.exempt_until) THEN 'exempt'
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

ALTER TABLE upload_reading ADD content jsonb, ADD differences jsonb;
COMMENT ON COLUMN upload_reading.content IS 'Rows of a units workbook that waits for the coordinator; wiped once applied or discarded';
COMMENT ON COLUMN upload_reading.differences IS 'What a units workbook would change, and whom it no longer names, as shown to the coordinator';

CREATE UNLOGGED TABLE sign_in_failure (
  address_hash text PRIMARY KEY CHECK (address_hash ~ '^[0-9a-f]{64}$'), failures integer NOT NULL CHECK (failures >= 0), since timestamptz NOT NULL);
COMMENT ON TABLE sign_in_failure IS 'Wrong passwords by address, counted for a quarter of an hour; the address itself is not kept, and a crash may forget the counts';
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_failure TO hub_api;
`);

export const down = (knex: Knex) => knex.raw(`
DROP TABLE sign_in_failure;
ALTER TABLE upload_reading DROP content, DROP differences;
CREATE OR REPLACE VIEW pupil_progress AS
SELECT p.campaign_id, p.school_code, p.class_id, p.id AS expected_pupil_id, p.status, p.reason,
  c.id AS card_id, c.state AS card_state,
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
COMMENT ON COLUMN campaign_school.exempt_until IS NULL;
DROP FUNCTION exemption_holds;
DROP TRIGGER authority_head_is_alone ON authority;
DROP FUNCTION head_is_alone;
DROP INDEX authority_one_head;
CREATE UNIQUE INDEX authority_one_head ON authority (school_code, person_id) WHERE basis = 'head' AND revoked_at IS NULL;
REVOKE DELETE ON session FROM hub_worker;
ALTER TABLE account ADD disabled_at timestamptz;
UPDATE account SET disabled_at = p.disabled_at FROM person p WHERE p.id = account.person_id;
ALTER TABLE person DROP disabled_at, DROP disabled_reason;
DROP VIEW active_grant;
COMMENT ON COLUMN role_grant.revoked_at IS NULL;
ALTER TABLE role_grant DROP valid_from, DROP revoked_reason;
`);
