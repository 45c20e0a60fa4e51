import type { Knex } from 'knex';

/**
 * Proven time: one time-stamp over a hash tree of finished files, with the certificates and the revocation answers of that time, kept as
 * evidence beside the cards and never inside them.
 */
export const up = (knex: Knex) => knex.raw(`
CREATE TABLE evidence (
  id uuid PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('receipt', 'renewal')), campaign_id uuid, school_code text,
  state text NOT NULL CHECK (state IN ('open', 'stamped', 'settled')), fence integer NOT NULL DEFAULT 0,
  root bytea NOT NULL CHECK (octet_length(root) = 32), leaves integer NOT NULL CHECK (leaves > 0), created_at timestamptz NOT NULL DEFAULT now(),
  token bytea, token_serial text, gen_time timestamptz, stamped_at timestamptz, settled_at timestamptz,
  wait_code text, wait_since timestamptz,
  FOREIGN KEY (campaign_id, school_code) REFERENCES campaign_school,
  CHECK ((kind = 'receipt') = (school_code IS NOT NULL)), CHECK ((school_code IS NULL) = (campaign_id IS NULL)),
  CHECK ((state = 'open') = (token IS NULL)), CHECK ((token IS NULL) = (gen_time IS NULL)), CHECK ((token IS NULL) = (stamped_at IS NULL)),
  CHECK ((state = 'settled') = (settled_at IS NOT NULL)), CHECK ((wait_code IS NULL) = (wait_since IS NULL)), CHECK (state = 'open' OR wait_code IS NULL));
ALTER TABLE evidence ALTER COLUMN token SET STORAGE EXTERNAL;
CREATE INDEX evidence_open ON evidence (campaign_id, school_code) WHERE state = 'open';
CREATE INDEX evidence_unsettled ON evidence (gen_time) WHERE state = 'stamped';
COMMENT ON COLUMN evidence.state IS 'open: files chosen, no token yet; stamped: token and revocation answers are here; settled: answers issued after the token are here too';
COMMENT ON COLUMN evidence.root IS 'Root of the hash tree (RFC 6962 §2.1) over the SHA-256 of the files, in the order of evidence_leaf.position';
COMMENT ON COLUMN evidence.gen_time IS 'The proven time: as the time-stamping authority states it';
COMMENT ON COLUMN evidence.wait_code IS 'Why no token could be had at the last attempt; wait_since is the first of these attempts';

CREATE TABLE evidence_leaf (
  evidence_id uuid NOT NULL REFERENCES evidence, position integer NOT NULL CHECK (position >= 0), sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  card_id uuid REFERENCES report_card, renews_id uuid REFERENCES evidence, PRIMARY KEY (evidence_id, position), CHECK ((card_id IS NULL) <> (renews_id IS NULL)));
CREATE INDEX evidence_leaf_card ON evidence_leaf (card_id) WHERE card_id IS NOT NULL;
CREATE INDEX evidence_leaf_renews ON evidence_leaf (renews_id) WHERE renews_id IS NOT NULL;
COMMENT ON COLUMN evidence_leaf.sha256 IS 'Of a card: of its bytes as sealed; of an older evidence: over its token and all that was collected (formats/evidence/digest.ts)';
COMMENT ON TABLE evidence_leaf IS 'What one token stands for: a finished card, or an older evidence that it renews';

CREATE TABLE evidence_material (
  sha256 text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'), kind text NOT NULL CHECK (kind IN ('certificate', 'crl')), der bytea NOT NULL,
  serial text, issuer text, this_update timestamptz, next_update timestamptz, source text, fetched_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((kind = 'crl') = (this_update IS NOT NULL)), CHECK ((kind = 'certificate') = (serial IS NOT NULL)));
ALTER TABLE evidence_material ALTER COLUMN der SET STORAGE EXTERNAL;
CREATE INDEX evidence_material_serial ON evidence_material (serial) WHERE kind = 'certificate';
CREATE INDEX evidence_material_crl ON evidence_material (source, this_update DESC) WHERE kind = 'crl';
COMMENT ON TABLE evidence_material IS 'Certificates and revocation lists, each once, by the SHA-256 of its DER';
COMMENT ON COLUMN evidence_material.serial IS 'Of a certificate: lower-case hex without leading zeros';
COMMENT ON COLUMN evidence_material.source IS 'The configured address that a list came from; never one found in a document or certificate';

CREATE TABLE evidence_use (
  evidence_id uuid NOT NULL REFERENCES evidence, sha256 text NOT NULL REFERENCES evidence_material, occasion text NOT NULL CHECK (occasion IN ('receipt', 'later')),
  PRIMARY KEY (evidence_id, sha256));
CREATE INDEX evidence_use_material ON evidence_use (sha256);

CREATE TABLE card_signature (
  card_id uuid NOT NULL REFERENCES report_card, role text NOT NULL CHECK (role IN ('subjectTeacher', 'teacher', 'principal', 'seal')), slot text NOT NULL DEFAULT '',
  fingerprint text NOT NULL REFERENCES evidence_material (sha256), signed_at timestamptz NOT NULL, PRIMARY KEY (card_id, role, slot));
CREATE INDEX card_signature_fingerprint ON card_signature (fingerprint);
COMMENT ON TABLE card_signature IS 'Whose certificates stand in a card''s bytes as they are now';
COMMENT ON COLUMN card_signature.slot IS 'The subject''s code, where several of one role sign; empty otherwise';

CREATE TABLE revoked_certificate (
  fingerprint text PRIMARY KEY REFERENCES evidence_material (sha256), revoked_at timestamptz NOT NULL, effective_at timestamptz NOT NULL, reason integer NOT NULL,
  crl_sha256 text NOT NULL REFERENCES evidence_material (sha256), known_at timestamptz NOT NULL DEFAULT now(), CHECK (effective_at <= revoked_at));
COMMENT ON COLUMN revoked_certificate.effective_at IS 'The earlier of revocationDate and invalidityDate: signatures proven before it stay valid';

CREATE TABLE sign_again (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), card_id uuid NOT NULL REFERENCES report_card, evidence_id uuid NOT NULL REFERENCES evidence,
  role text NOT NULL CHECK (role IN ('teacher', 'principal', 'seal')), code text NOT NULL, fingerprint text NOT NULL REFERENCES evidence_material (sha256),
  at timestamptz NOT NULL DEFAULT now(), UNIQUE (card_id, evidence_id));
COMMENT ON TABLE sign_again IS 'Cards the Sở did not receive because a certificate expired or was revoked between signing and receipt; role is who signs again';

INSERT INTO evidence_material (sha256, kind, der, serial)
SELECT fingerprint, 'certificate', der, lower(ltrim(serial, '0')) FROM certificate WHERE fingerprint = encode(sha256(der), 'hex') ON CONFLICT DO NOTHING;
INSERT INTO card_signature (card_id, role, fingerprint, signed_at)
SELECT DISTINCT ON (i.card_id, b.role) i.card_id, b.role, k.fingerprint, coalesce(b.prepared_at, b.created_at)
FROM signature_item i JOIN signature_batch b ON b.id = i.batch_id JOIN certificate k ON k.id = b.certificate_id JOIN evidence_material m ON m.sha256 = k.fingerprint
WHERE i.state = 'attached' ORDER BY i.card_id, b.role, b.attached_at DESC NULLS LAST;

GRANT SELECT ON evidence, evidence_leaf, evidence_material, evidence_use, card_signature, revoked_certificate, sign_again TO hub_api, hub_worker;
GRANT INSERT ON evidence, evidence_leaf, evidence_material, evidence_use, card_signature, revoked_certificate, sign_again TO hub_worker;
GRANT UPDATE ON evidence, card_signature TO hub_worker;
CREATE FUNCTION evidence_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'a time-stamp once stored is never changed';
END $$;
CREATE TRIGGER evidence_kept BEFORE UPDATE ON evidence FOR EACH ROW
  WHEN (OLD.token IS NOT NULL AND (NEW.token IS DISTINCT FROM OLD.token OR NEW.gen_time IS DISTINCT FROM OLD.gen_time) OR NEW.root IS DISTINCT FROM OLD.root)
  EXECUTE FUNCTION evidence_stays();
`);

export const down = (knex: Knex) => knex.raw(`
DROP TABLE sign_again, revoked_certificate, card_signature, evidence_use, evidence_material, evidence_leaf, evidence;
DROP FUNCTION evidence_stays;
`);
