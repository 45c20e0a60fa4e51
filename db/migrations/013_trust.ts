import type { Knex } from 'knex';

/**
 * Whom the hub trusts, and where it asks: certificates of authorities per use and addresses of trust services, each from a moment on and
 * until one, changed by one administrator's proposal and another's confirmation.
 */
export const up = (knex: Knex) => knex.raw(`
CREATE TABLE trust_change (
  id uuid PRIMARY KEY, content jsonb NOT NULL CHECK (content ->> 'kind' IN ('add_certificate', 'end_certificate', 'add_source', 'end_source')), reason text NOT NULL,
  proposed_by uuid NOT NULL REFERENCES person, proposed_at timestamptz NOT NULL DEFAULT now(),
  state text NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed', 'confirmed', 'rejected')), settled_by uuid REFERENCES person, settled_at timestamptz, settled_reason text,
  CHECK ((state = 'proposed') = (settled_by IS NULL)), CHECK ((settled_by IS NULL) = (settled_at IS NULL)), CHECK (state <> 'confirmed' OR settled_by <> proposed_by));
CREATE INDEX trust_change_open ON trust_change (proposed_at) WHERE state = 'proposed';
COMMENT ON TABLE trust_change IS 'What one administrator proposed and another confirmed or refused; the proposer may only withdraw it';

CREATE TABLE trust_anchor (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), authority text NOT NULL CHECK (authority <> ''), der bytea NOT NULL, fingerprint text NOT NULL CHECK (fingerprint = encode(sha256(der), 'hex')),
  subject text NOT NULL, not_before timestamptz NOT NULL, not_after timestamptz NOT NULL, self_signed boolean NOT NULL,
  uses text[] NOT NULL CHECK (cardinality(uses) > 0 AND uses <@ ARRAY['person', 'organisation', 'timestamp']), weak boolean NOT NULL DEFAULT false,
  trusted_from timestamptz NOT NULL DEFAULT now(), trusted_to timestamptz, added_by uuid REFERENCES trust_change, ended_by uuid REFERENCES trust_change,
  CHECK (not_before < not_after), CHECK (trusted_from <= trusted_to), CHECK (ended_by IS NULL OR trusted_to IS NOT NULL));
CREATE UNIQUE INDEX trust_anchor_in_force ON trust_anchor (fingerprint) WHERE trusted_to IS NULL;
COMMENT ON COLUMN trust_anchor.self_signed IS 'Where a path may end; any other certificate is only known to lie between';
COMMENT ON COLUMN trust_anchor.uses IS 'Whose certificates it may vouch for';
COMMENT ON COLUMN trust_anchor.weak IS 'May be used although its key or signature is weaker than 112 bits: an exception for this one certificate';
COMMENT ON COLUMN trust_anchor.trusted_to IS 'Null: still; what was proven before it stays proven';
COMMENT ON COLUMN trust_anchor.added_by IS 'Null: from the settings of the installation';

CREATE TABLE trust_source (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), authority text NOT NULL CHECK (authority <> ''), kind text NOT NULL CHECK (kind IN ('crl', 'ocsp', 'tsa')), address text NOT NULL CHECK (address ~ '^http(s|)://'),
  used_from timestamptz NOT NULL DEFAULT now(), used_to timestamptz, added_by uuid REFERENCES trust_change, ended_by uuid REFERENCES trust_change,
  CHECK (used_from <= used_to), CHECK (ended_by IS NULL OR used_to IS NOT NULL));
CREATE UNIQUE INDEX trust_source_in_force ON trust_source (kind, address) WHERE used_to IS NULL;
COMMENT ON TABLE trust_source IS 'The only addresses of trust services that are ever called; one found in a document or certificate never is';

GRANT SELECT ON trust_change, trust_anchor, trust_source TO hub_api, hub_worker;
GRANT INSERT ON trust_change, trust_anchor, trust_source TO hub_worker;
GRANT UPDATE (state, settled_by, settled_at, settled_reason) ON trust_change TO hub_worker;
GRANT UPDATE (trusted_to, ended_by) ON trust_anchor TO hub_worker;
GRANT UPDATE (used_to, ended_by) ON trust_source TO hub_worker;
`);

export const down = (knex: Knex) => knex.raw('DROP TABLE trust_source, trust_anchor, trust_change;');
