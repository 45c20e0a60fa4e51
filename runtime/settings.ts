import { isIP } from 'node:net';
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
  HUB_TSA_URL: url, HUB_TSA_ANCHORS: z.string().min(1),
  HUB_CRL_URLS: z.string().transform((text) => text.split(/\s+/).filter((address) => address !== '')).pipe(z.array(url).min(1, 'must name at least one address')),
  /** How often revocation lists are fetched beside the receipts, and after how long evidence gets a new time-stamp. */
  HUB_REVOCATION_EVERY_S: z.coerce.number().positive().max(86_400).default(900), HUB_EVIDENCE_RENEW_DAYS: z.coerce.number().positive().max(1_830).default(365),
  HUB_OPENSSL: z.string().startsWith('/', 'must be an absolute path').optional(),
};

/** `loopback`, an address, or a network as address/bits. */
function isProxy(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (text === 'loopback' || (family !== 0 && bits === undefined)) return true;
  // A network of zero bits is everybody, and everybody could then say where he comes from.
  return family !== 0 && more.length === 0 && /^[1-9]\d{0,2}$/.test(bits ?? '') && Number(bits) <= (family === 4 ? 32 : 128);
}
const proxies = z.string().default('loopback').transform((text) => text.split(/[\s,]+/).filter((one) => one !== ''))
  .refine((list) => list.length > 0 && list.every(isProxy), 'must be loopback, addresses or networks such as 10.0.3.0/24, separated by spaces');

const apiSchema = z.object({ ...shared, HUB_OPENSSL: outside.HUB_OPENSSL, HUB_TRUSTED_PROXIES: proxies, HUB_PORT: z.coerce.number().int().min(1).max(65_535), SIGNING_URL: outside.SIGNING_URL, SIGNING_CLIENT_SECRET: outside.SIGNING_CLIENT_SECRET });
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

/** The synthetic province's code (sandbox/province/numbers.ts); no province has it, so a database of the demo is known by it. */
const SANDBOX_PROVINCE = '99';
/** Everything that stands for this machine as a host, as `URL` writes it. */
const THIS_MACHINE = /^(127\.\d+\.\d+\.\d+|0\.0\.0\.0|localhost|.+\.localhost|\[::1?\]|\[::ffff:7f.*\])$/;
/** Addresses that carry sessions, passwords or secrets. */
const SECURED = ['HUB_BASE_URL', 'KHO_URL', 'SIGNING_URL'];
const SECRET_LETTERS = 16;

/** Production refuses what only the sandbox may use (design §3). The sentence names settings, never their values. */
function guarded<T extends Record<string, unknown> & { HUB_MODE: string; HUB_PROVINCE_CODE: string; HUB_SECRET_KEY: Buffer; SIGNING_CLIENT_SECRET: string }>(settings: T): T {
  if (settings.HUB_MODE !== 'production') return settings;
  const addresses = Object.entries(settings).flatMap(([name, value]) => (Array.isArray(value) && name.endsWith('_URLS') ? value : name.endsWith('_URL') && name !== 'DATABASE_URL' ? [value] : [])
    .filter((one): one is string => typeof one === 'string').map((one) => [name, one] as const));
  const faults = [
    ...addresses.filter(([, value]) => THIS_MACHINE.test(hostOf(value))).map(([name]) => `${name} points at this machine`),
    ...addresses.filter(([name, value]) => SECURED.includes(name) && !value.toLowerCase().startsWith('https:')).map(([name]) => `${name} must be https`),
    ...(new Set(settings.HUB_SECRET_KEY).size < 8 ? ['HUB_SECRET_KEY is no random key: openssl rand -base64 32'] : []),
    ...(settings.SIGNING_CLIENT_SECRET.length < SECRET_LETTERS ? [`SIGNING_CLIENT_SECRET has fewer than ${SECRET_LETTERS} letters`] : []),
    ...(settings.HUB_PROVINCE_CODE === SANDBOX_PROVINCE ? ['HUB_PROVINCE_CODE is the synthetic province\'s'] : []),
  ];
  if (faults.length > 0) throw new SettingsError(`HUB_MODE=production refuses sandbox settings: ${faults.join('; ')}`);
  return settings;
}

const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).hostname.toLowerCase() : '');
