/**
 * Turns Ctrl-C and SIGTERM into an orderly stop; a second Ctrl-C gives up waiting. The children outlive that and are
 * ended by the next start.
 * @param {(line: string) => void} onProgress
 * @returns {{signal: AbortSignal, stopped: Promise<void>}} stopped resolves at the first signal
 */
export function stopOnSignals(onProgress) {
  const controller = new AbortController();
  const stopped = new Promise((resolve) => controller.signal.addEventListener('abort', () => resolve()));
  let asked = false;
  const stop = () => {
    if (!asked) onProgress('stopping');
    asked = true;
    controller.abort();
  };
  whenOrphaned(stop);
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(name, () => {
      if (asked && name === 'SIGINT') process.exit(130);
      stop();
    });
  }
  return { signal: controller.signal, stopped };
}

/** npm hands SIGTERM to the shell between it and us, which ends without passing it on: a lost parent is all that we see of it. */
function whenOrphaned(stop) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, 1_000);
  timer.unref();
}
