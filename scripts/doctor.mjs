import { counterChecks, repairCounters } from './doctor/counters.mjs';
import { environmentToCheck } from './doctor/environment.mjs';
import { machineChecks } from './doctor/machine.mjs';
import { outsideChecks } from './doctor/outside.mjs';
import { serverChecks } from './doctor/servers.mjs';
import { readArguments } from './lib/arguments.mjs';
import { runScript } from './lib/report.mjs';

const help = `npm run doctor [-- --json] [-- --repair-counters]

Checks all that the hub needs and says what to do about each fault; exit 1 on a fault. It asks the running hub; without one it says so.

  --json             one line of JSON
  --repair-counters  counts all pupils anew and writes the counters that pages show; movements of cards wait meanwhile
`;

await runScript(async () => {
  const asked = readArguments({ help, options: { 'json': { type: 'boolean' }, 'repair-counters': { type: 'boolean' } } });
  if (asked === undefined) return;
  const env = environmentToCheck();
  if (asked.values['repair-counters']) {
    await repairCounters(env);
    return 0;
  }
  const results = [];
  for (const check of [...machineChecks(env), ...serverChecks(env), ...counterChecks(env), ...outsideChecks(env)]) results.push(await carryOut(check));
  const faults = results.filter(({ state }) => state === 'fault');
  if (asked.values.json) process.stdout.write(`${JSON.stringify({ ok: faults.length === 0, checks: results })}\n`);
  else print(results, faults);
  return faults.length === 0 ? 0 : 1;
});

/**
 * @param {{name: string, run: () => Promise<{state: 'good' | 'fault' | 'skipped', finding: string, remedy?: string}>}} check
 * A check that throws is a fault with the error as finding: a doctor must not fall ill at the first patient.
 */
async function carryOut({ name, run }) {
  try {
    return { name, ...(await run()) };
  } catch (error) {
    return { name, state: 'fault', finding: error.message.split('\n')[0], remedy: 'see the finding; logs are in .hub/logs' };
  }
}

function print(results, faults) {
  const mark = { good: 'ok   ', fault: 'FAULT', skipped: '-    ' };
  for (const { name, state, finding, remedy } of results) {
    process.stdout.write(`${mark[state]}  ${name.padEnd(20)} ${finding}\n`);
    if (state === 'fault' && remedy) process.stdout.write(`${' '.repeat(28)}→ ${remedy}\n`);
  }
  process.stdout.write(`\n${faults.length === 0 ? 'no fault found' : `${faults.length} fault${faults.length === 1 ? '' : 's'} found`}\n`);
}
