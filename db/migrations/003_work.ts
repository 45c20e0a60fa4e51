import type { Knex } from 'knex';

/** What people are asked to do, what they decided, what they uploaded, and the signatures they gave. */
export const up = (knex: Knex) => knex.raw(`
CREATE TABLE task (
  id uuid PRIMARY KEY, campaign_id uuid NOT NULL REFERENCES campaign, school_code text NOT NULL, class_id uuid REFERENCES class,
  kind text NOT NULL CHECK (kind IN ('collect', 'review', 'approve', 'seal', 'correct')),
  state text NOT NULL CHECK (state IN ('open', 'done', 'cancelled')), version integer NOT NULL DEFAULT 1,
  assignee_id uuid REFERENCES person, authority_id uuid REFERENCES authority, exception_id uuid REFERENCES role_exception, blocked_code text,
  opened_at timestamptz NOT NULL, due_at timestamptz NOT NULL, done_at timestamptz,
  reminders integer NOT NULL DEFAULT 0, reminded_at timestamptz, escalated_at timestamptz,
  CHECK ((kind = 'collect') = (class_id IS NULL)), CHECK (assignee_id IS NOT NULL OR blocked_code IS NOT NULL));
CREATE UNIQUE INDEX task_open_class ON task (class_id, kind) WHERE state = 'open' AND class_id IS NOT NULL;
CREATE UNIQUE INDEX task_open_school ON task (campaign_id, school_code, kind) WHERE state = 'open' AND class_id IS NULL;
CREATE INDEX task_assignee ON task (assignee_id) WHERE state = 'open';
CREATE INDEX task_due ON task (campaign_id, school_code, due_at) WHERE state = 'open';
COMMENT ON COLUMN task.version IS 'Grows when what the task shows changes, so that nobody decides on a page that is out of date';

CREATE TABLE decision (
  id uuid PRIMARY KEY, act text NOT NULL, actor_id uuid NOT NULL REFERENCES person, province_code text NOT NULL REFERENCES province,
  campaign_id uuid, school_code text, payload jsonb NOT NULL, workflow_id text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(),
  outcome text CHECK (outcome IN ('done', 'refused')), outcome_code text, outcome_at timestamptz,
  CHECK ((outcome IS NULL) = (outcome_at IS NULL)));
CREATE INDEX decision_open ON decision (workflow_id, created_at) WHERE outcome IS NULL;
COMMENT ON COLUMN decision.id IS 'The id the form was rendered with: pressing twice is one decision; also the Temporal updateId';
COMMENT ON COLUMN decision.campaign_id IS 'No foreign key: create_campaign is decided before its campaign exists';

CREATE TABLE decision_task (
  task_id uuid NOT NULL REFERENCES task, task_version integer NOT NULL, decision_id uuid NOT NULL REFERENCES decision, PRIMARY KEY (task_id, task_version));
COMMENT ON TABLE decision_task IS 'One decision per task and version; a refused decision bumps the version';

CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, decision_id uuid REFERENCES decision, workflow_id text NOT NULL, wake_code text,
  created_at timestamptz NOT NULL DEFAULT now(), sent_at timestamptz, attempts integer NOT NULL DEFAULT 0,
  CHECK ((decision_id IS NULL) <> (wake_code IS NULL)));
CREATE INDEX outbox_unsent ON outbox (created_at) WHERE sent_at IS NULL;
COMMENT ON TABLE outbox IS 'What a workflow must still be told: a decision, or a bare wake';

CREATE TABLE upload (
  id uuid PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('units', 'expected', 'roster')), format text NOT NULL CHECK (format IN ('xlsx', 'json')),
  campaign_id uuid, school_code text, uploaded_by uuid NOT NULL REFERENCES person,
  file_name text NOT NULL, bytes bytea NOT NULL, sha256 text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
COMMENT ON TABLE upload IS 'Intake: files as received, kept as evidence';

CREATE TABLE upload_reading (
  upload_id uuid PRIMARY KEY REFERENCES upload, state text NOT NULL CHECK (state IN ('queued', 'refused', 'read', 'waiting', 'applied', 'discarded')),
  refusal_code text, refusal_message text, annotated bytea, error_count integer NOT NULL DEFAULT 0, warning_count integer NOT NULL DEFAULT 0,
  summary jsonb, fence integer NOT NULL DEFAULT 0, read_at timestamptz, applied_at timestamptz);
COMMENT ON COLUMN upload_reading.state IS 'queued → refused | read (nothing more to do) | waiting (differences to confirm) → applied | discarded';

CREATE TABLE upload_class (
  upload_id uuid NOT NULL REFERENCES upload, class_id uuid NOT NULL REFERENCES class,
  outcome text NOT NULL CHECK (outcome IN ('accepted', 'errors', 'differs', 'reviewed', 'unchanged')),
  class_version integer NOT NULL, pupils integer NOT NULL, errors integer NOT NULL, records jsonb, differences jsonb, PRIMARY KEY (upload_id, class_id));
COMMENT ON COLUMN upload_class.outcome IS 'accepted: drafted at once; differs: shown first; reviewed: refused, the teacher has signed';

CREATE TABLE upload_fault (
  upload_id uuid NOT NULL REFERENCES upload, seq integer NOT NULL, sheet text NOT NULL, cell text NOT NULL, header text, class_name text, pupil_code text,
  rule text NOT NULL, message text NOT NULL, severity text NOT NULL CHECK (severity IN ('error', 'warning')), PRIMARY KEY (upload_id, seq));

CREATE TABLE signature_batch (
  id uuid PRIMARY KEY, campaign_id uuid NOT NULL, school_code text NOT NULL, role text NOT NULL CHECK (role IN ('teacher', 'principal', 'seal')),
  person_id uuid NOT NULL REFERENCES person, authority_id uuid REFERENCES authority, exception_id uuid REFERENCES role_exception, decision_id uuid NOT NULL REFERENCES decision,
  account text NOT NULL, certificate_id uuid NOT NULL REFERENCES certificate,
  state text NOT NULL CHECK (state IN ('new', 'prepared', 'requested', 'collected', 'attached', 'declined', 'expired', 'failed')),
  fence integer NOT NULL DEFAULT 0, failure_code text, created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL,
  prepared_at timestamptz, requested_at timestamptz, collected_at timestamptz, attached_at timestamptz, poll_at timestamptz, notified_at timestamptz,
  FOREIGN KEY (campaign_id, school_code) REFERENCES campaign_school);
CREATE INDEX signature_batch_open ON signature_batch (campaign_id, school_code) WHERE state IN ('new', 'prepared', 'requested', 'collected');
COMMENT ON COLUMN signature_batch.fence IS 'Grows with every attempt; a write by an older attempt touches nothing';

CREATE TABLE signature_item (
  batch_id uuid NOT NULL REFERENCES signature_batch, card_id uuid NOT NULL REFERENCES report_card, block bytea, digest bytea, signature bytea,
  state text NOT NULL CHECK (state IN ('new', 'prepared', 'collected', 'attached', 'dropped')), failure_code text, PRIMARY KEY (batch_id, card_id));
CREATE INDEX signature_item_card ON signature_item (card_id);

CREATE TABLE signature_notice (
  batch_id uuid NOT NULL REFERENCES signature_batch, service_state text NOT NULL, received_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (batch_id, service_state));
COMMENT ON TABLE signature_notice IS 'Intake: the signing service says that a request changed; only a wake, never believed as a signature';
`);

export const down = (knex: Knex) => knex.raw(`
DROP TABLE signature_notice, signature_item, signature_batch, upload_fault, upload_class, upload_reading, upload, outbox, decision_task, decision, task;
`);
