/**
 * The few DER shapes a certificate needs (ITU-T X.690). Written here rather than taken from a library so that the
 * certificates of the sandbox do not come from the code that the hub reads certificates with.
 */
export const der = {
  sequence: (...parts: Buffer[]): Buffer => tlv(0x30, ...parts),
  set: (...parts: Buffer[]): Buffer => tlv(0x31, ...parts),
  utf8: (text: string): Buffer => tlv(0x0c, Buffer.from(text, 'utf8')),
  /** Country codes must be PrintableString (RFC 5280, appendix A). */
  printable: (text: string): Buffer => tlv(0x13, Buffer.from(text, 'latin1')),
  octets: (bytes: Buffer): Buffer => tlv(0x04, bytes),
  boolean: (value: boolean): Buffer => tlv(0x01, Buffer.from([value ? 0xff : 0])),
  nothing: Buffer.from([0x05, 0x00]),
  /** A whole number from its big-endian bytes, never negative. */
  integer: (bytes: Buffer): Buffer => {
    const trimmed = bytes.subarray(bytes.findIndex((byte, index) => byte !== 0 || index === bytes.length - 1));
    return tlv(0x02, (trimmed[0] ?? 0) >= 0x80 ? Buffer.from([0]) : Buffer.alloc(0), trimmed);
  },
  oid: (dotted: string): Buffer => {
    const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
    return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
  },
  bits: (bytes: Buffer, unused = 0): Buffer => tlv(0x03, Buffer.from([unused]), bytes),
  enumerated: (value: number): Buffer => tlv(0x0a, Buffer.from([value])),
  /** UTCTime holds years up to 2049, GeneralizedTime the later ones (RFC 5280 §4.1.2.5). */
  time: (date: Date): Buffer => (date.getUTCFullYear() < 2050 ? tlv(0x17, Buffer.from(secondsOf(date).slice(2))) : der.generalizedTime(date)),
  generalizedTime: (date: Date): Buffer => tlv(0x18, Buffer.from(secondsOf(date))),
  /** `[number] EXPLICIT`. */
  explicit: (number: number, ...parts: Buffer[]): Buffer => tlv(0xa0 | number, ...parts),
  /** `[number] IMPLICIT` of a primitive. */
  implicit: (number: number, bytes: Buffer): Buffer => tlv(0x80 | number, bytes),
};

const secondsOf = (date: Date): string => `${date.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;

function tlv(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  const significant = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from([tag, 0x80 | significant.length]), significant, content]);
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}
