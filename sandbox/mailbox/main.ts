import { readSettings, runStandIn } from '../process/serve.js';
import { mailboxSettings, startMailbox } from './startMailbox.js';

await runStandIn('mailbox', () => startMailbox(readSettings(mailboxSettings, process.env)));
