import fs from 'node:fs';
import path from 'node:path';

/** What PostgreSQL's time went to, dearest first; for looking into a bench. */
export async function writeStatements(ownerUrl, folder) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    const { rows } = await client.query(`SELECT round(total_exec_time)::float AS ms, calls::int, round((total_exec_time / calls)::numeric, 2)::float AS each, rows::int, shared_blks_hit::float AS hit, query FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT 150`);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'statements.json'), JSON.stringify(rows, null, 1));
  } finally {
    await client.end();
  }
}
