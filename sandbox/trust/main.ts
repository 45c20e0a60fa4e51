import { readSettings, runStandIn } from '../process/serve.js';
import { startTrust, trustSettings } from './startTrust.js';

await runStandIn('trust', () => startTrust(readSettings(trustSettings, process.env)));
