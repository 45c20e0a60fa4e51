import type { Knex } from 'knex';
import type { ProposedCertificate, TrustSourceKind } from '../../domain/trust.js';
import { writeAudit } from '../audit.js';
import { row, rows, touched } from '../connect.js';

export type InstallationTrust = { certificates: readonly ProposedCertificate[]; sources: readonly { authority: string; kind: TrustSourceKind; address: string }[] };

/**
 * The settings of the installation are the first content of the tables, and never again: afterwards two administrators change it.
 * @param follow the sandbox, whose services and addresses may be others at each start: what came from the settings is brought in line with them
 * @returns how many rows were made or ended
 */
export async function installTrust(knex: Knex, { certificates, sources }: InstallationTrust, follow: boolean): Promise<number> {
  return knex.transaction(async (trx) => {
    // Every process does this when it first needs trust.
    await trx.raw(`SELECT pg_advisory_xact_lock(hashtextextended('installation trust', 2))`);
    const some = await row(trx, 'SELECT 1 FROM trust_anchor UNION ALL SELECT 1 FROM trust_source LIMIT 1');
    if (some !== undefined && !follow) return 0;
    const given = { certificates: JSON.stringify(certificates), sources: JSON.stringify(sources) };
    const changed = await touched(trx, `
      UPDATE trust_anchor SET trusted_to = now() WHERE trusted_to IS NULL AND added_by IS NULL
        AND fingerprint NOT IN (SELECT encode(sha256(decode(c ->> 'der', 'base64')), 'hex') FROM jsonb_array_elements(:certificates) c)`, given)
      + await touched(trx, `
      INSERT INTO trust_anchor (authority, der, fingerprint, subject, not_before, not_after, self_signed, uses, weak)
      SELECT c.authority, decode(c.der, 'base64'), encode(sha256(decode(c.der, 'base64')), 'hex'), c.subject, c."notBefore", c."notAfter", c."selfSigned", c.uses, c.weak
      FROM jsonb_to_recordset(:certificates) AS c(authority text, der text, subject text, "notBefore" timestamptz, "notAfter" timestamptz, "selfSigned" boolean, uses text[], weak boolean)
      ON CONFLICT (fingerprint) WHERE trusted_to IS NULL DO NOTHING`, given)
      + await touched(trx, `
      UPDATE trust_source SET used_to = now() WHERE used_to IS NULL AND added_by IS NULL
        AND (kind, address) NOT IN (SELECT s ->> 'kind', s ->> 'address' FROM jsonb_array_elements(:sources) s)`, given)
      + await touched(trx, `
      INSERT INTO trust_source (authority, kind, address) SELECT s.authority, s.kind, s.address FROM jsonb_to_recordset(:sources) AS s(authority text, kind text, address text)
      ON CONFLICT (kind, address) WHERE used_to IS NULL DO NOTHING`, given);
    if (changed > 0) {
      const fingerprints = (await rows<{ fingerprint: string }>(trx, 'SELECT fingerprint FROM trust_anchor WHERE trusted_to IS NULL AND added_by IS NULL ORDER BY 1')).map(({ fingerprint }) => fingerprint);
      await writeAudit(trx, [{ actorId: null, act: 'install_trust', subjectKind: 'directory', subjectId: 'trust', detail: { fingerprints, addresses: sources.map(({ address }) => address) } }]);
    }
    return changed;
  });
}
