import { BAD_CALL, readArguments } from './lib/arguments.mjs';
import { playDemo } from './lib/demo.mjs';
import { progressPrinter, runScript, SetupError } from './lib/report.mjs';
import { stopOnSignals } from './lib/signals.mjs';

const help = `npm run demo [-- --exit] [--json] [--seed N] [--fresh]

Starts the hub with a synthetic province and plays a whole campaign through the doors that people use. Run again, it goes on.

  --exit     also does the jobs that are left to whoever watches, ends the campaign, stops the hub
  --json     prints a summary as one line of JSON, last
  --seed N   another province; the same number, the same province (a hub plays one; see --fresh)
  --fresh    forgets what this hub holds and begins anew
  --province P  small (about 1,200 pupils; the default), tiny (two schools), tiny-open, can-tho (73,172 pupils) or 500k (a merged
             province). The campaign of the last three stays open: with --exit the run ends as of the moment
             when all that can move has moved
  --pupils N can-tho or 500k with so many pupils, in the same shape
  --dir DIR  the hub's folder; default .hub
  --stall S  seconds without any change after which the play ends and says what it waits for; default 180
  --throwaway  for tests: nothing waits for the disk, Temporal forgets at its end
`;

const options = {
  exit: { type: 'boolean' }, json: { type: 'boolean' }, fresh: { type: 'boolean' }, throwaway: { type: 'boolean' },
  seed: { type: 'string' }, province: { type: 'string' }, pupils: { type: 'string' }, dir: { type: 'string' }, stall: { type: 'string' },
};

const provinces = ['small', 'tiny', 'tiny-open', 'can-tho', '500k'];

let interrupted = false;
await runScript(async () => {
  const asked = call();
  if (asked === undefined) return;
  const onProgress = progressPrinter();
  const { signal, stopped } = stopOnSignals(onProgress);
  signal.addEventListener('abort', () => (interrupted = true));
  const summary = await playDemo({ ...asked, onProgress, signal, stopped });
  if (asked.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  return summary.ok ? 0 : 1;
});
// Somebody of the province may still be waiting for an answer of the hub that was just stopped.
if (interrupted) process.exit();

function call() {
  const asked = readArguments({ help, options });
  if (asked === undefined) return undefined;
  const { values } = asked;
  const { seed, province = 'small', pupils, stall } = values;
  if (seed !== undefined && !/^\d{1,9}$/.test(seed)) throw new SetupError('--seed takes a whole number below 1 000 000 000', { exitCode: BAD_CALL });
  if (!provinces.includes(province)) throw new SetupError(`--province is one of ${provinces.join(', ')}`, { exitCode: BAD_CALL });
  if (pupils !== undefined && (!/^[1-9]\d{3,5}$/.test(pupils) || !['can-tho', '500k'].includes(province))) throw new SetupError('--pupils takes a whole number from 1000, with --province can-tho or 500k', { exitCode: BAD_CALL });
  if (stall !== undefined && !/^[1-9]\d{0,5}$/.test(stall)) throw new SetupError('--stall takes seconds, a whole number above 0', { exitCode: BAD_CALL });
  return { ...values, province, pupils: pupils === undefined ? undefined : Number(pupils), stallMs: stall === undefined ? undefined : Number(stall) * 1_000, seed: seed === undefined ? undefined : Number(seed) };
}
