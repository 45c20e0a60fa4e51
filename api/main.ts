import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { openDatabase } from '../db/connect.js';
import { apiSettings, SettingsError } from '../runtime/settings.js';
import { openTemporalClient } from '../runtime/temporal.js';
import { allTold } from './decide.js';
import { createApp } from './server.js';
import type { Services } from './services.js';

/** For what Temporal is being told when the process is to stop. */
const LAST_WORDS_MS = 2_000;

/** The web process: says `{"ready":true,"port":N}` on stdout once it listens, stops in order on SIGTERM or SIGINT. */
function main(): void {
  const settings = apiSettings(process.env);
  const log = pino({ name: 'api', level: settings.HUB_LOG_LEVEL }, pino.destination(2));
  const services: Services = { settings, log, db: openDatabase(settings.DATABASE_URL), temporal: openTemporalClient(settings) };
  const server = createServer(createApp(services));
  server.once('error', (error) => { log.fatal({ error: error.message }, `port ${settings.HUB_PORT} cannot be used`); process.exit(1); });
  // A hub whose address is this machine's own is not offered to the network.
  const { hostname } = new URL(settings.HUB_BASE_URL);
  const host = hostname === 'localhost' || hostname.startsWith('127.') ? '127.0.0.1' : undefined;
  server.listen({ port: settings.HUB_PORT, host }, () => { process.stdout.write(`${JSON.stringify({ ready: true, port: settings.HUB_PORT })}\n`); });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    // Answers under way are finished; idle keep-alive connections would hold the process for ever.
    server.close(() => {
      void Promise.race([allTold(), sleep(LAST_WORDS_MS)])
        .then(() => Promise.allSettled([services.db.destroy(), services.temporal.connection.close()]))
        .then(() => process.exit(0));
    });
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 5_000).unref();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof SettingsError ? error.message : String(error)}\n`);
  process.exit(1);
}
