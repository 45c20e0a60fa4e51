import { rows } from '../../db/connect.js';
import { rosterWorkbook } from '../../sandbox/province/workbooks.js';
import type { SchoolCode } from '../../domain/brand.js';
import type { Stage } from './stage.js';

/** Everybody of the stage's province, acting on what is open. Each call does one round; nothing is remembered between rounds. */
type OpenTask = { id: string; kind: string; version: number; school_code: string; assignee_id: string };

const inFlight = `NOT EXISTS (SELECT 1 FROM decision_task d WHERE d.task_id = t.id AND d.task_version = t.version)`;

/** Who acts in a round: only these schools, only on these kinds of task; `phones: false` leaves what waits on phones waiting. */
export type Round = { schools?: readonly string[]; kinds?: readonly string[]; phones?: boolean };

export async function playRound(stage: Stage, { schools, kinds, phones = true }: Round = {}): Promise<number> {
  const tasks = await rows<OpenTask>(stage.db, `
    SELECT t.id, t.kind, t.version, t.school_code, t.assignee_id FROM task t
    WHERE t.campaign_id = :campaignId AND t.state = 'open' AND t.assignee_id IS NOT NULL AND ${inFlight} ORDER BY t.school_code, t.kind`, { campaignId: stage.campaignId });
  const mine = tasks.filter((task) => (schools?.includes(task.school_code) ?? true) && (kinds?.includes(task.kind) ?? true));
  for (const schoolCode of new Set(mine.map((task) => task.school_code))) await playSchool(stage, schoolCode, mine.filter((task) => task.school_code === schoolCode));
  return mine.length + (phones ? await confirmPhones(stage, schools) : 0);
}

async function playSchool(stage: Stage, schoolCode: string, tasks: OpenTask[]): Promise<void> {
  const place = { campaignId: stage.campaignId, schoolCode };
  const version = (task: OpenTask) => ({ taskId: task.id, taskVersion: task.version });
  for (const task of tasks.filter((one) => one.kind === 'collect')) {
    const pending = await rows(stage.db, `SELECT 1 FROM upload WHERE school_code = :schoolCode AND kind = 'roster' AND campaign_id = :campaignId`, place);
    if (pending.length > 0) continue;
    const uploadId = await stage.upload('roster', await rosterWorkbook(stage.province, schoolCode as SchoolCode), schoolCode, task.assignee_id);
    await stage.ask({ act: 'upload_roster', actorId: task.assignee_id, ...place, payload: { uploadId } });
  }
  for (const task of tasks.filter((one) => one.kind === 'review')) await stage.ask({ act: 'review_class', actorId: task.assignee_id, ...place, payload: version(task) });
  for (const [kind, act] of [['approve', 'approve_classes'], ['seal', 'seal_classes']] as const) {
    for (const assignee of new Set(tasks.filter((one) => one.kind === kind).map((one) => one.assignee_id))) {
      const chosen = tasks.filter((one) => one.kind === kind && one.assignee_id === assignee).map(version);
      if (act === 'approve_classes') await stage.ask({ act, actorId: assignee, ...place, payload: { tasks: chosen, excludedCardIds: [] } });
      else await stage.ask({ act, actorId: assignee, ...place, payload: { tasks: chosen } });
    }
  }
  for (const task of tasks.filter((one) => one.kind === 'correct')) {
    const cards = await rows<{ id: string }>(stage.db, `
      SELECT c.id FROM report_card c JOIN task t ON t.class_id = c.class_id WHERE t.id = :id AND c.state = 'refused'`, { id: task.id });
    if (cards.length > 0) await stage.ask({ act: 'resend_cards', actorId: task.assignee_id, ...place, payload: { cardIds: cards.map((card) => card.id) } });
  }
}

/** Enters the PIN for every waiting request, as its owner would on the phone. @returns how many were confirmed */
export async function confirmPhones(stage: Stage, schools?: readonly string[]): Promise<number> {
  const url = stage.hub.env['api']!['SIGNING_URL']!;
  const pins = new Map([
    ...stage.province.staff.flatMap((staff) => (staff.signing === null ? [] : [[staff.signing.account, staff.signing.pin] as const])),
    ...stage.province.schools.map((school) => [school.seal.account, school.seal.pin] as const),
  ]);
  const waiting = await rows<{ id: string; account: string }>(stage.db, `
    SELECT id, account FROM signature_batch WHERE state = 'requested' AND (:schools::text[] IS NULL OR school_code = ANY(:schools))`, { schools: schools ?? null });
  let confirmed = 0;
  for (const { id, account } of waiting) {
    const answer = await fetch(`${url}/phone/${account}/requests/${id}/confirm`, {
      method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify({ pin: pins.get(account) }),
    });
    if (answer.ok) confirmed += 1;
  }
  return confirmed;
}
