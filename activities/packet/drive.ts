import type { Instant } from '../../domain/brand.js';
import { touched } from '../../db/connect.js';
import { schoolWorkflowId } from '../../domain/workflowIds.js';
import { faultPause, GIVE_UP_AFTER_S, later, pollPause, type PacketStep } from '../../domain/packetStep.js';
import { circuitFailed, circuitOpenUntil, circuitWorked } from '../../db/circuit.js';
import { markSending, markSubmitted, markUnknown, packetBytes, park, recordVerdicts, takePacket, type PacketRow } from '../../db/packet.js';
import { noticeParked } from '../../db/notices/parked.js';
import { noticeRefused } from '../../db/notices/refused.js';
import { actContext, type ActivityDeps } from '../deps.js';
import { Fenced, gone, OutsideFault } from '../fault.js';

const CIRCUIT = 'kho';

/**
 * One step of a packet with the Kho, from wherever it stands in PostgreSQL: send, ask, or write verdicts. Called again and again by
 * the packet's workflow; a crash anywhere is answered by the next call.
 */
export async function drivePacket(deps: ActivityDeps, messageId: string): Promise<PacketStep> {
  const packet = await takePacket(deps.db, messageId);
  if (packet === undefined) throw gone('packet');
  if (packet.state === 'done') return ended(packet, 'done');
  // Nothing of a cancelled campaign leaves the house; what may have left is still followed to its verdicts.
  if (packet.state === 'cut' && packet.campaignState === 'cancelled') return ended(packet, 'parked');
  const openUntil = await circuitOpenUntil(deps.db, CIRCUIT);
  if (openUntil !== null) return { kind: 'wait', until: openUntil, why: 'circuit' };
  try {
    const step = packet.state === 'submitted' ? await poll(deps, packet) : await send(deps, packet);
    await circuitWorked(deps.db, CIRCUIT);
    return step;
  } catch (error) {
    if (!(error instanceof OutsideFault)) throw error;
    return failed(deps, packet, error.code);
  }
}

const ended = (packet: PacketRow, state: 'done' | 'parked'): PacketStep =>
  ({ kind: 'ended', state, schoolWorkflowId: schoolWorkflowId(packet, packet.schoolCode) });

const now = (): Instant => new Date().toISOString() as Instant;
const seconds = (from: Date | null): number => (from === null ? 0 : (Date.now() - from.getTime()) / 1000);

async function send(deps: ActivityDeps, packet: PacketRow): Promise<PacketStep> {
  let state = packet.state;
  if (state === 'sending') {
    // An earlier attempt died between committing "sending" and the answer: the Kho may have it.
    await inTransaction(deps, packet, (trx) => markUnknown(trx, packet));
    state = 'unknown';
  }
  if (state === 'unknown' || state === 'parked') {
    const known = await deps.kho.result(packet);
    if (known.kind !== 'not-found') {
      await inTransaction(deps, packet, async (trx) => {
        if (state === 'parked') await touched(trx, `UPDATE packet SET state = 'unknown' WHERE message_id = :messageId AND fence = :fence`, packet);
        return markSubmitted(trx, packet, 'unknown', null);
      });
      return { kind: 'wait', until: now(), why: 'pending' };
    }
    const settled = seconds(packet.sendingAt) >= packet.settle;
    if (!settled) return { kind: 'wait', until: later(now(), Math.max(0.2, packet.settle - seconds(packet.sendingAt))), why: 'settle' };
  }
  await inTransaction(deps, packet, (trx) => markSending(trx, packet, state as 'cut' | 'unknown' | 'parked'));
  const outcome = await deps.kho.submit({ messageId: packet.messageId, schoolYear: packet.schoolYear, xml: await packetBytes(deps.db, packet.messageId) });
  if (outcome.kind === 'refused') {
    await inTransaction(deps, packet, (trx) => markUnknown(trx, packet));
    return parked(deps, packet, outcome);
  }
  await inTransaction(deps, packet, (trx) => markSubmitted(trx, packet, 'sending', outcome.code));
  return { kind: 'wait', until: later(now(), pollPause(0)), why: 'pending' };
}

async function poll(deps: ActivityDeps, packet: PacketRow): Promise<PacketStep> {
  const result = await deps.kho.result(packet);
  if (result.kind !== 'verdicts') return { kind: 'wait', until: later(now(), pollPause(seconds(packet.submittedAt))), why: 'pending' };
  const waiting = await deps.db.transaction(async (trx) => {
    const left = await recordVerdicts(trx, packet, result.records.map((record) => ({
      cardId: record.ma_tra_cuu_uuid, accepted: record.trang_thai === 1, error: record.error, field: record.error_field_title, description: record.error_description,
    })));
    await noticeRefused(trx, packet, () => actContext(deps));
    return left;
  });
  return waiting === 0 ? ended(packet, 'done') : { kind: 'wait', until: later(now(), pollPause(seconds(packet.submittedAt))), why: 'pending' };
}

/** The Kho takes the packet not, or nobody: it stands still, is tried again later, and the Sở is told. */
async function parked(deps: ActivityDeps, packet: PacketRow, { code, description }: { code: string; description: string }): Promise<PacketStep> {
  await deps.db.transaction(async (trx) => {
    if (await park(trx, packet, { code, description, retrySeconds: packet.parkedRetry })) await noticeParked(trx, { ...packet, code }, () => actContext(deps));
  });
  return ended(packet, 'parked');
}

async function failed(deps: ActivityDeps, packet: PacketRow, code: string): Promise<PacketStep> {
  deps.log.warn({ messageId: packet.messageId, code }, 'the Kho did not answer as agreed');
  await circuitFailed(deps.db, CIRCUIT, code);
  // A packet with a receipt is the Kho's to judge: it is only asked more seldom, never parked.
  if (packet.state !== 'submitted' && seconds(packet.cutAt) > GIVE_UP_AFTER_S) {
    await inTransaction(deps, packet, async (trx) => { await markUnknown(trx, packet); return true; });
    return parked(deps, packet, { code, description: '' });
  }
  return { kind: 'wait', until: later(now(), faultPause(packet.attempts)), why: 'fault' };
}

async function inTransaction(deps: ActivityDeps, packet: PacketRow, change: (trx: Parameters<Parameters<ActivityDeps['db']['transaction']>[0]>[0]) => Promise<boolean>): Promise<void> {
  const changed = await deps.db.transaction(change);
  if (!changed) throw new Fenced(packet.messageId);
}
