import { readSettings, runStandIn } from '../process/serve.js';
import { signingSettings, startSigning } from './startSigning.js';

await runStandIn('signing', () => startSigning(readSettings(signingSettings, process.env)));
