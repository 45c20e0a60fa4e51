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
/** Of texts put together by what a reader asks for: some thousand, of which a few are asked for again and again. They may not use up the others' names. */
const MOST_VARIED = 200;
let varied = 0;
type Statement = { name?: string; label: string; text: string; bindings: readonly string[] };
const statements = new Map<string, Statement>();

/**
 * A statement by its text: each connection hands it to PostgreSQL once and asks for it by name from then on, so that it is parsed once
 * and planned a few times instead of each time. Behind a pooler that gives each transaction another connection this needs one that
 * knows prepared statements (PgBouncer 1.21 with `max_prepared_statements`).
 *
 * knex gives the connection, of a pool or a transaction; the text goes past its builder, which would read it anew each time and send
 * bytes as often as their name stands there. An error names the statement by its beginning, and no value.
 */
function prepared<T>(db: Db, sql: string, values: Record<string, unknown>, isVaried = false): Knex.Raw<T> {
  let known = statements.get(sql);
  if (known === undefined) {
    known = numbered(sql, values);
    if (statements.size < MOST_STATEMENTS && (!isVaried || varied < MOST_VARIED)) statements.set(sql, known = { ...known, name: `hub${statements.size}` });
    if (isVaried) varied += 1;
  }
  const { name, label, text, bindings } = known;
  const missing = bindings.find((binding) => !Object.hasOwn(values, binding));
  if (missing !== undefined) throw new Error(`a statement that begins with "${label}" is given no :${missing}`);
  return db.raw<T>(label).options({ ...(name === undefined ? {} : { name }), text, values: bindings.map((binding) => values[binding]) });
}

/**
 * `:name` becomes `$n`; what is no binding (a cast, a time in a text) stays. Bytes are sent once however often their name stands there;
 * other values each time, since PostgreSQL gives a `$n` one type and a name may be a uuid here and a text there.
 */
function numbered(sql: string, values: Record<string, unknown>): Statement {
  const bindings: string[] = [];
  const text = sql.replace(/(?<![:\w]):(\w+)/g, (whole, name: string) => {
    if (!Object.hasOwn(values, name)) return whole;
    const sent = Buffer.isBuffer(values[name]) ? bindings.indexOf(name) : -1;
    return `$${sent === -1 ? bindings.push(name) : sent + 1}`;
  });
  return { label: sql.replace(/\s+/g, ' ').trim().slice(0, 80).replaceAll('?', ''), text, bindings };
}

const BYTEA_OID = 17;

/**
 * Many byte strings as one value for `:name::bytea[]`, in PostgreSQL's binary form: as text each would be twice as long, written and read
 * digit by digit.
 * @see https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/arrayfuncs.c array_recv
 */
export function byteArrays(values: readonly Uint8Array[]): Buffer {
  const head = int32s(...(values.length === 0 ? [0, 0, BYTEA_OID] : [1, 0, BYTEA_OID, values.length, 1]));
  return Buffer.concat([head, ...values.flatMap((value) => [int32s(value.length), value])]);
}

function int32s(...numbers: number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, index) => bytes.writeInt32BE(number, 4 * index));
  return bytes;
}

/**
 * Rows of one statement; the type is the caller's claim about its own SELECT list.
 * @param manner varied: the text is put together by what was asked for, and there are more such texts than should be kept
 * @throws Error when a name in the text has no value, not even null
 */
export async function rows<T>(db: Db, sql: string, bindings: Record<string, unknown> = {}, manner?: 'varied'): Promise<T[]> {
  return (await prepared<{ rows: T[] }>(db, sql, bindings, manner === 'varied')).rows;
}

/** The first row, or undefined. */
export async function row<T>(db: Db, sql: string, bindings: Record<string, unknown> = {}, manner?: 'varied'): Promise<T | undefined> {
  return (await rows<T>(db, sql, bindings, manner))[0];
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
