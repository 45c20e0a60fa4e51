import { install } from './lib/install.mjs';
import { lint } from './lib/lint.mjs';
import { runScript } from './lib/report.mjs';

/** `npm run lint` */
await runScript(async () => {
  await install((line) => process.stdout.write(`${line}\n`));
  const faults = await lint();
  process.stdout.write(`${faults ?? 'no faults'}\n`);
  return faults === undefined ? 0 : 1;
});
