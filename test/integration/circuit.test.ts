import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { pino } from 'pino';
import type { ActivityDeps } from '../../activities/deps.js';
import { drivePacket } from '../../activities/packet/drive.js';
import { circuitFailed, circuitOpenUntil, circuitWorked } from '../../db/circuit.js';
import { startActStage, type ActStage } from '../support/actStage.js';

describe('the circuit before the Kho', () => {
  let stage: ActStage;
  before(async () => { stage = await startActStage(); });
  after(() => stage.close());
  const pause = async (): Promise<number | null> => {
    const until = await circuitOpenUntil(stage.worker, 'kho');
    return until === null ? null : Math.round((Date.parse(until) - Date.now()) / 1000);
  };
  const probeNow = () => stage.owner.raw(`UPDATE circuit SET probe_at = now() - interval '1 millisecond'`);

  test('opens at the third failure in a row, longer with each failed probe, and closes with the first success', async () => {
    await circuitFailed(stage.worker, 'kho', 'timeout');
    await circuitFailed(stage.worker, 'kho', 'timeout');
    assert.equal(await pause(), null);
    await circuitFailed(stage.worker, 'kho', 'timeout');
    assert.equal(await pause(), 5);
    const seen: (number | null)[] = [];
    for (let probe = 0; probe < 9; probe += 1) {
      await probeNow();
      assert.equal(await pause(), null, 'a probe may call');
      await circuitFailed(stage.worker, 'kho', 'timeout');
      seen.push(await pause());
    }
    assert.deepEqual(seen, [10, 20, 40, 80, 160, 320, 600, 600, 600]);
    await circuitWorked(stage.worker, 'kho');
    assert.equal(await pause(), null);
    await circuitFailed(stage.worker, 'kho', 'timeout');
    assert.equal(await pause(), null, 'counting begins anew');
  });
  test('counts an outage once: fifty calls that were on their way when it opened do not make the pause longer', async () => {
    await circuitWorked(stage.worker, 'kho');
    await Promise.all(Array.from({ length: 50 }, () => circuitFailed(stage.worker, 'kho', 'unreachable')));
    assert.equal(await pause(), 5);
  });
  test('of one system says nothing of another', async () => assert.equal(await circuitOpenUntil(stage.worker, 'signing'), null));
  test('while it is open a packet waits and the Kho is not asked', async () => {
    const messageId = randomUUID();
    await stage.owner('packet').insert({ message_id: messageId, campaign_id: stage.campaignId, school_code: stage.school(0), state: 'cut', bytes: Buffer.from('x'), sha256: '0', raw_bytes: 1, card_count: 1 });
    const deps = { db: stage.worker, log: pino({ level: 'silent' }), kho: new Proxy({}, { get: () => { throw new Error('called'); } }) } as ActivityDeps;
    const step = await drivePacket(deps, messageId);
    assert.equal(step.kind === 'wait' && step.why, 'circuit');
  });
});
