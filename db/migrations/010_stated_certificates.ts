import type { Knex } from 'knex';

/** The certificate that the Sở has recorded for a signer or a seal; the signing service's is bound only when it is that one. */
export const up = (knex: Knex) => knex.raw(`
ALTER TABLE person ADD certificate_fingerprint text CHECK (certificate_fingerprint ~ '^[0-9a-f]{64}$');
ALTER TABLE school ADD seal_fingerprint text CHECK (seal_fingerprint ~ '^[0-9a-f]{64}$');
COMMENT ON COLUMN person.certificate_fingerprint IS 'SHA-256 as the units-and-staff workbook states it; null: any certificate that names the person';
COMMENT ON COLUMN school.seal_fingerprint IS 'SHA-256 as the units-and-staff workbook states it; null: any certificate that names the school''s tax code';
`);

export const down = (knex: Knex) => knex.raw('ALTER TABLE person DROP certificate_fingerprint; ALTER TABLE school DROP seal_fingerprint');
