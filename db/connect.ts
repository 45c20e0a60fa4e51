import knex, { type Knex } from 'knex';
import pg from 'pg';

/** A pool or a transaction: every query function takes either, as `fn(db, input)`. */
export type Db = Knex | Knex.Transaction;

// Counts are well under 2^53, and a day stays a day: a Date would move it by the zone's offset.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

// A statement compiled to machine code pays for itself in seconds of work; ours take milliseconds and would take tenths of a second.
const SESSION = '-c timezone=Asia/Ho_Chi_Minh -c jit=off';

/** A connection costs a process of PostgreSQL, and every statement is planned anew in it. */
const IDLE_MS = 300_000;

/**
 * Opens a pool.
 * @param url PostgreSQL address with role and password
 * @param max most connections of this process
 */
export function openDatabase(url: string, max = 8): Knex {
  return knex({ client: 'pg', connection: { connectionString: url, options: SESSION }, pool: { min: 0, max, idleTimeoutMillis: IDLE_MS }, asyncStackTraces: false });
}

/** More texts than this are a fault of the code (values written into SQL); those beyond are planned anew each time. */
const MOST_STATEMENTS = 1_000;
const names = new Map<string, string>();

/**
 * A statement by its text: each connection hands it to PostgreSQL once and asks for it by name from then on, so that it is parsed once
 * and planned a few times instead of each time. Behind a pooler that gives each transaction another connection this needs one that
 * knows prepared statements (PgBouncer 1.21 with `max_prepared_statements`).
 */
function prepared<T>(db: Db, sql: string, bindings: Record<string, unknown>): Knex.Raw<T> {
  let name = names.get(sql);
  if (name === undefined && names.size < MOST_STATEMENTS) names.set(sql, name = `hub${names.size}`);
  return db.raw<T>(sql, bindings as never).options(name === undefined ? {} : { name });
}

/** Rows of one statement; the type is the caller's claim about its own SELECT list. */
export async function rows<T>(db: Db, sql: string, bindings: Record<string, unknown> = {}): Promise<T[]> {
  return (await prepared<{ rows: T[] }>(db, sql, bindings)).rows;
}

/** The first row, or undefined. */
export async function row<T>(db: Db, sql: string, bindings: Record<string, unknown> = {}): Promise<T | undefined> {
  return (await rows<T>(db, sql, bindings))[0];
}

/** SQLSTATE of a value out of its form (class 22) or a broken constraint (class 23); null for every other fault. */
export function dataFault(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return /^2[23]...$/.test(code) ? code : null;
}

/** How many rows a statement touched; a transition that touches none has already happened. */
export async function touched(db: Db, sql: string, bindings: Record<string, unknown> = {}): Promise<number> {
  return (await prepared<{ rowCount: number | null }>(db, sql, bindings)).rowCount ?? 0;
}
