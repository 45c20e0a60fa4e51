import type { Knex } from 'knex';

/** Packets to the Kho, mails, reconciliation. */
export const up = (knex: Knex) => knex.raw(`
CREATE TABLE packet (
  message_id uuid PRIMARY KEY, campaign_id uuid NOT NULL, school_code text NOT NULL,
  state text NOT NULL CHECK (state IN ('cut', 'sending', 'unknown', 'submitted', 'done', 'parked')),
  bytes bytea NOT NULL, sha256 text NOT NULL, raw_bytes integer NOT NULL CHECK (raw_bytes <= 10485760), card_count integer NOT NULL CHECK (card_count > 0),
  fence integer NOT NULL DEFAULT 0, attempts integer NOT NULL DEFAULT 0, response_code text, response_description text,
  cut_at timestamptz NOT NULL DEFAULT now(), sending_at timestamptz, submitted_at timestamptz, done_at timestamptz, retry_at timestamptz,
  FOREIGN KEY (campaign_id, school_code) REFERENCES campaign_school);
ALTER TABLE packet ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX packet_open ON packet (campaign_id, school_code) WHERE state NOT IN ('done');
COMMENT ON COLUMN packet.bytes IS 'The signed transaction, before the content envelope; a resend carries the same bytes';

CREATE TABLE packet_card (
  message_id uuid NOT NULL REFERENCES packet, card_id uuid NOT NULL REFERENCES report_card, position integer NOT NULL,
  verdict text CHECK (verdict IN ('accepted', 'refused')), error text, error_field text, error_description text, verdict_at timestamptz,
  PRIMARY KEY (message_id, card_id));
CREATE INDEX packet_card_card ON packet_card (card_id);

CREATE TABLE circuit (
  name text PRIMARY KEY, failures integer NOT NULL DEFAULT 0, opened_at timestamptz, probe_at timestamptz, last_error text, updated_at timestamptz NOT NULL DEFAULT now());
COMMENT ON TABLE circuit IS 'One per province and outside system: while open, nobody calls before probe_at';

CREATE TABLE reconciliation (
  id uuid PRIMARY KEY, campaign_id uuid NOT NULL REFERENCES campaign, at timestamptz NOT NULL DEFAULT now(),
  packets integer NOT NULL, cards_sent integer NOT NULL, kho_accepted integer NOT NULL, kho_refused integer NOT NULL, differences integer NOT NULL);
CREATE TABLE reconciliation_difference (
  reconciliation_id uuid NOT NULL REFERENCES reconciliation, card_id uuid NOT NULL, ours text NOT NULL, kho text NOT NULL, PRIMARY KEY (reconciliation_id, card_id));

CREATE TABLE mail_outbox (
  id uuid PRIMARY KEY, message_id text NOT NULL UNIQUE, dedupe_key text NOT NULL UNIQUE, person_id uuid REFERENCES person, to_address text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('invitation', 'task', 'reminder', 'escalation', 'notice')), campaign_id uuid, school_code text, task_ids uuid[] NOT NULL DEFAULT '{}',
  model jsonb NOT NULL, sealed_link bytea, created_at timestamptz NOT NULL DEFAULT now(), not_before timestamptz NOT NULL DEFAULT now(),
  sent_at timestamptz, attempts integer NOT NULL DEFAULT 0, last_error text, given_up_at timestamptz);
CREATE INDEX mail_outbox_unsent ON mail_outbox (not_before) WHERE sent_at IS NULL AND given_up_at IS NULL;
COMMENT ON COLUMN mail_outbox.message_id IS 'Fixed per row: a second delivery carries the same Message-ID';
COMMENT ON COLUMN mail_outbox.model IS 'What the template needs: counts, names of school and class, deadline; no pupil names';
COMMENT ON COLUMN mail_outbox.sealed_link IS 'The one-time link''s token, AES-256-GCM under HUB_SECRET_KEY; wiped once sent';
`);

export const down = (knex: Knex) => knex.raw('DROP TABLE mail_outbox, reconciliation_difference, reconciliation, circuit, packet_card, packet');
