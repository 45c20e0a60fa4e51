import type { Knex } from 'knex';

/** A campaign, its frozen list, and the report cards. */
export const up = (knex: Knex) => knex.raw(`
CREATE TABLE campaign (
  id uuid PRIMARY KEY, province_code text NOT NULL REFERENCES province, school_year text NOT NULL CHECK (school_year ~ '^[0-9]{4}-[0-9]{4}$'),
  level text NOT NULL CHECK (level = 'primary'), cycle text NOT NULL CHECK (cycle IN ('main', 'summer', 'rehearsal')),
  state text NOT NULL CHECK (state IN ('draft', 'running', 'ended', 'cancelled')),
  policy jsonb NOT NULL, collect_due timestamptz NOT NULL, review_due timestamptz NOT NULL, approve_due timestamptz NOT NULL, seal_due timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(), launched_at timestamptz, ended_at timestamptz, end_reason text,
  reconcile_asked_at timestamptz, reconciled_at timestamptz,
  UNIQUE (province_code, school_year, level, cycle),
  CHECK (collect_due <= review_due AND review_due <= approve_due AND approve_due <= seal_due));

CREATE TABLE campaign_school (
  campaign_id uuid NOT NULL REFERENCES campaign, school_code text NOT NULL REFERENCES school, office_code text NOT NULL REFERENCES office,
  state text NOT NULL CHECK (state IN ('open', 'closed', 'cancelled')), exempt_reason text, exempt_until date,
  started_at timestamptz, closed_at timestamptz, advanced_at timestamptz, next_wake_at timestamptz,
  PRIMARY KEY (campaign_id, school_code));
COMMENT ON COLUMN campaign_school.office_code IS 'The area as frozen at launch';
CREATE INDEX campaign_school_open ON campaign_school (campaign_id) WHERE state = 'open';

CREATE TABLE deadline_extension (
  campaign_id uuid NOT NULL, school_code text NOT NULL, stage text NOT NULL CHECK (stage IN ('collect', 'review', 'approve', 'seal')),
  due_at timestamptz NOT NULL, reason text NOT NULL, decision_id uuid NOT NULL, created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (campaign_id, school_code, stage, decision_id), FOREIGN KEY (campaign_id, school_code) REFERENCES campaign_school);

CREATE TABLE class (
  id uuid PRIMARY KEY, campaign_id uuid NOT NULL REFERENCES campaign, school_code text NOT NULL REFERENCES school,
  name text NOT NULL COLLATE vietnamese, grade smallint NOT NULL CHECK (grade BETWEEN 1 AND 5), homeroom_person_id uuid REFERENCES person,
  collect_state text NOT NULL DEFAULT 'missing' CHECK (collect_state IN ('missing', 'accepted', 'returned')),
  collected_at timestamptz, version integer NOT NULL DEFAULT 1, UNIQUE (campaign_id, school_code, name));
COMMENT ON COLUMN class.collect_state IS 'missing: no data yet; accepted: data without errors; returned: the teacher reported wrong rows';

CREATE TABLE class_return (
  id uuid PRIMARY KEY, class_id uuid NOT NULL REFERENCES class, from_stage text NOT NULL CHECK (from_stage IN ('review', 'approve')),
  reason text NOT NULL, returned_by uuid REFERENCES person, returned_at timestamptz NOT NULL DEFAULT now(), resolved_at timestamptz);
CREATE INDEX class_return_open ON class_return (class_id) WHERE resolved_at IS NULL;
COMMENT ON TABLE class_return IS 'A class goes back one step with a reason (trả lại); returned_by null: the hub itself, because the signer changed';

CREATE TABLE expected_pupil (
  id uuid PRIMARY KEY, campaign_id uuid NOT NULL REFERENCES campaign, class_id uuid NOT NULL REFERENCES class, school_code text NOT NULL REFERENCES school,
  pupil_code text NOT NULL, full_name text NOT NULL COLLATE vietnamese, birth_date date NOT NULL, sex text NOT NULL CHECK (sex IN ('male', 'female')),
  ethnicity text NOT NULL, nationality text NOT NULL, personal_number text,
  status text NOT NULL CHECK (status IN ('expected', 'held', 'exempt', 'excluded')), reason text, reason_note text, status_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (campaign_id, pupil_code), CHECK ((status = 'expected') = (reason IS NULL)));
COMMENT ON TABLE expected_pupil IS 'The frozen denominator; only excluded (a movement with evidence) leaves it';
CREATE INDEX expected_pupil_class ON expected_pupil (class_id);
CREATE INDEX expected_pupil_school ON expected_pupil (campaign_id, school_code);
CREATE INDEX expected_pupil_number ON expected_pupil (personal_number);

CREATE TABLE report_card (
  id uuid PRIMARY KEY, campaign_id uuid NOT NULL REFERENCES campaign, expected_pupil_id uuid NOT NULL REFERENCES expected_pupil,
  class_id uuid NOT NULL REFERENCES class, school_code text NOT NULL, version smallint NOT NULL DEFAULT 1, replaces_id uuid REFERENCES report_card,
  state text NOT NULL CHECK (state IN ('drafted', 'teacher_signed', 'principal_signed', 'sealed', 'received', 'packed', 'sending',
    'submitted', 'accepted', 'refused', 'unknown', 'recalled', 'superseded')),
  state_at timestamptz NOT NULL DEFAULT now(), record jsonb NOT NULL, context jsonb,
  document bytea, document_sha256 text, approver_person_id uuid REFERENCES person, batch_id uuid,
  teacher_signed_at timestamptz, principal_signed_at timestamptz, sealed_at timestamptz, received_at timestamptz, accepted_at timestamptz,
  kho_error text, kho_error_field text, kho_error_description text,
  UNIQUE (expected_pupil_id, version), CHECK (state IN ('drafted', 'superseded') OR document IS NOT NULL));
ALTER TABLE report_card ALTER COLUMN document SET STORAGE EXTERNAL;
COMMENT ON COLUMN report_card.id IS 'MA_TRA_CUU_UUID; a replacement has a new one';
COMMENT ON COLUMN report_card.context IS 'CardContext as written into the document, set when the teacher''s signature is prepared';
COMMENT ON COLUMN report_card.document IS 'The card''s bytes as signed so far, canonical; never re-serialised';
COMMENT ON COLUMN report_card.batch_id IS 'The signature batch that holds the card now';
CREATE UNIQUE INDEX report_card_live ON report_card (expected_pupil_id) WHERE state NOT IN ('superseded', 'recalled');
CREATE INDEX report_card_class ON report_card (class_id, state);
CREATE INDEX report_card_school ON report_card (campaign_id, school_code, state);
CREATE INDEX report_card_batch ON report_card (batch_id) WHERE batch_id IS NOT NULL;
`);

export const down = (knex: Knex) => knex.raw('DROP TABLE report_card, expected_pupil, class_return, class, deadline_extension, campaign_school, campaign');
