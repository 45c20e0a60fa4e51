import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createDeflateRaw } from 'node:zlib';
import { crc32Of } from './crc.js';

/** Takes bytes; the writer waits for it, so a slow reader slows the writer down and nothing piles up. */
export type Sink = (bytes: Buffer) => Promise<void>;

const MOST = 0xffff_ffff;
/** 1 January 1980: the same content gives the same bytes. */
const DOS_DATE = 0x0021;
const VERSION = 20;
/** Sizes and checksum follow the entry (they are not known before), names are UTF-8. */
const FLAGS = 0x0808;
const DEFLATED = 8;

type Entry = { name: Buffer; crc: number; packed: number; size: number; offset: number };

/**
 * Writes a ZIP as it comes, entry after entry, without knowing sizes beforehand and without holding more than a piece.
 * @param level of zlib; workbooks of repeated text gain little beyond 1 and cost much
 */
export class ZipWriter {
  readonly #entries: Entry[] = [];
  #offset = 0;

  constructor(private readonly sink: Sink, private readonly level = 1) {}

  /** @throws RangeError when the entry outgrows what a ZIP without extensions holds (4 GB) */
  async add(name: string, chunks: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<void> {
    const entry: Entry = { name: Buffer.from(name), crc: 0, packed: 0, size: 0, offset: this.#offset };
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(VERSION, 4);
    head.writeUInt16LE(FLAGS, 6);
    head.writeUInt16LE(DEFLATED, 8);
    head.writeUInt16LE(DOS_DATE, 12);
    head.writeUInt16LE(entry.name.length, 26);
    await this.#put(Buffer.concat([head, entry.name]));
    const counted = async function* (): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        entry.crc = crc32Of(chunk, entry.crc);
        entry.size += chunk.length;
        yield chunk;
      }
    };
    await pipeline(Readable.from(counted(), { objectMode: false }), createDeflateRaw({ level: this.level, chunkSize: 65_536 }), async (packed: AsyncIterable<Buffer>) => {
      for await (const part of packed) {
        entry.packed += part.length;
        await this.#put(part);
      }
    });
    if (entry.size > MOST || this.#offset > MOST) throw new RangeError('the workbook is larger than a ZIP file may be');
    const sizes = Buffer.alloc(16);
    sizes.writeUInt32LE(0x08074b50, 0);
    writeSizes(sizes, 4, entry);
    await this.#put(sizes);
    this.#entries.push(entry);
  }

  async end(): Promise<void> {
    const from = this.#offset;
    for (const entry of this.#entries) {
      const head = Buffer.alloc(46);
      head.writeUInt32LE(0x02014b50, 0);
      head.writeUInt16LE(VERSION, 4);
      head.writeUInt16LE(VERSION, 6);
      head.writeUInt16LE(FLAGS, 8);
      head.writeUInt16LE(DEFLATED, 10);
      head.writeUInt16LE(DOS_DATE, 14);
      writeSizes(head, 16, entry);
      head.writeUInt16LE(entry.name.length, 28);
      head.writeUInt32LE(entry.offset, 42);
      await this.#put(Buffer.concat([head, entry.name]));
    }
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(this.#entries.length, 8);
    end.writeUInt16LE(this.#entries.length, 10);
    end.writeUInt32LE(this.#offset - from, 12);
    end.writeUInt32LE(from, 16);
    await this.#put(end);
  }

  async #put(bytes: Buffer): Promise<void> {
    this.#offset += bytes.length;
    await this.sink(bytes);
  }
}

function writeSizes(into: Buffer, at: number, { crc, packed, size }: Entry): void {
  into.writeUInt32LE(crc, at);
  into.writeUInt32LE(packed, at + 4);
  into.writeUInt32LE(size, at + 8);
}
