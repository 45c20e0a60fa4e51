import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { heartbeat } from '@temporalio/activity';
import { touched } from '../../db/connect.js';
import type { Instant } from '../../domain/brand.js';
import { signCertificateRegistration } from '../../formats/kho/transaction.js';
import type { ActivityDeps } from '../deps.js';
import { OutsideFault } from '../fault.js';
import { activePacketKey, type PacketKey } from '../packet/packetKey.js';

const ASK_TIMES = 20;
const ASK_PAUSE_MS = 1_000;

/** Transactions 3 and 4: the Sở's packet certificate is registered with the Kho and its approval awaited. Repeating is harmless. */
export async function registerPacketCertificate(deps: ActivityDeps): Promise<void> {
  const key = await activePacketKey(deps);
  if (key.registration === 'approved' || key.registration === 'refused') return;
  const messageId = await messageIdOf(deps, key);
  const year = new Date().getFullYear();
  const outcome = await deps.kho.registerCertificate({
    messageId, year, serial: key.serial, validFrom: key.validFrom.toISOString(),
    content: signCertificateRegistration({ unitCode: deps.settings.KHO_UNIT_CODE, key: key.key, certificate: key.certificate, signedAt: key.createdAt.toISOString() as Instant }),
  });
  if (outcome.kind === 'refused') return settle(deps, key.id, 'refused', outcome.code);
  await settle(deps, key.id, 'sent', null);
  for (let asked = 0; asked < ASK_TIMES; asked += 1) {
    const state = await deps.kho.certificateState({ messageId, year });
    if (state.kind === 'approved') return settle(deps, key.id, 'approved', null);
    if (state.kind === 'refused') return settle(deps, key.id, 'refused', state.code);
    heartbeat();
    await sleep(ASK_PAUSE_MS);
  }
  throw new OutsideFault('kho', 'certificate-pending');
}

/** The registration's messageid is fixed before it is sent, so that a repeat is the same registration. */
async function messageIdOf({ db }: ActivityDeps, key: PacketKey): Promise<string> {
  if (key.messageId !== null) return key.messageId;
  const fresh = randomUUID();
  const { rows: [stored] } = await db.raw<{ rows: { kho_message_id: string }[] }>(
    'UPDATE packet_key SET kho_message_id = coalesce(kho_message_id, :fresh) WHERE id = :id RETURNING kho_message_id', { id: key.id, fresh });
  return stored!.kho_message_id;
}

async function settle({ db }: ActivityDeps, keyId: string, registration: 'sent' | 'approved' | 'refused', error: string | null): Promise<void> {
  await touched(db, 'UPDATE packet_key SET kho_registration = :registration, kho_error = :error WHERE id = :keyId', { keyId, registration, error });
}
