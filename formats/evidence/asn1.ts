import { fromBER, Integer, ObjectIdentifier, OctetString, type BaseBlock } from 'asn1js';

type Block = BaseBlock;

/** Bytes that are not the structure they should be; the message names the place, never the bytes. */
export class Asn1Fault extends Error {
  constructor(readonly place: string, options?: ErrorOptions) {
    super(`not readable: ${place}`, options);
    this.name = 'Asn1Fault';
  }
}

/** One whole value, with nothing after it. */
export function readWhole(bytes: Uint8Array, place: string): BaseBlock {
  const { offset, result } = decode(bytes, place);
  if (offset !== bytes.length || result.error !== '') throw new Asn1Fault(place);
  return result;
}

/** The library says most faults in its result, and throws for a few. */
function decode(bytes: Uint8Array, place: string): ReturnType<typeof fromBER> {
  try {
    return fromBER(bytes);
  } catch (cause) {
    throw new Asn1Fault(place, { cause });
  }
}

/** The parts of a constructed value (SEQUENCE, SET, or a context tag around several). */
export function parts(block: Block | undefined, place: string): BaseBlock[] {
  const value = (block?.valueBlock as { value?: unknown } | undefined)?.value;
  if (block === undefined || !block.idBlock.isConstructed || !Array.isArray(value)) throw new Asn1Fault(place);
  return value as BaseBlock[];
}

export const isContext = (block: Block | undefined, number: number): boolean => block?.idBlock.tagClass === 3 && block.idBlock.tagNumber === number;

/** The value's own bytes, header included, as they were read. */
export const bytesOf = (block: BaseBlock): Buffer => Buffer.from(block.valueBeforeDecodeView);

export function oid(block: Block | undefined, place: string): string {
  if (!(block instanceof ObjectIdentifier)) throw new Asn1Fault(place);
  return block.valueBlock.toString();
}

/** Big-endian two's complement, as it stands. */
export function integer(block: Block | undefined, place: string): Buffer {
  if (!(block instanceof Integer)) throw new Asn1Fault(place);
  return Buffer.from(block.valueBlock.valueHexView);
}

export function octets(block: Block | undefined, place: string): Buffer {
  if (!(block instanceof OctetString)) throw new Asn1Fault(place);
  return Buffer.from(block.getValue());
}
