import path from 'node:path';

/**
 * The environment of every process of an embedded hub: the one place that knows the names. What the user has set wins,
 * except for what belongs together with the servers started here.
 * @param {{hubDir: string, ports: Record<string, number>, secrets: Record<string, string>, ownerUrl: string, temporalAddress: string}} hub
 *   ownerUrl: PostgreSQL address of the role that owns the schema
 */
export function composeEnvironment({ hubDir, ports, secrets, ownerUrl, temporalAddress }) {
  const local = (port) => `http://127.0.0.1:${port}`;
  const folder = (name) => path.join(hubDir, name);
  const defaults = {
    HUB_MODE: 'sandbox',
    // The synthetic province's code and names; no province has this code.
    HUB_PROVINCE_CODE: '99',
    HUB_PROVINCE_NAME: 'Tỉnh Mô Phỏng',
    HUB_DEPARTMENT_NAME: 'Sở Giáo dục và Đào tạo tỉnh Mô Phỏng',
    HUB_PLACE_OF_ISSUE: 'Tỉnh Mô Phỏng',
    HUB_BASE_URL: local(ports.api),
    HUB_LOG_LEVEL: 'info',
    HUB_SECRET_KEY: secrets.secretKey,
    HUB_TRUST_ANCHORS: path.join(folder('trust'), 'anchors.pem'),
    HUB_TSA_URL: new URL('/tsa', local(ports.trust)).href,
    HUB_TSA_ANCHORS: path.join(folder('trust'), 'tsa-anchors.pem'),
    HUB_CRL_URLS: ['mot', 'hai'].map((code) => new URL(`/crl/${code}.crl`, local(ports.trust)).href).join(' '),
    TEMPORAL_NAMESPACE: 'default',
    SMTP_URL: `smtp://127.0.0.1:${ports.mailboxSmtp}`,
    MAIL_FROM: 'Học bạ số <hoc-ba-so@so.example>',
    KHO_URL: local(ports.kho),
    KHO_USER: 'so-99',
    KHO_PASSWORD: secrets.khoPassword,
    KHO_UNIT_CODE: '99',
    SIGNING_URL: local(ports.signing),
    SIGNING_CLIENT_SECRET: secrets.signingClientSecret,
  };
  const fixed = { TEMPORAL_ADDRESS: temporalAddress, TZ: 'Asia/Ho_Chi_Minh' };
  const common = { ...defaults, ...inherited(), ...fixed };
  const withDatabase = (url, more = {}) => ({ ...common, DATABASE_URL: url, ...more });
  const worker = withDatabase(asRole(ownerUrl, 'hub_worker', secrets.databaseWorkerPassword));
  return {
    common,
    migrate: withDatabase(ownerUrl, {
      HUB_DB_API_PASSWORD: secrets.databaseApiPassword,
      HUB_DB_WORKER_PASSWORD: secrets.databaseWorkerPassword,
    }),
    kho: { ...common, KHO_PORT: String(ports.kho), KHO_DIR: folder('kho') },
    trust: { ...common, TRUST_PORT: String(ports.trust), TRUST_DIR: folder('trust') },
    signing: { ...common, TRUST_URL: local(ports.trust), SIGNING_PORT: String(ports.signing), SIGNING_DIR: folder('signing') },
    mailbox: {
      ...common,
      MAILBOX_SMTP_PORT: String(ports.mailboxSmtp),
      MAILBOX_HTTP_PORT: String(ports.mailboxHttp),
      MAILBOX_DIR: folder('mailbox'),
    },
    'worker-core': worker,
    'worker-batch': worker,
    'worker-outbound': worker,
    api: withDatabase(asRole(ownerUrl, 'hub_api', secrets.databaseApiPassword), { HUB_PORT: String(ports.api) }),
  };
}

/** The user's settings, without npm's and without the owner's address, which only the migration may have. */
function inherited() {
  const unwanted = /^(npm_|NODE_TEST_CONTEXT$|DATABASE_URL$|TEST_|HUB_CHILD_OF$|HUB_DB_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !unwanted.test(name)));
}

/** @returns {string} the same database, as another role */
export function asRole(url, role, password) {
  const address = new URL(url);
  address.username = role;
  address.password = encodeURIComponent(password);
  return address.href;
}
