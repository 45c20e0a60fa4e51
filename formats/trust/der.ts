/** Bytes that are not DER, or not the structure they should be. The text is for logs: it never holds what was read. */
export class DerFault extends Error {}

/** Context tag [n]; constructed unless said otherwise. */
export const contextTag = (number: number, form: 'constructed' | 'primitive' = 'constructed'): number => (form === 'constructed' ? 0xa0 : 0x80) | number;

export const TAG = { boolean: 0x01, integer: 0x02, bitString: 0x03, octetString: 0x04, oid: 0x06, enumerated: 0x0a, utcTime: 0x17, generalizedTime: 0x18, sequence: 0x30, set: 0x31 } as const;

/** Deep enough for every certificate; names inside names inside general names need about ten. */
const MOST_LEVELS = 32;

/** One value: tag, content, and all its bytes. It keeps places in the bytes it was read from: a list has a million values. */
export class Der {
  private constructor(readonly tag: number, private readonly source: Buffer, private readonly from: number, private readonly start: number, private readonly end: number, private readonly level: number) {}

  get body(): Buffer {
    return this.source.subarray(this.start, this.end);
  }

  get whole(): Buffer {
    return this.source.subarray(this.from, this.end);
  }

  /** The one value that fills `bytes`; anything after it is a fault. */
  static read(bytes: Uint8Array, level = 0): Der {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const value = Der.at(buffer, 0, buffer.length, level);
    if (value.end !== buffer.length) throw new DerFault('bytes left over');
    return value;
  }

  /** The value that begins at `at` and must end by `bound`. */
  private static at(bytes: Buffer, at: number, bound: number, level: number): Der {
    if (level > MOST_LEVELS) throw new DerFault('too deep');
    if (at + 2 > bound) throw new DerFault('cut short');
    const [tag, first] = [bytes[at] as number, bytes[at + 1] as number];
    if ((tag & 0x1f) === 0x1f) throw new DerFault('tag of more than one byte');
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    // 0x80 is BER's indefinite length; four bytes are more than any file the hub takes.
    if (first === 0x80 || lengthBytes > 4 || at + 2 + lengthBytes > bound) throw new DerFault('length');
    const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes);
    if (lengthBytes > 0 && (length < 0x80 || bytes[at + 2] === 0)) throw new DerFault('length not in its shortest form');
    const start = at + 2 + lengthBytes;
    if (start + length > bound) throw new DerFault('cut short');
    return new Der(tag, bytes, at, start, start + length, level);
  }

  /** The values inside; of a primitive value (an OCTET STRING that wraps another) with `inside()`. */
  children(): Der[] {
    if ((this.tag & 0x20) === 0) throw new DerFault('no structure');
    const found: Der[] = [];
    for (let at = this.start; at < this.end;) {
      const child = Der.at(this.source, at, this.end, this.level + 1);
      found.push(child);
      at = child.end;
    }
    return found;
  }

  /** The one value that fills an OCTET STRING. */
  inside(): Der {
    this.expect(TAG.octetString);
    return Der.read(this.body, this.level + 1);
  }

  expect(tag: number): this {
    if (this.tag !== tag) throw new DerFault(`tag ${this.tag} where ${tag} belongs`);
    return this;
  }

  sequence(): Der[] {
    return this.expect(TAG.sequence).children();
  }

  boolean(): boolean {
    const [value, ...more] = this.body;
    // DER knows 00 and FF only; a DEFAULT FALSE written out is let pass, as authorities do write it.
    if (more.length > 0 || (value !== 0x00 && value !== 0xff)) throw new DerFault('boolean');
    return value === 0xff;
  }

  /** Two's complement content as hex, in its one shortest form: equal numbers are equal text. */
  integerHex(): string {
    const { body } = this;
    const [first, second] = [body[0], body[1]];
    if (first === undefined) throw new DerFault('integer');
    if (second !== undefined && ((first === 0x00 && second < 0x80) || (first === 0xff && second >= 0x80))) throw new DerFault('integer not in its shortest form');
    return body.toString('hex');
  }

  /** A number from 0 up, such as a CRL's, which may have 20 bytes. */
  natural(): bigint {
    const hex = this.integerHex();
    if ((this.body[0] as number) >= 0x80) throw new DerFault('negative');
    return BigInt(`0x${hex}`);
  }

  oid(): string {
    const parts: bigint[] = [];
    let value = 0n;
    let open = false;
    for (const byte of this.body) {
      if (!open && byte === 0x80) throw new DerFault('object identifier');
      value = value * 128n + BigInt(byte & 0x7f);
      open = byte >= 0x80;
      if (open) continue;
      parts.push(value);
      value = 0n;
    }
    const [first, ...rest] = parts;
    if (open || first === undefined) throw new DerFault('object identifier');
    const root = first < 40n ? 0n : first < 80n ? 1n : 2n;
    return [root, first - root * 40n, ...rest].join('.');
  }

  /** Bits by place, the first being 0; the unused ones at the end must be 0. */
  bits(): Set<number> {
    const [unused, ...bytes] = this.body;
    if (unused === undefined || unused > 7 || (bytes.length === 0 && unused !== 0)) throw new DerFault('bit string');
    if (((bytes.at(-1) ?? 0) & ((1 << unused) - 1)) !== 0) throw new DerFault('bit string');
    return new Set(bytes.flatMap((byte, place) => [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (byte & (0x80 >> bit)) !== 0).map((bit) => place * 8 + bit)));
  }

  /** The content of a BIT STRING of whole bytes: a signature. */
  bitBytes(): Buffer {
    if (this.expect(TAG.bitString).body[0] !== 0) throw new DerFault('bit string');
    return this.body.subarray(1);
  }

  /** Milliseconds; the forms RFC 5280 §4.1.2.5 allows, in GMT to the second. */
  time(): number {
    const text = this.source.toString('latin1', this.start, this.end);
    const [, year, rest] = (this.tag === TAG.utcTime ? /^(\d\d)(\d{10})Z$/ : this.tag === TAG.generalizedTime ? /^(\d{4})(\d{10})Z$/ : /(?!)/).exec(text) ?? [];
    if (year === undefined || rest === undefined) throw new DerFault('time');
    const full = this.tag === TAG.utcTime ? `${Number(year) < 50 ? '20' : '19'}${year}` : year;
    const iso = `${full}-${rest.slice(0, 2)}-${rest.slice(2, 4)}T${rest.slice(4, 6)}:${rest.slice(6, 8)}:${rest.slice(8, 10)}.000Z`;
    const value = Date.parse(iso);
    // Date.parse would take 31 April for 1 May.
    if (Number.isNaN(value) || new Date(value).toISOString() !== iso) throw new DerFault('time');
    return value;
  }
}
