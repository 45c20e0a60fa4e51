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
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(name, () => {
      if (asked && name === 'SIGINT') process.exit(130);
      if (!asked) onProgress('stopping');
      asked = true;
      controller.abort();
    });
  }
  return { signal: controller.signal, stopped };
}
