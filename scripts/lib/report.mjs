/**
 * A fault that the person at the keyboard can mend. It is printed as one sentence, without a stack, because the
 * sentence says all that helps; every other error keeps its stack, because it is ours to mend.
 */
export class SetupError extends Error {
  /** @param {string} message what is wrong and what to do, one line @param {{cause?: unknown, exitCode?: number}} [options] */
  constructor(message, options = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SetupError';
    this.exitCode = options.exitCode ?? 1;
  }
}

/** Prints progress with the seconds since the start, so that a slow step is seen at once. */
export function progressPrinter(stream = process.stdout) {
  const begun = performance.now();
  return (line) => {
    const seconds = ((performance.now() - begun) / 1000).toFixed(1).padStart(6);
    stream.write(`${seconds}s  ${line}\n`);
  };
}

/**
 * Runs a script's main function and turns its end into an exit code: the function's number, or 0.
 * @param {() => Promise<number | void>} main
 */
export async function runScript(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (error instanceof SetupError) {
      process.stderr.write(`error: ${error.message}\n`);
      if (process.env.HUB_LOG_LEVEL === 'debug' && error.cause) console.error(error.cause);
      process.exitCode = error.exitCode;
    } else {
      console.error(error);
      process.exitCode = 70;
    }
  }
}
