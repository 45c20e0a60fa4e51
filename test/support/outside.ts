import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { rows } from '../../db/connect.js';
import type { Stage } from './stage.js';

/** What the outside of a stage holds and can be told to do: the Kho's ledger on disk, the mailbox, scripted faults. */
type Outside = 'kho' | 'signing' | 'mailbox' | 'trust';

const addressOf = (stage: Stage, outside: Outside): string => ({
  kho: stage.hub.env['api']!['KHO_URL']!, signing: stage.hub.env['api']!['SIGNING_URL']!, mailbox: `http://127.0.0.1:${stage.hub.ports.mailboxHttp}`, trust: `http://127.0.0.1:${stage.hub.ports.trust}`,
})[outside];

/** Orders faults; @returns the script as it stands now. */
export async function orderFaults(stage: Stage, outside: Outside, faults: Record<string, unknown>): Promise<Record<string, unknown>> {
  const answer = await fetch(`${addressOf(stage, outside)}/sandbox/faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(faults) });
  if (!answer.ok) throw new Error(`the ${outside} takes no such faults: HTTP ${answer.status}`);
  return answer.json() as Promise<Record<string, unknown>>;
}

export const faultsLeft = async (stage: Stage, outside: Outside): Promise<Record<string, unknown>> => (await fetch(`${addressOf(stage, outside)}/sandbox/faults`)).json() as Promise<Record<string, unknown>>;

export type ReceivedMail = { messageId: string; to: string[]; subject: string; deliveries: number; text: string; html: string | null; links: string[] };
export async function mailsTo(stage: Stage, address?: string): Promise<ReceivedMail[]> {
  const query = address === undefined ? '' : `?to=${encodeURIComponent(address)}`;
  return (await fetch(`${addressOf(stage, 'mailbox')}/api/mails${query}`)).json() as Promise<ReceivedMail[]>;
}

export type LedgerLine = { messageid: string; uuid: string; trang_thai: 0 | 1; error: string };
export const khoFile = (stage: Stage, name: string): string => path.join(stage.hub.env['kho']!['KHO_DIR']!, name);

/** The Kho's ledger as it lies on its own disk. */
export async function ledger(stage: Stage): Promise<LedgerLine[]> {
  return (await readFile(khoFile(stage, 'ledger.jsonl'), 'utf8')).split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as LedgerLine);
}

/** UUIDs on both sides, each sorted, with repetitions: equal means nothing lost and nothing doubled. */
export async function acceptedOnBothSides(stage: Stage): Promise<{ ours: string[]; theirs: string[] }> {
  const ours = await rows<{ id: string }>(stage.db, `SELECT id FROM report_card WHERE campaign_id = :id AND state = 'accepted'`, { id: stage.campaignId });
  const theirs = (await ledger(stage)).filter((line) => line.trang_thai === 1);
  return { ours: ours.map((card) => card.id).sort(), theirs: theirs.map((line) => line.uuid.toLowerCase()).sort() };
}

/** A person's answer on the simulated phone. */
export async function onPhone(stage: Stage, account: string, batchId: string, answer: { confirm: string } | 'decline'): Promise<number> {
  const act = answer === 'decline' ? 'decline' : 'confirm';
  const response = await fetch(`${addressOf(stage, 'signing')}/phone/${account}/requests/${batchId}/${act}`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer === 'decline' ? {} : { pin: answer.confirm }),
  });
  return response.status;
}
