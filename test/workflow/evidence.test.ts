import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { evidenceOf } from '../../api/evidence/evidenceOf.js';
import { row, rows } from '../../db/connect.js';
import { createSigningAccounts } from '../../sandbox/province/accounts.js';
import { unitsWorkbook } from '../../sandbox/province/workbooks.js';
import { orderFaults } from '../support/outside.js';
import { projectRoot } from '../support/projectRoot.js';
import { done, startStage, until, type Stage } from '../support/stage.js';
import { openTasks, playToEnd, playUntil, positions } from '../support/stageViews.js';

/** Receipt under a time-stamp, with the trust services as processes of their own. */
describe('the receipt of sealed cards in a whole hub', () => {
  let stage: Stage;
  let first: string;
  let second: string;
  before(async () => {
    stage = await startStage('workflow-evidence', { env: { HUB_REVOCATION_EVERY_S: '1' } });
    first = stage.province.schools[0]!.code;
    second = stage.province.schools[1]!.code;
    await playUntil(stage, { kinds: ['collect', 'review', 'approve'] }, async () => (await openTasks(stage, first, 'seal')).length === 4 && (await openTasks(stage, second, 'seal')).length === 2);
  });
  after(() => stage.close());

  const evidence = (schoolCode: string) => rows<{ id: string; state: string; leaves: number; wait_code: string | null }>(stage.db, `SELECT id, state, leaves, wait_code FROM evidence WHERE school_code = :schoolCode AND state <> 'withdrawn' ORDER BY created_at`, { schoolCode });
  const trustUrl = () => stage.hub.env['worker-outbound']!['HUB_TSA_URL']!;

  test('waits through an outage and a death of the time-stamping service, and goes on by itself', async () => {
    await orderFaults(stage, 'trust', { tsaDown: true });
    await playUntil(stage, { schools: [first], kinds: ['seal'] }, async () => (await evidence(first)).some((one) => one.wait_code === 'tsa-down'));
    const waiting = (await evidence(first))[0]!;
    assert.equal(waiting.state, 'open');
    assert.equal((await positions(stage, first))['received'] ?? 0, 0);
    const back = await stage.hub.hold('trust');
    await playUntil(stage, { schools: [first], kinds: ['seal'] }, async () => ((await positions(stage, first))['principal_signed'] ?? 0) === 0);
    back();
    await until(async () => (await orderFaults(stage, 'trust', { tsaDown: false }).catch(() => null)) !== null);
    await playToEnd(stage, [first]);
    const all = await evidence(first);
    assert.ok(all.every((one) => one.wait_code === null && one.state !== 'open'));
    assert.equal(all[0]!.id, waiting.id, 'what waited is what was stamped');
    const cards = (await row<{ count: number }>(stage.db, `SELECT count(*)::int AS count FROM report_card WHERE school_code = :first AND state = 'accepted'`, { first }))!.count;
    assert.equal(all.reduce((sum, one) => sum + one.leaves, 0), cards, 'every card under one token, none under two');
    assert.ok(all.length < cards, 'and never a token for each');
  });

  test('a seal revoked before receipt sends its cards back; with a new certificate they are sealed again and accepted', async () => {
    const school = stage.province.schools[1]!;
    const certificate = () => row<{ fingerprint: string; revoked_at: Date | null }>(stage.db, 'SELECT k.fingerprint, k.revoked_at FROM school s JOIN certificate k ON k.id = s.seal_certificate_id WHERE s.code = :second', { second });
    const { fingerprint } = (await certificate())!;
    await orderFaults(stage, 'trust', { tsaDown: true });
    await playUntil(stage, { schools: [second], kinds: ['seal'] }, async () => (await evidence(second)).some((one) => one.wait_code === 'tsa-down'));
    assert.ok(((await positions(stage, second))['sealed'] ?? 0) > 0);
    const revoked = await fetch(new URL('/sandbox/revocations', trustUrl()), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ certificate: fingerprint, reason: 'keyCompromise' }) });
    assert.equal(revoked.status, 200);
    // What was under way then had the lists of before; of two attempts turned away since, the second began after the revocation.
    const turnedAway = async () => (await row<{ updated_at: Date }>(stage.db, `SELECT updated_at FROM circuit WHERE name = 'tsa'`))?.updated_at.getTime();
    for (const _ of ['under way', 'begun since']) {
      const before = await turnedAway();
      await until(async () => await turnedAway() !== before);
    }
    await orderFaults(stage, 'trust', { tsaDown: false });
    await until(async () => (await rows(stage.db, 'SELECT 1 FROM sign_again s JOIN report_card c ON c.id = s.card_id WHERE c.school_code = :second', { second })).length > 0);
    assert.ok((await certificate())!.revoked_at !== null);
    await until(async () => ((await positions(stage, second))['sealed'] ?? 0) === 0);

    const signingUrl = stage.hub.env['api']!['SIGNING_URL']!;
    assert.equal((await fetch(`${signingUrl}/sandbox/accounts/${school.seal.account}/renewal`, { method: 'POST' })).status, 200);
    const administrator = (await row<{ id: string }>(stage.db, `SELECT person_id AS id FROM role_grant WHERE role = 'administrator' LIMIT 1`))!.id;
    const uploadId = await stage.upload('units', await unitsWorkbook(stage.province, await createSigningAccounts(stage.province, signingUrl)), null, administrator);
    await done(stage.ask({ act: 'import_units', actorId: administrator, campaignId: null, schoolCode: null, payload: { uploadId } }));
    const reading = async () => (await row<{ state: string }>(stage.db, 'SELECT state FROM upload_reading WHERE upload_id = :uploadId', { uploadId }))?.state;
    await until(async () => ['waiting', 'applied'].includes(await reading() ?? ''));
    if (await reading() === 'waiting') await done(stage.ask({ act: 'apply_units', actorId: administrator, campaignId: null, schoolCode: null, payload: { uploadId, putOut: [] } }));
    await until(async () => (await certificate() ?? { fingerprint }).fingerprint !== fingerprint);
    await playToEnd(stage, [second]);
    assert.ok(((await positions(stage, second))['accepted'] ?? 0) > 0);
  });

  test('the lists of after the tokens are collected too, and every accepted card has its evidence', async () => {
    await fetch(new URL('/sandbox/crls', trustUrl()), { method: 'POST' });
    await until(async () => {
      await fetch(new URL('/sandbox/crls', trustUrl()), { method: 'POST' });
      return (await rows(stage.db, `SELECT 1 FROM evidence WHERE state NOT IN ('settled', 'withdrawn')`)).length === 0;
    });
    for (const { id } of await rows<{ id: string }>(stage.db, `SELECT id FROM report_card WHERE state = 'accepted'`)) {
      const bundle = await evidenceOf(stage.db, id);
      assert.equal(bundle?.links.length, 1, id);
    }
  });

  test('the command exports a card\'s evidence and checks it offline, and refuses it for another card', async () => {
    const cards = await rows<{ id: string; document: Buffer }>(stage.db, `SELECT id, document FROM report_card WHERE state = 'accepted' ORDER BY id LIMIT 2`);
    const [one, other] = cards as [{ id: string; document: Buffer }, { id: string; document: Buffer }];
    const folder = await mkdtemp(path.join(tmpdir(), 'hub-evidence-'));
    const file = (name: string): string => path.join(folder, name);
    const hub = (...args: string[]): Promise<{ exit: number; stdout: string }> => new Promise((resolve) => {
      execFile(process.execPath, [path.join(projectRoot, 'scripts', 'hub.mjs'), 'evidence', ...args], { env: { ...process.env, DATABASE_URL: stage.hub.urls.owner } }, (error, stdout) => resolve({ exit: error === null ? 0 : Number(error.code), stdout }));
    });
    try {
      await writeFile(file('one.xml'), one.document);
      await writeFile(file('other.xml'), other.document);
      assert.equal((await hub('export', one.id, '--out', file('evidence.json'))).exit, 0);
      const anchors = ['--evidence', file('evidence.json'), '--anchors', stage.hub.env['worker-batch']!['HUB_TSA_ANCHORS']!];
      const good = await hub('verify', file('one.xml'), ...anchors);
      assert.deepEqual([good.exit, (JSON.parse(good.stdout) as { verdict: string }).verdict], [0, 'valid']);
      const bad = await hub('verify', file('other.xml'), ...anchors);
      assert.deepEqual([bad.exit, (JSON.parse(bad.stdout) as { code: string }).code], [1, 'other-file']);
      assert.deepEqual([(await hub('export', 'not-a-uuid')).exit, (await hub('export', randomUUID())).exit, (await hub('verify', file('one.xml'))).exit], [3, 2, 3]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
