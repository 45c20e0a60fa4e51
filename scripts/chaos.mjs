import fs from 'node:fs';
import path from 'node:path';
import { BAD_CALL, readArguments } from './lib/arguments.mjs';
import { build } from './lib/build.mjs';
import { faultsOf, outcomeOf, playWithKills, schedule, seeded } from './lib/chaos.mjs';
import { defaultHubDir } from './lib/files.mjs';
import { install } from './lib/install.mjs';
import { progressPrinter, runScript, SetupError } from './lib/report.mjs';
import { endSurvivors } from './lib/survivors.mjs';

const help = `npm run chaos [-- --rounds N] [--kills K] [--seed S] [--province tiny|small]

Plays the demo's campaign again and again, kills what is due at seeded moments, and holds the end of each against an undisturbed
campaign. Seeds and points are printed.
`;

await runScript(async () => {
  const asked = readArguments({ help, options: { rounds: { type: 'string' }, kills: { type: 'string' }, seed: { type: 'string' }, province: { type: 'string' } } });
  if (asked === undefined) return;
  const { values } = asked;
  const whole = (name, usual) => {
    const number = Number(values[name] ?? usual);
    if (!Number.isSafeInteger(number) || number < 0) throw new SetupError(`--${name} takes a whole number`, { exitCode: BAD_CALL });
    return number;
  };
  const [rounds, kills, seed] = [whole('rounds', 10), whole('kills', 5), whole('seed', Date.now() % 1_000_000)];
  const province = values.province ?? 'tiny';
  if (province !== 'tiny' && province !== 'small') throw new SetupError('--province is tiny or small', { exitCode: BAD_CALL });
  const onProgress = progressPrinter();
  await install(onProgress);
  await build(onProgress);
  const dir = path.join(defaultHubDir, 'test', `chaos-${process.pid}`);
  const random = seeded(seed);
  let bad = 0;
  try {
    onProgress(`an undisturbed campaign first (seed ${seed}, ${province})`);
    const calm = await playWithKills({ dir, seed, province, onProgress });
    const undisturbed = await outcomeOf(dir);
    report('undisturbed', calm, faultsOf(calm, undisturbed, undisturbed));
    for (let round = 1; round <= rounds; round++) {
      const planned = schedule(random, kills);
      onProgress(`round ${round} of ${rounds}: ${planned.map(({ victim, afterMs }) => `${victim}+${afterMs}`).join(' ')}`);
      const run = await playWithKills({ dir, seed, province, kills: planned, onProgress });
      report(`round ${round}`, run, faultsOf(run, await outcomeOf(dir), undisturbed));
    }
  } finally {
    await endSurvivors(dir, onProgress);
    if (bad === 0) fs.rmSync(dir, { recursive: true, force: true });
  }
  return bad === 0 ? 0 : 1;

  function report(name, run, faults) {
    if (faults.length === 0) return onProgress(`${name}: well, after ${run.killed.length} kills`);
    bad += 1;
    onProgress(`${name}: ${faults.join('; ')}\n${run.output.split('\n').slice(-25).join('\n')}`);
  }
});
