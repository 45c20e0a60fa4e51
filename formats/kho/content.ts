import { gunzipSync, gzipSync } from 'node:zlib';

/** Why `content` could not be unpacked; says nothing of what it holds. */
export type ContentFault = 'not-base64' | 'truncated' | 'too-large' | 'not-gzip' | 'length-mismatch' | 'not-utf8' | 'mixed-escapes';

export class KhoContentError extends Error {
  constructor(readonly code: ContentFault) {
    super(`content of a transaction: ${code}`);
    this.name = 'KhoContentError';
  }
}

const PREFIX_BYTES = 4;

/**
 * Packs XML as the Ministry's annex says (spec §4): quotes escaped as `\"`, UTF-8, GZip, prefixed by the length before GZip as 4 bytes
 * little-endian, Base64. The same XML gives the same text, so a repeated sending repeats its bytes.
 */
export function encodeContent(xml: Buffer): string {
  const escaped = Buffer.from(xml.toString('utf8').replaceAll('"', '\\"'), 'utf8');
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32LE(escaped.length);
  return Buffer.concat([prefix, gzipSync(escaped)]).toString('base64');
}

/**
 * Unpacks `content` of any sender: quotes may be escaped as `\"`, as `&quot;`, or not at all.
 * @param maxBytes of the text before GZip; neither the prefix nor the stream can make more be allocated
 * @throws KhoContentError
 */
export function decodeContent(content: string, { maxBytes }: { maxBytes: number }): Buffer {
  // Compressed text is shorter than its source save for a few header bytes.
  if (content.length > Math.ceil((maxBytes + 1_024) / 3) * 4) throw new KhoContentError('too-large');
  if (content.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(content)) throw new KhoContentError('not-base64');
  const packed = Buffer.from(content, 'base64');
  if (packed.length <= PREFIX_BYTES) throw new KhoContentError('truncated');
  const length = packed.readUInt32LE();
  if (length > maxBytes) throw new KhoContentError('too-large');
  const text = decodeUtf8(gunzip(packed.subarray(PREFIX_BYTES), length));
  return Buffer.from(unescapeQuotes(text), 'utf8');
}

function gunzip(packed: Buffer, length: number): Buffer {
  let bytes: Buffer;
  try {
    // One byte more than promised is already too much; zlib wants a limit of at least 1.
    bytes = gunzipSync(packed, { maxOutputLength: Math.max(length, 1) });
  } catch (fault) {
    throw new KhoContentError((fault as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'length-mismatch' : 'not-gzip');
  }
  if (bytes.length !== length) throw new KhoContentError('length-mismatch');
  return bytes;
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new KhoContentError('not-utf8');
  }
}

/** How the sender escaped quotes is known from the first attribute; the root has one. */
function unescapeQuotes(text: string): string {
  const first = /=\s*(\\"|&quot;|"|')/.exec(text)?.[1];
  if (first === '&quot;') return text.replaceAll('&quot;', '"');
  if (first !== '\\"') return text;
  if (/(?:^|[^\\])"/.test(text)) throw new KhoContentError('mixed-escapes');
  return text.replaceAll('\\"', '"');
}
