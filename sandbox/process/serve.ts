import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ErrorRequestHandler, Express } from 'express';
import { z } from 'zod';

export type RunningStandIn = {
  /** What the ready line says besides `ready`: at least the HTTP port. */
  ports: { port: number } & Record<string, number>;
  stop(): Promise<void>;
};

/** A setting a stand-in needs; 0 lets the system choose the port. */
export const portSetting = z.coerce.number().int().min(0).max(65_535);
export const directorySetting = z.string().min(1);

/** Settings from the environment, or an error that names each one that is missing or wrong. */
export function readSettings<S extends z.ZodRawShape>(shape: S, environment: NodeJS.ProcessEnv): z.infer<z.ZodObject<S>> {
  const parsed = z.object(shape).safeParse(environment);
  if (parsed.success) return parsed.data;
  throw new Error(`set in the environment: ${parsed.error.issues.map((issue) => `${issue.path.join('.')} (${issue.message})`).join('; ')}`);
}

export async function listen(app: Express, port: number): Promise<Server> {
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

export const portOf = (server: Server): number => (server.address() as AddressInfo).port;

export const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });

/**
 * Life of a stand-in's process: start, one ready line on stdout, orderly stop on SIGTERM or SIGINT. A start that
 * fails says why on stderr and exits 1.
 */
export async function runStandIn(name: string, start: () => Promise<RunningStandIn>): Promise<void> {
  let running: RunningStandIn;
  try {
    running = await start();
  } catch (error) {
    process.stderr.write(`sandbox ${name} cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
    return;
  }
  const stop = (): void => {
    running.stop().then(() => process.exit(0), (error: unknown) => {
      process.stderr.write(`sandbox ${name} stopped badly: ${String(error)}\n`);
      process.exit(1);
    });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdout.write(`${JSON.stringify({ ready: true, ...running.ports })}\n`);
}

/** Bad input is the caller's fault and says where; anything else is ours and is reported on stderr. */
export const answerErrors: ErrorRequestHandler = (error: unknown, request, response, next) => {
  if (response.headersSent) return next(error);
  if (error instanceof z.ZodError) {
    response.status(400).json({ error: 'bad-request', issues: error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })) });
    return;
  }
  const status = typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number' ? error.status : 500;
  if (status >= 500) process.stderr.write(`${request.method} ${request.route?.path ?? ''}: ${error instanceof Error ? error.stack : String(error)}\n`);
  response.status(status).json({ error: status >= 500 ? 'internal' : 'bad-request' });
};
