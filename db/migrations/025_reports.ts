import type { Knex } from 'knex';

/** Workbooks made in the background: what was asked for (intake), how it goes, and the file in pieces until its link runs out. */
export const up = (knex: Knex) => knex.raw(`
CREATE TABLE report_job (
  id uuid PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('progress', 'held', 'cards')), campaign_id uuid NOT NULL REFERENCES campaign,
  office_code text REFERENCES office, school_code text REFERENCES school, with_names boolean NOT NULL,
  asked_by uuid NOT NULL REFERENCES person, asked_at timestamptz NOT NULL DEFAULT now(), cancelled_at timestamptz,
  CHECK (office_code IS NULL OR school_code IS NULL), CHECK (NOT with_names OR kind <> 'progress'));
CREATE INDEX report_job_person ON report_job (asked_by, asked_at);
COMMENT ON TABLE report_job IS 'Intake: a workbook somebody asked for, of a campaign or of one area or school in it';
COMMENT ON COLUMN report_job.with_names IS 'Whether the asker may see pupils'' names and numbers; judged when asked, and again at each download';

CREATE TABLE report_run (
  job_id uuid PRIMARY KEY REFERENCES report_job ON DELETE CASCADE, state text NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled', 'expired')),
  attempt integer NOT NULL CHECK (attempt > 0), rows_expected integer, rows_written integer NOT NULL DEFAULT 0, as_of timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(), finished_at timestamptz, expires_at timestamptz, bytes bigint, chunks integer, failure text,
  CHECK ((state = 'running') = (finished_at IS NULL)), CHECK ((state = 'failed') = (failure IS NOT NULL)),
  CHECK (state NOT IN ('done', 'expired') OR (bytes IS NOT NULL AND chunks IS NOT NULL AND expires_at IS NOT NULL AND as_of IS NOT NULL AND rows_written = rows_expected)));
CREATE INDEX report_run_open ON report_run (state) WHERE state IN ('running', 'done');
COMMENT ON TABLE report_run IS 'How a workbook goes; no row yet: it waits for its turn';
COMMENT ON COLUMN report_run.attempt IS 'Fencing number: a write by an older attempt touches nothing';

CREATE TABLE report_chunk (
  job_id uuid NOT NULL REFERENCES report_job ON DELETE CASCADE, attempt integer NOT NULL, position integer NOT NULL, bytes bytea NOT NULL, PRIMARY KEY (job_id, attempt, position));
ALTER TABLE report_chunk ALTER bytes SET STORAGE EXTERNAL;
COMMENT ON TABLE report_chunk IS 'A finished workbook in pieces of a megabyte, so that neither writer nor reader holds it whole; deleted when its link runs out';

GRANT SELECT ON report_job, report_run, report_chunk TO hub_api, hub_worker;
GRANT INSERT (id, kind, campaign_id, office_code, school_code, with_names, asked_by), UPDATE (cancelled_at) ON report_job TO hub_api;
GRANT INSERT, UPDATE ON report_run TO hub_worker;
GRANT INSERT, DELETE ON report_chunk TO hub_worker;
`);

export const down = (knex: Knex) => knex.raw('DROP TABLE report_chunk, report_run, report_job');
