/** A reporter for node:test that writes one JSON line per finished test, for the parent that counts over all kinds. */
export default async function* testReporter(source) {
  for await (const { type, data } of source) {
    if (type === 'test:stdout' || type === 'test:stderr') {
      yield line({ kind: 'output', file: data.file, text: data.message });
    } else if (type === 'test:start') {
      yield line({ kind: 'start', file: data.file, name: data.name, nesting: data.nesting });
    } else if (type === 'test:pass' || type === 'test:fail') {
      const { details = {} } = data;
      yield line({
        kind: details.type === 'suite' ? 'suite' : 'test',
        file: data.file,
        name: data.name,
        nesting: data.nesting,
        passed: type === 'test:pass',
        // `true` is a skip without a reason.
        skipped: data.skip ?? data.todo,
        milliseconds: details.duration_ms,
        error: type === 'test:fail' ? describe(details.error) : undefined,
      });
    }
  }
}

const line = (value) => `${JSON.stringify(value)}\n`;

function describe(error) {
  const cause = error?.cause ?? error;
  return String(cause?.stack ?? cause?.message ?? cause ?? 'no reason given');
}
