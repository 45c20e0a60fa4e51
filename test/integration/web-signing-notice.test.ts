import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { schoolWorkflowId } from '../../domain/workflowIds.js';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { SIGNING_SECRET, startWeb, type Web } from '../support/web.js';

describe('the signing service says that a request changed', () => {
  let web: Web;
  let seeded: Seeded;
  const batchId = randomUUID();
  const schoolCode = (): string => seeded.province.schools[0]!.code;
  const workflowId = (): string => schoolWorkflowId({ provinceCode: seeded.province.code, schoolYear: '2025-2026', level: 'primary', cycle: 'main' }, schoolCode());

  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner);
    const person = await web.owner('role_grant').where({ role: 'principal', school_code: schoolCode() }).first<{ person_id: string }>();
    const [certificate] = await web.owner('certificate').insert({ kind: 'person', der: Buffer.from('x'), fingerprint: 'a'.repeat(64), uid: 'CCCD:1', serial: '1', valid_from: new Date(), valid_to: new Date() }).returning('id');
    const decisionId = randomUUID();
    await web.owner('decision').insert({ id: decisionId, act: 'approve_classes', actor_id: person.person_id, province_code: seeded.province.code, payload: '{}', workflow_id: workflowId(), outcome: 'done', outcome_at: new Date() });
    await web.owner('signature_batch').insert({ id: batchId, campaign_id: seeded.campaignId, school_code: schoolCode(), role: 'principal', person_id: person.person_id, decision_id: decisionId, account: 'a', certificate_id: certificate.id, state: 'requested', created_at: new Date(), expires_at: new Date() });
  });
  after(() => web.close());

  const notify = (body: string, secret = SIGNING_SECRET) => fetch(`${web.url}/callback/signing`, {
    method: 'POST', body, headers: { 'content-type': 'application/json', 'x-signing-signature': createHmac('sha256', secret).update(body).digest('hex') },
  });
  const notices = () => web.owner('signature_notice').count<{ count: number }[]>().then((found) => found[0]!.count);
  const wakes = () => web.owner('outbox').where({ wake_code: 'signatures' }).select<{ workflow_id: string; sent_at: Date | null }[]>('workflow_id', 'sent_at');

  test('it is kept with a wake for the school, which is told at once', async () => {
    assert.equal((await notify(JSON.stringify({ requestId: batchId, state: 'signed' }))).status, 200);
    assert.equal(await notices(), 1);
    while ((await wakes())[0]?.sent_at === null) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal((await wakes())[0]?.workflow_id, workflowId());
    assert.deepEqual(web.told, [`signal:${workflowId()}`]);
  });

  test('the same notice again is answered with 200 and wakes nobody twice', async () => {
    assert.equal((await notify(JSON.stringify({ requestId: batchId, state: 'signed' }))).status, 200);
    assert.equal((await wakes()).length, 1);
  });

  test('without the right signature over the very bytes it is refused and leaves no trace', async () => {
    const body = JSON.stringify({ requestId: batchId, state: 'declined' });
    assert.equal((await notify(body, 'another secret')).status, 401);
    const signature = createHmac('sha256', SIGNING_SECRET).update(body).digest('hex');
    const changed = await fetch(`${web.url}/callback/signing`, { method: 'POST', body: body.replace('declined', 'signed!!'), headers: { 'x-signing-signature': signature } });
    assert.equal(changed.status, 401);
    assert.equal((await fetch(`${web.url}/callback/signing`, { method: 'POST', body })).status, 401);
    assert.equal(await notices(), 1);
  });

  test('a request that the hub never made is unknown', async () => {
    assert.equal((await notify(JSON.stringify({ requestId: randomUUID(), state: 'signed' }))).status, 404);
    assert.equal((await notify('no json')).status, 422);
  });
});
