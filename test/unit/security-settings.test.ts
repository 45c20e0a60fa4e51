import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { apiSettings, SettingsError, workerSettings } from '../../runtime/settings.js';
import { UNALLOCATED_PROVINCE } from '../../sandbox/province/numbers.js';

const GOOD: Readonly<Record<string, string>> = {
  HUB_MODE: 'production', HUB_BASE_URL: 'https://hub.example', HUB_PROVINCE_CODE: '92', HUB_SECRET_KEY: Buffer.from('k8Qz1uWm3XoYb5Rt7LcVd9NfGh2JsPa4').toString('base64'), HUB_PORT: '8600',
  DATABASE_URL: 'postgres://hub_worker:x@postgres:5432/hub', TEMPORAL_ADDRESS: 'temporal:7233', SMTP_URL: 'smtps://mail.example:465', MAIL_FROM: 'hub@example.vn',
  KHO_URL: 'https://kho.example', KHO_USER: 'so', KHO_PASSWORD: 'x', KHO_UNIT_CODE: '92', SIGNING_URL: 'https://sign.example', SIGNING_CLIENT_SECRET: 'f3a9c1d7e5b2f3a9c1d7e5b2', HUB_TRUST_ANCHORS: '/etc/hub/anchors.pem',
  HUB_TSA_URL: 'http://tsa.example', HUB_TSA_ANCHORS: '/etc/hub/tsa-anchors.pem', HUB_CRL_URLS: 'http://crl.example/one.crl http://crl.example/two.crl',
};

describe('HUB_TRUSTED_PROXIES', () => {
  const of = (HUB_TRUSTED_PROXIES?: string) => apiSettings({ ...GOOD, ...(HUB_TRUSTED_PROXIES === undefined ? {} : { HUB_TRUSTED_PROXIES }) }).HUB_TRUSTED_PROXIES;
  test('believes only this machine unless somebody else is named', () => {
    assert.deepEqual(of(), ['loopback']);
    assert.deepEqual(of('10.0.3.7, 10.0.4.0/24 fd00::/64'), ['10.0.3.7', '10.0.4.0/24', 'fd00::/64']);
  });
  for (const bad of ['', 'uniquelocal', 'proxy.example', '0.0.0.0/0', '10.0.0.0/33', '10.0.0.0/', '::/0', '10.0.0.1/8/8', 'true', '1']) test(`refuses "${bad}"`, () => assert.throws(() => of(bad), SettingsError));
});

describe('production', () => {
  test('starts with settings of its own', () => {
    assert.equal(workerSettings(GOOD).HUB_MODE, 'production');
    assert.equal(apiSettings(GOOD).HUB_MODE, 'production');
  });

  const bad: Record<string, Record<string, string>> = {
    'a Kho on this machine, however it is written': { KHO_URL: 'https://[::1]:7302' },
    'this machine in capitals': { SIGNING_URL: 'https://LOCALHOST:7301' },
    'this machine behind a user and password': { SMTP_URL: 'smtp://hub:secret@127.0.0.1:1025' },
    'every address of this machine': { KHO_URL: 'https://0.0.0.0:7302' },
    'a Kho password sent in the clear': { KHO_URL: 'http://kho.example' },
    'a signing secret sent in the clear': { SIGNING_URL: 'http://sign.example' },
    'pages in the clear': { HUB_BASE_URL: 'http://hub.example' },
    'a secret key that is none': { HUB_SECRET_KEY: Buffer.alloc(32).toString('base64') },
    'a signing secret that can be guessed': { SIGNING_CLIENT_SECRET: 'password' },
    'a time-stamping service on this machine': { HUB_TSA_URL: 'http://127.0.0.1:8608/tsa' },
    'a revocation list from this machine, among others': { HUB_CRL_URLS: 'http://crl.example/one.crl http://localhost/two.crl' },
    'the synthetic province with its accounts': { HUB_PROVINCE_CODE: UNALLOCATED_PROVINCE },
  };
  for (const [name, change] of Object.entries(bad)) {
    test(`refuses ${name}, and names the setting without its value`, () => {
      assert.throws(() => workerSettings({ ...GOOD, ...change }), (error) => {
        assert.ok(error instanceof SettingsError);
        assert.ok(error.message.includes(Object.keys(change)[0]!));
        assert.doesNotMatch(error.message, /secret@|password$/);
        return true;
      });
    });
  }

  test('the sandbox may use all of it', () => {
    for (const change of Object.values(bad)) assert.equal(workerSettings({ ...GOOD, ...change, HUB_MODE: 'sandbox' }).HUB_MODE, 'sandbox');
  });
});
