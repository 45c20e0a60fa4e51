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
  --size S   small (about 1,200 pupils) or tiny (two schools)
  --dir DIR  the hub's folder; default .hub
  --stall S  seconds without any change after which the play ends and says what it waits for; default 180
  --throwaway  for tests: nothing waits for the disk, Temporal forgets at its end
`;

const options = {
  exit: { type: 'boolean' }, json: { type: 'boolean' }, fresh: { type: 'boolean' }, throwaway: { type: 'boolean' },
  seed: { type: 'string' }, size: { type: 'string' }, dir: { type: 'string' }, stall: { type: 'string' },
};

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
  const { seed, size, stall } = values;
  if (seed !== undefined && !/^\d{1,9}$/.test(seed)) throw new SetupError('--seed takes a whole number below 1 000 000 000', { exitCode: BAD_CALL });
  if (size !== undefined && size !== 'small' && size !== 'tiny') throw new SetupError('--size is small or tiny', { exitCode: BAD_CALL });
  if (stall !== undefined && !/^[1-9]\d{0,5}$/.test(stall)) throw new SetupError('--stall takes seconds, a whole number above 0', { exitCode: BAD_CALL });
  return { ...values, stallMs: stall === undefined ? undefined : Number(stall) * 1_000, seed: seed === undefined ? undefined : Number(seed) };
}
