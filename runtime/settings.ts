import { z } from 'zod';

/**
 * Settings come from the environment, parsed once per process into a typed object. A missing or bad one stops the process with a
 * sentence that says what to set.
 */
const url = z.url();
const shared = {
  HUB_MODE: z.enum(['sandbox', 'production']),
  HUB_BASE_URL: url,
  HUB_PROVINCE_CODE: z.string().regex(/^\d{2}$/),
  HUB_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  HUB_SECRET_KEY: z.base64().transform((text) => Buffer.from(text, 'base64')).refine((key) => key.length === 32, 'must be 32 bytes in base64'),
  DATABASE_URL: z.string().startsWith('postgres'),
  TEMPORAL_ADDRESS: z.string().regex(/^[^/\s]+:\d+$/, 'must be host:port'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
};
const outside = {
  SMTP_URL: z.string().startsWith('smtp'),
  MAIL_FROM: z.string().min(3),
  KHO_URL: url, KHO_USER: z.string().min(1), KHO_PASSWORD: z.string().min(1), KHO_UNIT_CODE: z.string().min(1),
  SIGNING_URL: url, SIGNING_CLIENT_SECRET: z.string().min(8),
  HUB_TRUST_ANCHORS: z.string().min(1),
};

const apiSchema = z.object({ ...shared, HUB_PORT: z.coerce.number().int().min(1).max(65_535), SIGNING_URL: outside.SIGNING_URL, SIGNING_CLIENT_SECRET: outside.SIGNING_CLIENT_SECRET });
const workerSchema = z.object({ ...shared, ...outside });
export type ApiSettings = z.infer<typeof apiSchema>;
export type WorkerSettings = z.infer<typeof workerSchema>;
export type SharedSettings = Pick<ApiSettings, keyof typeof shared>;

export class SettingsError extends Error {}

export const apiSettings = (environment: NodeJS.ProcessEnv): ApiSettings => guarded(parse(apiSchema, environment));
export const workerSettings = (environment: NodeJS.ProcessEnv): WorkerSettings => guarded(parse(workerSchema, environment));

function parse<T extends z.ZodType>(schema: T, environment: NodeJS.ProcessEnv): z.infer<T> {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const sentences = result.error.issues.map((issue) => `${issue.path.join('.')}: ${environment[String(issue.path[0])] === undefined ? 'is not set' : issue.message}`);
  throw new SettingsError(`Set these in the environment (see .env.example): ${sentences.join('; ')}`);
}

/** Production refuses what only the sandbox may use (design §3). */
function guarded<T extends { HUB_MODE: string; HUB_BASE_URL: string }>(settings: T): T {
  if (settings.HUB_MODE !== 'production') return settings;
  const local = Object.entries(settings).filter(([, value]) => typeof value === 'string' && /^[a-z]+:\/\/(127\.|localhost)/.test(value)).map(([name]) => name);
  const insecure = settings.HUB_BASE_URL.startsWith('https:') ? [] : ['HUB_BASE_URL must be https'];
  const faults = [...local.filter((name) => name !== 'DATABASE_URL').map((name) => `${name} points at this machine`), ...insecure];
  if (faults.length > 0) throw new SettingsError(`HUB_MODE=production refuses sandbox settings: ${faults.join('; ')}`);
  return settings;
}
