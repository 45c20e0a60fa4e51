import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './lib/build.mjs';
import { distDir } from './lib/files.mjs';
import { install } from './lib/install.mjs';
import { progressPrinter, runScript } from './lib/report.mjs';

/** Plays a small campaign on a hub of its own and saves the histories that test/replay replays; see docs/temporal.md for when. */
await runScript(async () => {
  const onProgress = progressPrinter();
  await install(onProgress);
  await build(onProgress);
  const { saveHistories } = await import(pathToFileURL(path.join(distDir, 'test', 'support', 'saveHistories.js')).href);
  onProgress(`saved ${(await saveHistories()).join(', ')}`);
  return 0;
});
