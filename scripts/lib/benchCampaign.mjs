import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import readline from 'node:readline';
import { cpuSeconds } from './cpu.mjs';
import { distDir, projectRoot } from './files.mjs';
import { startHub } from './hub.mjs';
import { SetupError } from './report.mjs';
import { temporalOperations } from './temporalCount.mjs';

/** What the hub itself is: the sandbox plays the outside, and of it only the signatures count. */
const OURS = ['api', 'worker-core', 'worker-batch', 'worker-outbound', 'postgres', 'temporal'];

/**
 * A whole campaign of a synthetic province beside its floors, in one run.
 * @param {{province: string, pupils?: string, seed?: string, dir: string, onProgress: (line: string) => void}} input dir: a hub of the
 *   bench's own; people and keys made by an earlier run there are used again
 */
export async function benchCampaign({ province, pupils, seed, dir, onProgress }) {
  const args = ['--province', province, ...(pupils ? ['--pupils', pupils] : []), ...(seed ? ['--seed', seed] : [])];
  const summary = await playOnce([...args, '--dir', dir], onProgress);
  if (!summary.ok) throw new SetupError(`the campaign did not end well: ${JSON.stringify(summary)}`);
  const hub = await startHub({ dir, children: ['postgres', 'temporal'], prepared: true, onProgress });
  try {
    const { campaignFloors } = await import(pathToFileURL(path.join(distDir, 'scripts', 'bench', 'campaignFloors.js')).href);
    const cpuOfPostgres = () => cpuSeconds({ postgres: hub.pids().postgres }).postgres;
    const floors = await campaignFloors({ ownerUrl: hub.urls.owner, cpuOfPostgres, report: summary.report, onProgress });
    const { TEMPORAL_NAMESPACE: namespace } = hub.env.common;
    const operations = await temporalOperations({ address: hub.urls.temporal, namespace });
    return figures(summary, floors, operations);
  } finally {
    await hub.stop();
  }
}

function figures(summary, floors, operations) {
  const cpu = summary.campaignCpuSeconds;
  const hubCpu = OURS.reduce((sum, name) => sum + (cpu[name] ?? 0), 0);
  const campaign = hubCpu + floors.rsa;
  const floor = floors.rsa + floors.copy + floors.workbooksRead + floors.workbooksWritten;
  const { expected, signed, accepted } = summary;
  const seconds = summary.secondsApart.campaign;
  const round = (value, digits = 2) => Number(value.toFixed(digits));
  return {
    ratioToFloors: round(campaign / floor), ratioWithoutPasswords: round((campaign - floors.passwords) / floor), secondsPer1000: round(seconds / expected * 1_000), cpuSecondsPer1000: round(campaign / expected * 1_000),
    cardsPerSecond: round(accepted / seconds), seconds, secondsApart: summary.secondsApart, stages: summary.stages,
    cpuSeconds: cpu, campaignCpuSeconds: round(campaign), floorCpuSeconds: round(floor), floors,
    peakMemoryMb: summary.peakMemoryMb, temporalOperations: operations, expected, signed, accepted,
  };
}

/** The demo in a process of its own, as anybody would start it. @returns {Promise<object>} its summary */
async function playOnce(args, onProgress) {
  const child = spawn(process.execPath, [path.join(projectRoot, 'scripts', 'demo.mjs'), '--exit', '--json', '--fresh', ...args], {
    cwd: projectRoot, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, HUB_PREPARED: '1' },
  });
  let summary;
  for await (const line of readline.createInterface({ input: child.stdout })) {
    if (line.startsWith('{"ok"')) summary = JSON.parse(line);
    else onProgress(line);
  }
  if (summary === undefined) throw new SetupError('the demo ended without a summary; its last words stand above');
  return summary;
}
