import { parseArgs } from 'node:util';
import { SetupError } from './report.mjs';

export const BAD_CALL = 3;

/**
 * The options of a script. `--help` prints the help and ends; an option that nobody knows is one sentence and exit 3, before anything
 * has been started, since a mistyped option that is ignored does something else than was asked.
 * @param {{help: string, options?: import('node:util').ParseArgsConfig['options'], positionals?: boolean, argv?: string[]}} call
 * @returns {{values: Record<string, string | boolean | undefined>, positionals: string[]} | undefined} undefined when the help was printed
 */
export function readArguments({ help, options = {}, positionals = false, argv = process.argv.slice(2) }) {
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(help);
    return undefined;
  }
  try {
    return parseArgs({ args: argv, options, allowPositionals: positionals, strict: true });
  } catch (fault) {
    throw new SetupError(`${fault.message.split('. ')[0]}\n\n${help}`, { exitCode: BAD_CALL });
  }
}
