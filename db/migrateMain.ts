import { migrate, setLogins } from './migrate.js';

const required = (name: string): string => {
  const value = process.env[name];
  if (value === undefined || value === '') {
    process.stderr.write(`${name} is not set: it is needed to bring the database up to date\n`);
    process.exit(1);
  }
  return value;
};

const url = required('DATABASE_URL');
const passwords = { api: required('HUB_DB_API_PASSWORD'), worker: required('HUB_DB_WORKER_PASSWORD') };
try {
  const applied = await migrate(url);
  await setLogins(url, passwords);
  process.stdout.write(`${JSON.stringify({ ready: true, applied })}\n`);
} catch (error) {
  process.stderr.write(`The database could not be brought up to date: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
