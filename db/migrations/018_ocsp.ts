import type { Knex } from 'knex';

/**
 * Answers of OCSP responders are evidence like lists; evidence that waits for one authority alone is chosen anew, so that the cards of the
 * others go on.
 */
export const up = (knex: Knex) => knex.raw(`
ALTER TABLE evidence_material DROP CONSTRAINT evidence_material_kind_check, DROP CONSTRAINT evidence_material_check,
  ADD CONSTRAINT evidence_material_kind_check CHECK (kind IN ('certificate', 'crl', 'ocsp')),
  ADD CONSTRAINT evidence_material_check CHECK ((kind IN ('crl', 'ocsp')) = (this_update IS NOT NULL)),
  ADD CONSTRAINT evidence_material_ends CHECK (kind <> 'crl' OR next_update IS NOT NULL);
COMMENT ON TABLE evidence_material IS 'Certificates, revocation lists and answers of OCSP responders, each once, by the SHA-256 of its DER';
COMMENT ON COLUMN evidence_material.source IS 'The configured address that a list or an answer came from; never one found in a document or certificate';
COMMENT ON COLUMN evidence_material.next_update IS 'Null: an answer of a responder that says newer ones are to be had at any time';
COMMENT ON COLUMN revoked_certificate.crl_sha256 IS 'The list, or the answer of a responder, that says so';

ALTER TABLE evidence DROP CONSTRAINT evidence_state_check, DROP CONSTRAINT evidence_check2,
  ADD CONSTRAINT evidence_state_check CHECK (state IN ('open', 'withdrawn', 'stamped', 'settled')),
  ADD CONSTRAINT evidence_check2 CHECK ((state IN ('open', 'withdrawn')) = (token IS NULL));
COMMENT ON COLUMN evidence.state IS 'open: files chosen, no token yet; withdrawn: never stamped, its files were chosen anew in smaller lots; stamped: token and revocation answers are here; settled: answers issued after the token are here too';
CREATE FUNCTION evidence_withdrawn_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'evidence once withdrawn is never used again';
END $$;
CREATE TRIGGER evidence_withdrawn BEFORE UPDATE ON evidence FOR EACH ROW WHEN (OLD.state = 'withdrawn') EXECUTE FUNCTION evidence_withdrawn_stays();
`);

/** What only this version knows must be gone first: evidence is never thrown away. */
export const down = (knex: Knex) => knex.raw(`
DROP TRIGGER evidence_withdrawn ON evidence;
DROP FUNCTION evidence_withdrawn_stays;
ALTER TABLE evidence DROP CONSTRAINT evidence_state_check, DROP CONSTRAINT evidence_check2,
  ADD CONSTRAINT evidence_state_check CHECK (state IN ('open', 'stamped', 'settled')), ADD CONSTRAINT evidence_check2 CHECK ((state = 'open') = (token IS NULL));
ALTER TABLE evidence_material DROP CONSTRAINT evidence_material_ends, DROP CONSTRAINT evidence_material_kind_check, DROP CONSTRAINT evidence_material_check,
  ADD CONSTRAINT evidence_material_kind_check CHECK (kind IN ('certificate', 'crl')), ADD CONSTRAINT evidence_material_check CHECK ((kind = 'crl') = (this_update IS NOT NULL));
COMMENT ON TABLE evidence_material IS 'Certificates and revocation lists, each once, by the SHA-256 of its DER';
COMMENT ON COLUMN evidence_material.source IS 'The configured address that a list came from; never one found in a document or certificate';
COMMENT ON COLUMN evidence_material.next_update IS NULL;
COMMENT ON COLUMN revoked_certificate.crl_sha256 IS NULL;
COMMENT ON COLUMN evidence.state IS 'open: files chosen, no token yet; stamped: token and revocation answers are here; settled: answers issued after the token are here too';
`);
