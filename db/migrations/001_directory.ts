import type { Knex } from 'knex';

/** Province, units, people, what they may do, and the certificates and signing authority behind it. */
export const up = (knex: Knex) => knex.raw(`
CREATE COLLATION IF NOT EXISTS vietnamese (provider = icu, locale = 'vi-x-icu');

CREATE TABLE province (
  code text PRIMARY KEY CHECK (code ~ '^[0-9]{2}$'),
  name text NOT NULL, department_name text NOT NULL, place_of_issue text NOT NULL);
COMMENT ON TABLE province IS 'The one province this hub serves; a single row';
CREATE UNIQUE INDEX province_single ON province ((true));

CREATE TABLE office (
  code text PRIMARY KEY, name text NOT NULL COLLATE vietnamese,
  kind text NOT NULL CHECK (kind IN ('district', 'commune')), phone text, email text);
COMMENT ON TABLE office IS 'Phòng GD&ĐT, or since 1/7/2025 the commune''s culture-society office';

CREATE TABLE certificate (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind text NOT NULL CHECK (kind IN ('person', 'organisation')),
  der bytea NOT NULL, fingerprint text NOT NULL UNIQUE CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
  uid text NOT NULL, serial text NOT NULL, valid_from timestamptz NOT NULL, valid_to timestamptz NOT NULL, revoked_at timestamptz);
COMMENT ON COLUMN certificate.uid IS 'UID of the subject: CCCD:… for a person, MST:… for an organisation (spec §3.1)';

CREATE TABLE school (
  code text PRIMARY KEY, name text NOT NULL COLLATE vietnamese, office_code text NOT NULL REFERENCES office,
  commune_name text NOT NULL, district_name text, address text, tax_code text, phone text, email text,
  seal_account text, seal_certificate_id uuid REFERENCES certificate,
  paper_reason text, paper_until date, CHECK ((paper_reason IS NULL) = (paper_until IS NULL)));
COMMENT ON COLUMN school.seal_account IS 'The organisation account at the signing service that holds the seal''s key';

CREATE TABLE person (
  id uuid PRIMARY KEY, full_name text NOT NULL COLLATE vietnamese,
  personal_number text UNIQUE CHECK (personal_number ~ '^[0-9]{12}$'),
  email text, phone text, signing_account text UNIQUE, certificate_id uuid REFERENCES certificate);

CREATE TABLE role_grant (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), person_id uuid NOT NULL REFERENCES person,
  role text NOT NULL CHECK (role IN ('administrator', 'coordinator', 'office', 'principal', 'deputy', 'homeroom', 'clerk', 'official')),
  office_code text REFERENCES office, school_code text REFERENCES school, class_names text[], revoked_at timestamptz,
  CHECK (CASE role WHEN 'office' THEN office_code IS NOT NULL AND school_code IS NULL
    WHEN 'principal' THEN school_code IS NOT NULL WHEN 'deputy' THEN school_code IS NOT NULL
    WHEN 'homeroom' THEN school_code IS NOT NULL WHEN 'clerk' THEN school_code IS NOT NULL
    ELSE office_code IS NULL AND school_code IS NULL END));
CREATE UNIQUE INDEX role_grant_once ON role_grant (person_id, role, coalesce(office_code, ''), coalesce(school_code, '')) WHERE revoked_at IS NULL;
CREATE INDEX role_grant_school ON role_grant (school_code, role) WHERE revoked_at IS NULL;

CREATE TABLE authority (
  id uuid PRIMARY KEY, school_code text NOT NULL REFERENCES school, person_id uuid NOT NULL REFERENCES person,
  basis text NOT NULL CHECK (basis IN ('head', 'deputy_assignment', 'deputy_in_charge')),
  instrument_number text, instrument_date date, signed_by text,
  valid_from timestamptz NOT NULL, valid_to timestamptz, classes text[],
  revoked_at timestamptz, revoked_reason text, created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (valid_to IS NULL OR valid_from < valid_to),
  CHECK (basis = 'head' OR (instrument_number IS NOT NULL AND instrument_date IS NOT NULL AND signed_by IS NOT NULL)));
COMMENT ON TABLE authority IS 'Signing authority (giao ký thay, ủy quyền); window half-open: valid_from <= now < valid_to';
CREATE INDEX authority_school ON authority (school_code);
CREATE UNIQUE INDEX authority_one_head ON authority (school_code, person_id) WHERE basis = 'head' AND revoked_at IS NULL;

CREATE TABLE role_exception (
  id uuid PRIMARY KEY, school_code text NOT NULL REFERENCES school, person_id uuid NOT NULL REFERENCES person,
  instrument_number text NOT NULL, instrument_date date NOT NULL, reason text NOT NULL,
  valid_from timestamptz NOT NULL, valid_to timestamptz NOT NULL, revoked_at timestamptz,
  CHECK (valid_from < valid_to), UNIQUE (school_code, person_id, instrument_number));
COMMENT ON TABLE role_exception IS 'The Sở allows one person to review and approve the same class, dated; the closing report lists it';

CREATE TABLE packet_key (
  id uuid PRIMARY KEY, certificate_id uuid NOT NULL REFERENCES certificate, sealed_key bytea NOT NULL,
  active boolean NOT NULL DEFAULT false, created_at timestamptz NOT NULL DEFAULT now(),
  kho_registration text CHECK (kho_registration IN ('sent', 'approved', 'refused')), kho_message_id uuid, kho_error text);
COMMENT ON COLUMN packet_key.sealed_key IS 'PKCS#8 of the Sở''s packet key, AES-256-GCM under HUB_SECRET_KEY: key id, nonce, tag, bytes';
CREATE UNIQUE INDEX packet_key_one_active ON packet_key ((true)) WHERE active;
`);

export const down = (knex: Knex) => knex.raw(`
DROP TABLE packet_key, role_exception, authority, role_grant, person, school, certificate, office, province;
DROP COLLATION vietnamese;
`);
