import type { Knex } from 'knex';

/** Cards that other vendors' software made and signed: handed in as files, stored as received, with what is needed to verify them again. */
export const up = (knex: Knex) => knex.raw(`
ALTER TABLE report_card ADD vendor jsonb, ADD CONSTRAINT report_card_vendor_check CHECK (vendor IS NULL OR
  (vendor ->> 'profile' IS NOT NULL AND jsonb_typeof(vendor -> 'context') = 'object' AND document IS NOT NULL AND state NOT IN ('drafted', 'teacher_signed', 'principal_signed')));
COMMENT ON COLUMN report_card.vendor IS 'Null: written by this hub. Else the profile and the namespaces (prefix to address) in which the signatures verified, as packets reproduce them';

ALTER TABLE upload DROP CONSTRAINT upload_format_check, ADD CONSTRAINT upload_format_check CHECK (format IN ('xlsx', 'json', 'xml'));

CREATE TABLE card_intermediate (
  card_id uuid NOT NULL REFERENCES report_card, fingerprint text NOT NULL REFERENCES evidence_material (sha256), PRIMARY KEY (card_id, fingerprint));
COMMENT ON TABLE card_intermediate IS 'Certificates that came in a card beside its signers'': they may lie between a signer and an authority, and prove nothing by themselves';
GRANT SELECT ON card_intermediate TO hub_api, hub_worker;
GRANT INSERT ON card_intermediate TO hub_worker;
`);

export const down = (knex: Knex) => knex.raw(`
DROP TABLE card_intermediate;
DELETE FROM upload_fault f USING upload u WHERE u.id = f.upload_id AND u.format = 'xml';
DELETE FROM upload_class c USING upload u WHERE u.id = c.upload_id AND u.format = 'xml';
DELETE FROM upload_reading r USING upload u WHERE u.id = r.upload_id AND u.format = 'xml';
DELETE FROM upload WHERE format = 'xml';
ALTER TABLE upload DROP CONSTRAINT upload_format_check, ADD CONSTRAINT upload_format_check CHECK (format IN ('xlsx', 'json'));
ALTER TABLE report_card DROP CONSTRAINT report_card_vendor_check, DROP vendor;
`);
