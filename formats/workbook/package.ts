import { Transform, type Readable } from 'node:stream';
import yauzl from 'yauzl';
import { crc32Of } from './crc.js';
import { sniff } from './kind.js';
import type { WorkbookLimits } from './limits.js';
import { RefusedWorkbook, refusal, type RefusalCode } from './refusal.js';

/** The parts of a workbook's ZIP, by name without leading slash; nothing is inflated until a part is opened. */
export type WorkbookPackage = {
  names: readonly string[];
  /** Inflates one part, or null when there is none. Sizes, ratio and checksum are enforced while the bytes flow. */
  open(name: string): Promise<Readable | null>;
  /** Inflates, and throws away, what nobody opened: exceljs would inflate it later, with no limit of its own. */
  proveRest(): Promise<void>;
};

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1).replace('.', ',')} MB`;
const refuse = (code: RefusalCode, detail?: string): never => { throw new RefusedWorkbook(refusal(code, detail)); };

/**
 * Judges a file by its bytes and its ZIP directory: size, kind, encryption, macros, number and declared sizes of entries.
 * The directory may lie, so `open` counts again what really comes out.
 * @throws RefusedWorkbook
 */
export async function openPackage(bytes: Buffer, limits: WorkbookLimits): Promise<WorkbookPackage> {
  if (bytes.length > limits.maxBytes) refuse('too-large', `${megabytes(bytes.length)}; tối đa ${megabytes(limits.maxBytes)}`);
  const kind = sniff(bytes);
  if (kind !== 'zip') return refuse(kind);
  const { zip, entries } = await readDirectory(bytes, limits);
  refuseForeign(new Set(entries.keys()));
  let inflated = 0;
  const opened = new Set<string>();
  const pack: WorkbookPackage = {
    names: [...entries.keys()],
    async open(name) {
      const entry = entries.get(name);
      if (entry === undefined) return null;
      opened.add(name);
      const source = await damaged(() => zip.openReadStreamPromise(entry));
      let crc = 0;
      const guard = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          inflated += chunk.length;
          crc = crc32Of(chunk, crc);
          done(inflated > limits.maxUncompressedBytes ? new RefusedWorkbook(refusal('inflates-too-much')) : null, chunk);
        },
        flush(done) {
          done(crc === entry.crc32 ? null : new RefusedWorkbook(refusal('damaged')));
        },
      });
      source.on('error', (cause) => guard.destroy(new RefusedWorkbook(refusal('damaged'), { cause })));
      return source.pipe(guard);
    },
    async proveRest() {
      for (const name of entries.keys()) {
        if (opened.has(name) || name.endsWith('/')) continue;
        for await (const chunk of (await pack.open(name)) ?? []) void chunk;
      }
    },
  };
  return pack;
}

async function readDirectory(bytes: Buffer, limits: WorkbookLimits) {
  const zip = await damaged(() => yauzl.fromBufferPromise(bytes, { lazyEntries: true, validateEntrySizes: true, autoClose: false }));
  if (zip.entryCount > limits.maxEntries) refuse('too-many-entries', String(zip.entryCount));
  const entries = new Map<string, yauzl.Entry>();
  let declared = 0;
  await damaged(async () => {
    for await (const entry of zip.eachEntry()) {
      if (entry.isEncrypted()) refuse('encrypted');
      declared += entry.uncompressedSize;
      const ratio = entry.uncompressedSize / Math.max(entry.compressedSize, 1);
      if (declared > limits.maxUncompressedBytes || (entry.uncompressedSize > 2 ** 20 && ratio > limits.maxRatio)) refuse('inflates-too-much');
      if (entries.has(entry.fileName)) refuse('damaged');
      entries.set(entry.fileName, entry);
    }
  });
  return { zip, entries };
}

/** ZIPs that are something else, or a kind of workbook the hub does not take. */
function refuseForeign(names: ReadonlySet<string>): void {
  const some = (test: RegExp) => [...names].some((name) => test.test(name));
  if (some(/^word\/|^ppt\//) || names.has('mimetype')) refuse('other-office');
  if (names.has('xl/workbook.bin')) refuse('binary-xlsb');
  if (some(/vbaProject\.bin$/i) || some(/^xl\/macrosheets\//)) refuse('macro');
  if (!names.has('[Content_Types].xml')) refuse('not-workbook');
}

/** What yauzl throws means a broken ZIP; our own refusals pass. */
async function damaged<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof RefusedWorkbook) throw cause;
    throw new RefusedWorkbook(refusal('damaged'), { cause });
  }
}
