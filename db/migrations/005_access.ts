import type { Knex } from 'knex';

/** Sign-in: accounts, one-time links, sessions; and the audit trail. */
export const up = (knex: Knex) => knex.raw(`
CREATE TABLE account (
  person_id uuid PRIMARY KEY REFERENCES person, user_name text NOT NULL UNIQUE, password_hash text NOT NULL,
  failed_attempts integer NOT NULL DEFAULT 0, locked_until timestamptz, disabled_at timestamptz, created_at timestamptz NOT NULL DEFAULT now());

CREATE TABLE access_link (
  token_hash text PRIMARY KEY CHECK (token_hash ~ '^[0-9a-f]{64}$'), purpose text NOT NULL CHECK (purpose IN ('set_password', 'task')),
  person_id uuid NOT NULL REFERENCES person, task_ids uuid[] NOT NULL DEFAULT '{}', expires_at timestamptz NOT NULL, used_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now());
COMMENT ON TABLE access_link IS 'Only the SHA-256 of the token is kept; a task link dies with its tasks and never signs anybody in';

CREATE TABLE session (
  token_hash text PRIMARY KEY, person_id uuid NOT NULL REFERENCES person, csrf text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL, seen_at timestamptz NOT NULL DEFAULT now());

CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), actor_id uuid, act text NOT NULL,
  subject_kind text NOT NULL CHECK (subject_kind IN ('card', 'class', 'school', 'campaign', 'person', 'packet', 'task', 'upload', 'directory', 'report')),
  subject_id text NOT NULL, from_state text, to_state text, decision_id uuid, detail jsonb);
CREATE INDEX audit_subject ON audit (subject_kind, subject_id, id);
COMMENT ON TABLE audit IS 'Insert-only, for every role; actor_id null: the hub itself';
CREATE FUNCTION audit_is_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit is insert-only'; END $$;
CREATE TRIGGER audit_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_insert_only();
`);

export const down = (knex: Knex) => knex.raw('DROP TABLE audit, session, access_link, account; DROP FUNCTION audit_is_insert_only');
