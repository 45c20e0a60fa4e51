import { readArguments } from './lib/arguments.mjs';
import { install } from './lib/install.mjs';
import { lint } from './lib/lint.mjs';
import { runScript } from './lib/report.mjs';

/** `npm run lint` */
await runScript(async () => {
  if (readArguments({ help: 'npm run lint: checks the style and what each folder may import\n' }) === undefined) return;
  await install((line) => process.stdout.write(`${line}\n`));
  const faults = await lint();
  process.stdout.write(`${faults ?? 'no faults'}\n`);
  return faults === undefined ? 0 : 1;
});
