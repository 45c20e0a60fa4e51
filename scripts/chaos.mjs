import fs from 'node:fs';
import path from 'node:path';
import { BAD_CALL, readArguments } from './lib/arguments.mjs';
import { build } from './lib/build.mjs';
import { faultsOf, outcomeOf, playWithKills, schedule, seeded } from './lib/chaos.mjs';
import { defaultHubDir } from './lib/files.mjs';
import { install } from './lib/install.mjs';
import { progressPrinter, runScript, SetupError } from './lib/report.mjs';
import { endSurvivors } from './lib/survivors.mjs';

const help = `npm run chaos [-- --rounds N] [--kills K] [--every S] [--seed S] [--province tiny|small|can-tho|500k] [--pupils N] [--dir DIR]

Plays the demo's campaign again and again, kills what is due at seeded moments, and holds the end of each against an undisturbed
campaign. Seeds and points are printed.

  --rounds N   campaigns to disturb; default 10, of can-tho and 500k 1
  --kills K    kills in each; default 5, of can-tho and 500k 13, so that every victim has its turn
  --every S    a kill comes at most S seconds after the one before; default 7, of can-tho and 500k 120
  --pupils N   a province of that many pupils, as in npm run demo (can-tho and 500k)
  --dir DIR    where the hub lives; people and keys made there are used again, and it stays

can-tho and 500k are held against their own script instead of an undisturbed campaign, which would take as long again: which cards are
signed and accepted, and which are not for which reason, is fixed by the seed.
`;

await runScript(async () => {
  const asked = readArguments({ help, options: { rounds: { type: 'string' }, kills: { type: 'string' }, seed: { type: 'string' }, province: { type: 'string' }, every: { type: 'string' }, pupils: { type: 'string' }, dir: { type: 'string' } } });
  if (asked === undefined) return;
  const { values } = asked;
  const whole = (name, usual) => {
    const number = Number(values[name] ?? usual);
    if (!Number.isSafeInteger(number) || number < 0) throw new SetupError(`--${name} takes a whole number`, { exitCode: BAD_CALL });
    return number;
  };
  const province = values.province ?? 'tiny';
  if (!['tiny', 'small', 'can-tho', '500k'].includes(province)) throw new SetupError('--province is tiny, small, can-tho or 500k', { exitCode: BAD_CALL });
  const scripted = province === 'can-tho' || province === '500k';
  if (values.pupils !== undefined && !scripted) throw new SetupError('--pupils is for can-tho and 500k', { exitCode: BAD_CALL });
  const [rounds, kills, every, seed] = [whole('rounds', scripted ? 1 : 10), whole('kills', scripted ? 13 : 5), whole('every', scripted ? 120 : 7), whole('seed', Date.now() % 1_000_000)];
  const onProgress = progressPrinter();
  await install(onProgress);
  await build(onProgress);
  const dir = values.dir === undefined ? path.join(defaultHubDir, 'test', `chaos-${process.pid}`) : path.resolve(values.dir);
  const campaign = { dir, seed, province, pupils: values.pupils, onProgress };
  const random = seeded(seed);
  let bad = 0;
  try {
    const undisturbed = scripted ? undefined : await undisturbedOutcome();
    if (scripted) onProgress(`seed ${seed}, ${province}: what must come of it is scripted`);
    for (let round = 1; round <= rounds; round++) {
      const planned = schedule(random, kills, every * 1_000);
      onProgress(`round ${round} of ${rounds}: ${planned.map(({ victim, afterMs }) => `${victim}+${afterMs}`).join(' ')}`);
      const run = await playWithKills({ ...campaign, kills: planned });
      report(`round ${round}`, run, faultsOf(run, await outcomeOf(dir), undisturbed));
    }
  } finally {
    await endSurvivors(dir, onProgress);
    if (bad === 0 && values.dir === undefined) fs.rmSync(dir, { recursive: true, force: true });
  }
  return bad === 0 ? 0 : 1;

  async function undisturbedOutcome() {
    onProgress(`an undisturbed campaign first (seed ${seed}, ${province})`);
    const calm = await playWithKills(campaign);
    const outcome = await outcomeOf(dir);
    report('undisturbed', calm, faultsOf(calm, outcome, outcome));
    return outcome;
  }

  function report(name, run, faults) {
    if (faults.length === 0) return onProgress(`${name}: well, after ${run.killed.length} kills${run.summary === undefined ? '' : `; ${said(run.summary)}`}`);
    bad += 1;
    onProgress(`${name}: ${faults.join('; ')}\n${run.output.split('\n').slice(-25).join('\n')}`);
  }
});

function said({ expected, signed, accepted, unexplained, ledger }) {
  return `expected ${expected}, signed ${signed}, accepted ${accepted}, unexplained ${unexplained}, ledger ${ledger.ours} = ${ledger.kho}`;
}
