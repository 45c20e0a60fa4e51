import { readSettings, runStandIn } from '../process/serve.js';
import { khoSettings, startKho } from './startKho.js';

await runStandIn('kho', () => startKho(readSettings(khoSettings, process.env)));
