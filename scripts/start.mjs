import { readArguments } from './lib/arguments.mjs';
import { firstAdministratorLink } from './lib/adminLink.mjs';
import { startHub } from './lib/hub.mjs';
import { progressPrinter, runScript } from './lib/report.mjs';
import { stopOnSignals } from './lib/signals.mjs';

const help = `npm start [-- --fresh]

Brings up the hub with everything it needs and stays until Ctrl-C. State survives in .hub/.

  --fresh  forgets what this hub holds and begins anew
`;

await runScript(async () => {
  const asked = readArguments({ help, options: { fresh: { type: 'boolean' } } });
  if (asked === undefined) return;
  const onProgress = progressPrinter();
  const { signal, stopped } = stopOnSignals(onProgress);
  const hub = await startHub({ fresh: asked.values.fresh === true, onProgress, signal });
  process.stdout.write(summary(hub, await firstAdministratorLink(hub.env.migrate)));
  await stopped;
  await hub.stop();
  onProgress('stopped');
});

function summary({ env, ports }, adminLink) {
  const local = (port) => `http://127.0.0.1:${port}`;
  const lines = [
    ['hub (trang làm việc)', env.common.HUB_BASE_URL],
    ['mailbox (hộp thư mô phỏng)', local(ports.mailboxHttp)],
    ['signing service (dịch vụ ký số mô phỏng)', local(ports.signing)],
    ['Kho học bạ số (mô phỏng)', local(ports.kho)],
    ['Temporal UI', process.env.TEMPORAL_ADDRESS ? `of ${process.env.TEMPORAL_ADDRESS}` : local(ports.temporalUi)],
  ];
  const body = lines.map(([name, address]) => `  ${name.padEnd(42)} ${address}`).join('\n');
  const first = adminLink ? `\nThis hub has no administrator yet. This link, good once, makes the first one:\n  ${adminLink}\n` : '';
  return `\nThe hub is running.\n${body}\n${first}\nHealth: npm run doctor · stop: Ctrl-C\n`;
}
