import * as zlib from 'node:zlib';

/** CRC-32 of ZIP; node:zlib has it only since 20.15 and the hub runs on 20.3. yauzl does not check it. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

function byTable(bytes: Uint8Array, before: number): number {
  let value = ~before;
  for (let at = 0; at < bytes.length; at++) value = (value >>> 8) ^ (TABLE[(value ^ (bytes[at] as number)) & 0xff] as number);
  return ~value >>> 0;
}

/** Ten times as fast where it is there. @param before result for the bytes that came before; 0 at the start */
export const crc32Of: (bytes: Uint8Array, before: number) => number = (zlib as Partial<typeof zlib>).crc32 ?? byTable;
