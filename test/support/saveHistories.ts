import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { row } from '../../db/connect.js';
import { askReport } from '../../db/reports/intake.js';
import { directoryWorkflowId, packetWorkflowId, reportsWorkflowId, roundScheduleId, TASK_QUEUES } from '../../domain/workflowIds.js';
import { sendWake } from '../../runtime/messenger.js';
import { orderFaults } from './outside.js';
import { historiesDir, historyToJson, REPLAY_SECRET } from './savedHistories.js';
import { done, startStage, until, type Stage } from './stage.js';
import { asVersion, campaignKey, campaignWorkflow, coordinator, openTasks, playToEnd, playUntil, schoolWorkflow } from './stageViews.js';

/** Plays a small campaign with what workflows meet (a return, a lost answer, continue-as-new) and saves each kind's history. */
export async function saveHistories(): Promise<string[]> {
  const stage = await startStage('save-histories', { env: { HUB_SECRET_KEY: REPLAY_SECRET.toString('base64') } });
  try {
    await play(stage);
    const saved = await collect(stage);
    mkdirSync(historiesDir, { recursive: true });
    for (const { name, text } of saved) writeFileSync(path.join(historiesDir, `${name}.json`), text);
    return saved.map(({ name }) => name);
  } finally {
    await stage.close();
  }
}

async function play(stage: Stage): Promise<void> {
  const [first, second] = stage.province.schools.map((school) => school.code);
  await stage.temporal.workflow.start('school', {
    workflowId: schoolWorkflow(stage, second!), taskQueue: TASK_QUEUES.core, args: [{ eventLimit: 60 }], workflowIdReusePolicy: 'ALLOW_DUPLICATE', workflowIdConflictPolicy: 'TERMINATE_EXISTING',
  });
  await orderFaults(stage, 'kho', { loseAnswerNext: 1 });
  await playUntil(stage, { schools: [first!], kinds: ['collect', 'review'] }, async () => (await openTasks(stage, first!, 'approve')).length > 0 && (await openTasks(stage, first!, 'review')).length === 0);
  const [task] = await openTasks(stage, first!, 'approve');
  await done(stage.ask({ act: 'return_class', actorId: task!.assignee_id, campaignId: stage.campaignId, schoolCode: first!, payload: { ...asVersion(task!), reason: 'Trả lại để có trong lịch sử' } }));
  await writtenReport(stage);
  await stage.temporal.schedule.getHandle(roundScheduleId('digest', campaignKey(stage))).trigger();
  await playToEnd(stage);
  await done(stage.ask({ act: 'end_campaign', actorId: await coordinator(stage), campaignId: stage.campaignId, schoolCode: null, payload: {} }));
  await stage.temporal.workflow.getHandle(campaignWorkflow(stage)).result();
}

/** A workbook asked for, written, run out and deleted: the whole life of the workflow of reports. */
async function writtenReport(stage: Stage): Promise<void> {
  const workflowId = reportsWorkflowId(stage.services.settings.HUB_PROVINCE_CODE);
  const id = randomUUID();
  await askReport(stage.services.db, { id, kind: 'cards', campaignId: stage.campaignId, officeCode: null, schoolCode: null, withNames: true, askedBy: await coordinator(stage) }, workflowId);
  await sendWake(stage.temporal, { workflowId, code: 'resumed' });
  await until(async () => (await row(stage.db, `SELECT 1 FROM report_run WHERE job_id = :id AND state = 'done'`, { id })) !== undefined);
  await stage.db.raw('UPDATE report_run SET expires_at = now() WHERE job_id = :id', { id });
  await sendWake(stage.temporal, { workflowId, code: 'resumed' });
  await stage.temporal.workflow.getHandle(workflowId).result();
}

/** A Schedule gives what it starts a name with the time in it. */
async function roundOf(stage: Stage): Promise<string | undefined> {
  for await (const run of stage.temporal.workflow.list({ query: `WorkflowType = 'round'` })) return run.workflowId;
  return undefined;
}

async function collect(stage: Stage): Promise<{ name: string; text: string }[]> {
  const [first, second] = stage.province.schools.map((school) => school.code);
  const lost = await row<{ message_id: string }>(stage.db, 'SELECT message_id FROM packet ORDER BY submitted_at - cut_at DESC LIMIT 1');
  const runs: { runId: string; startTime: Date }[] = [];
  for await (const run of stage.temporal.workflow.list({ query: `WorkflowId = '${schoolWorkflow(stage, second!)}' AND ExecutionStatus IN ('ContinuedAsNew', 'Completed')` })) runs.push(run);
  runs.sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
  const wanted: { name: string; workflowId: string; runId?: string }[] = [
    { name: 'campaign', workflowId: campaignWorkflow(stage) },
    { name: 'directory', workflowId: directoryWorkflowId(stage.services.settings.HUB_PROVINCE_CODE) },
    { name: 'school-with-return', workflowId: schoolWorkflow(stage, first!) },
    { name: 'school-continued-first', workflowId: schoolWorkflow(stage, second!), runId: runs.at(0)!.runId },
    { name: 'school-continued-last', workflowId: schoolWorkflow(stage, second!), runId: runs.at(-1)!.runId },
    { name: 'reports', workflowId: reportsWorkflowId(stage.services.settings.HUB_PROVINCE_CODE) },
    { name: 'round', workflowId: (await roundOf(stage))! },
    { name: 'packet-lost-answer', workflowId: packetWorkflowId(lost!.message_id) },
  ];
  return Promise.all(wanted.map(async ({ name, workflowId, runId }) => {
    const history = await stage.temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    // Who ran it (a process and a machine's name) is nobody's business and not looked at by a replay.
    const json = JSON.stringify({ workflowId, history: historyToJson(history) }).replace(/"identity":"[^"]*"/g, '"identity":"saved"').replace(/"name":"\d+@[^"]*"/g, '"name":"sticky"');
    return { name, text: `${json}\n` };
  }));
}
