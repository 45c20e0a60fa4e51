import { runScript, progressPrinter } from './lib/report.mjs';
import { install } from './lib/install.mjs';
import { build } from './lib/build.mjs';

/** `npm run build [-- --keep-going]`: packages, dist/ and the workflow bundle. */
await runScript(async () => {
  const onProgress = progressPrinter();
  await install(onProgress);
  await build(onProgress, process.argv.includes('--keep-going') ? { keepGoing: true } : {});
});
