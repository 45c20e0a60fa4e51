import type { Knex } from 'knex';

/**
 * A school's seal may be kept by the hub as a soft certificate (design §2). The web side takes the key in, sealed, and cannot read it
 * back; only what workers carry out makes it the one that signs, and ending it deletes the key in the same row.
 */
export const up = (knex: Knex) => knex.raw(`
CREATE TABLE seal_key (
  id uuid PRIMARY KEY, school_code text NOT NULL REFERENCES school, certificate_id uuid NOT NULL REFERENCES certificate,
  sealed_key bytea, given_by uuid NOT NULL REFERENCES person, given_at timestamptz NOT NULL DEFAULT now(),
  used_from timestamptz, ended_at timestamptz, ended_by uuid REFERENCES person,
  CHECK ((sealed_key IS NULL) = (ended_at IS NOT NULL)), CHECK ((ended_at IS NULL) = (ended_by IS NULL)), CHECK (ended_at IS NULL OR used_from IS NOT NULL));
COMMENT ON TABLE seal_key IS 'Soft certificates of schools'' seals that were given to the hub; the row stays when the key is gone';
COMMENT ON COLUMN seal_key.sealed_key IS 'PKCS#8, AES-256-GCM under a key derived from HUB_SECRET_KEY and this row''s id; null once it was withdrawn or replaced';
COMMENT ON COLUMN seal_key.used_from IS 'Null until the giver''s decision is carried out; a refused one leaves no row';
CREATE UNIQUE INDEX seal_key_one_in_use ON seal_key (school_code) WHERE used_from IS NOT NULL AND ended_at IS NULL;

GRANT SELECT (id, school_code, certificate_id, given_by, given_at, used_from, ended_at, ended_by) ON seal_key TO hub_api;
GRANT INSERT (id, school_code, certificate_id, sealed_key, given_by) ON seal_key TO hub_api;
GRANT SELECT, DELETE, UPDATE (sealed_key, used_from, ended_at, ended_by) ON seal_key TO hub_worker;

CREATE VIEW school_seal AS
  SELECT s.code AS school_code, coalesce(k.certificate_id, s.seal_certificate_id) AS certificate_id, k.id AS key_id, CASE WHEN k.id IS NULL THEN s.seal_account END AS account
  FROM school s LEFT JOIN certificate bound ON bound.id = s.seal_certificate_id
  LEFT JOIN (SELECT k.id, k.school_code, k.certificate_id, c.fingerprint FROM seal_key k JOIN certificate c ON c.id = k.certificate_id WHERE k.used_from IS NOT NULL AND k.ended_at IS NULL) k
    ON k.school_code = s.code AND k.fingerprint = coalesce(s.seal_fingerprint, bound.fingerprint)
  WHERE k.id IS NOT NULL OR (s.seal_account IS NOT NULL AND s.seal_certificate_id IS NOT NULL);
COMMENT ON VIEW school_seal IS 'With what a school seals now: the key it gave to the hub while the Sở approves its certificate, else its account at the signing service; no row when it cannot';
GRANT SELECT ON school_seal TO hub_api, hub_worker;

ALTER TABLE signature_batch ALTER account DROP NOT NULL, ADD seal_key_id uuid REFERENCES seal_key,
  ADD CONSTRAINT signature_batch_signer_check CHECK ((account IS NULL) = (seal_key_id IS NOT NULL) AND (seal_key_id IS NULL OR role = 'seal'));
COMMENT ON COLUMN signature_batch.account IS 'At the signing service; null when the hub signs with the school''s own key';
COMMENT ON COLUMN signature_batch.seal_key_id IS 'The school''s key with which the hub signs this batch';
`);

/** A batch that was sealed by a kept key keeps a word of where its account would stand. */
export const down = (knex: Knex) => knex.raw(`
ALTER TABLE signature_batch DROP CONSTRAINT signature_batch_signer_check;
UPDATE signature_batch SET account = 'hub' WHERE account IS NULL;
ALTER TABLE signature_batch DROP seal_key_id, ALTER account SET NOT NULL;
COMMENT ON COLUMN signature_batch.account IS NULL;
DROP VIEW school_seal;
DROP TABLE seal_key;
`);
