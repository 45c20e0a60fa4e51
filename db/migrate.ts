import type { Knex } from 'knex';
import { openDatabase, row } from './connect.js';
import * as directory from './migrations/001_directory.js';
import * as campaign from './migrations/002_campaign.js';
import * as work from './migrations/003_work.js';
import * as outside from './migrations/004_outside.js';
import * as access from './migrations/005_access.js';
import * as progress from './migrations/006_progress.js';
import * as grants from './migrations/007_grants.js';
import * as deadlines from './migrations/008_deadlines.js';
import * as narrowGrants from './migrations/009_narrow_grants.js';
import * as statedCertificates from './migrations/010_stated_certificates.js';
import * as puttingOut from './migrations/011_putting_out.js';
import * as evidence from './migrations/012_evidence.js';
import * as trust from './migrations/013_trust.js';
import * as ocsp from './migrations/018_ocsp.js';
import * as notices from './migrations/015_notices.js';
import * as turns from './migrations/016_turns.js';
import * as counters from './migrations/017_counters.js';
import * as shareLinks from './migrations/014_share_links.js';
import * as publicTries from './migrations/019_public_tries.js';
import * as vendorCards from './migrations/020_vendor_cards.js';
import * as packetKeyByTwo from './migrations/021_packet_key_by_two.js';
import * as sealKeys from './migrations/022_seal_keys.js';
import * as cardInShort from './migrations/024_card_in_short.js';
import * as reports from './migrations/025_reports.js';
import * as pageIndexes from './migrations/026_page_indexes.js';
import * as itemClass from './migrations/027_item_class.js';
import * as reassessed from './migrations/028_reassessed.js';
import * as schoolAreas from './migrations/029_school_areas.js';
import * as growth from './migrations/030_growth.js';
import * as cardVersions from './migrations/031_card_versions.js';
import * as arrivals from './migrations/032_arrivals.js';

const MIGRATIONS = {
  '001_directory': directory, '002_campaign': campaign, '003_work': work, '004_outside': outside, '005_access': access,
  '006_progress': progress, '007_grants': grants, '008_deadlines': deadlines, '009_narrow_grants': narrowGrants,
  '010_stated_certificates': statedCertificates, '011_putting_out': puttingOut, '012_evidence': evidence, '013_trust': trust, '014_share_links': shareLinks, '015_notices': notices, '018_ocsp': ocsp,
  '016_turns': turns, '017_counters': counters,
  '019_public_tries': publicTries, '020_vendor_cards': vendorCards, '021_packet_key_by_two': packetKeyByTwo, '022_seal_keys': sealKeys,
  '024_card_in_short': cardInShort, '025_reports': reports, '026_page_indexes': pageIndexes, '027_item_class': itemClass, '028_reassessed': reassessed, '029_school_areas': schoolAreas, '030_growth': growth,
  '031_card_versions': cardVersions, '032_arrivals': arrivals,
} as const satisfies Record<string, { up: (knex: Knex) => Knex.Raw; down: (knex: Knex) => Knex.Raw }>;
type Name = keyof typeof MIGRATIONS;

const source: Knex.MigrationSource<Name> = {
  getMigrations: () => Promise.resolve(Object.keys(MIGRATIONS) as Name[]),
  getMigrationName: (name) => name,
  getMigration: (name) => {
    const { up, down } = MIGRATIONS[name];
    return Promise.resolve({ up: async (knex: Knex) => { await up(knex); }, down: async (knex: Knex) => { await down(knex); } });
  },
};
/** `RETURNING old.state` (decision 031). */
const LEAST_VERSION = 18;
const config: Knex.MigratorConfig = { migrationSource: source, tableName: 'migration' };

/**
 * Brings the database at `url` (the owner's address) to the newest version; returns the names applied now. Two at once take turns by a
 * lock that dies with its session: knex's own lock is a row that a killed process leaves behind, and would stop every later start.
 */
export async function migrate(url: string): Promise<string[]> {
  const knex = openDatabase(url, 4);
  try {
    return await knex.transaction(async (alone) => {
      await alone.raw(`SELECT pg_advisory_xact_lock(hashtextextended('migrate', 0))`);
      const version = await row<{ number: number; name: string }>(alone, `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name`);
      if (version!.number < LEAST_VERSION * 10_000) throw new Error(`PostgreSQL ${version!.name} is too old; the hub needs ${LEAST_VERSION} or newer`);
      await knex.migrate.forceFreeMigrationsLock(config);
      const [, applied] = (await knex.migrate.latest(config)) as [number, string[]];
      return applied;
    });
  } finally {
    await knex.destroy();
  }
}

/** Undoes every migration; for the test that proves that `down` works. */
export async function rollbackAll(url: string): Promise<void> {
  const knex = openDatabase(url, 2);
  try {
    await knex.migrate.rollback(config, true);
  } finally {
    await knex.destroy();
  }
}

/** Names of migrations not yet applied at `url`. */
export async function pendingMigrations(url: string): Promise<string[]> {
  const knex = openDatabase(url, 2);
  try {
    const [, pending] = (await knex.migrate.list(config)) as [unknown[], Name[]];
    return pending;
  } finally {
    await knex.destroy();
  }
}

/** Gives the two logins their passwords. Names are fixed, passwords come from the environment. */
export async function setLogins(url: string, passwords: { api: string; worker: string }): Promise<void> {
  const knex = openDatabase(url, 1);
  try {
    for (const [role, password] of [['hub_api', passwords.api], ['hub_worker', passwords.worker]] as const) {
      // ALTER ROLE takes no bind parameters; format(%L) quotes the literal inside PostgreSQL.
      const { rows } = await knex.raw<{ rows: { statement: string }[] }>(`SELECT format('ALTER ROLE ${role} LOGIN PASSWORD %L', ?::text) AS statement`, [password]);
      await knex.raw(rows[0]!.statement.replaceAll('?', '\\?'));
    }
  } finally {
    await knex.destroy();
  }
}
