/** Just enough DER (X.690) for certificates and time-stamp tokens. Runs in a browser: nothing is imported. */
export type Der = { tag: number; whole: Uint8Array; body: Uint8Array };

export class DerFault extends Error {}

/** Exactly one value; anything after it is a fault. */
export function readDer(bytes: Uint8Array): Der {
  const value = valueAt(bytes, 0);
  if (value.whole.length !== bytes.length) throw new DerFault('bytes after the value');
  return value;
}

export function derChildren(parent: Der | undefined): Der[] {
  if (parent === undefined || (parent.tag & 0x20) === 0) throw new DerFault('not constructed');
  const found: Der[] = [];
  for (let at = 0; at < parent.body.length;) {
    const child = valueAt(parent.body, at);
    found.push(child);
    at += child.whole.length;
  }
  return found;
}

function valueAt(bytes: Uint8Array, at: number): Der {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw new DerFault('header');
  const count = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || count > 4) throw new DerFault('length');
  let length = first;
  if (count > 0) length = bytes.subarray(at + 2, at + 2 + count).reduce((sum, byte) => sum * 256 + byte, 0);
  const start = at + 2 + count;
  if (start + length > bytes.length) throw new DerFault('cut off');
  return { tag, whole: bytes.slice(at, start + length), body: bytes.slice(start, start + length) };
}

export function oidOf(value: Der | undefined): string {
  if (value === undefined || value.tag !== 0x06) throw new DerFault('no object identifier');
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of value.body) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) { arcs.push(arc); arc = 0; }
  }
  const [first = 0, ...rest] = arcs;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - 40 * root, ...rest].join('.');
}

export const sameBytes = (one: Uint8Array, other: Uint8Array): boolean => one.length === other.length && one.every((byte, at) => byte === other[at]);
export const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text.replace(/\s+/g, '')), (letter) => letter.charCodeAt(0));
export const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
export const fromHex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
export const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => Array.from(part)));
