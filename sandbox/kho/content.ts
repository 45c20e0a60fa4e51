import { gunzip } from 'node:zlib';
import { promisify } from 'node:util';

/** 10 MB per transaction; the annex does not say of what, so both sides are held to it. */
export const LIMIT_BYTES = 10_000_000;

export type Content = { ok: true; xml: string } | { ok: false; code: 'QUA_DUNG_LUONG' | 'SAI_DINH_DANG_GOI'; reason: string };

/**
 * Takes `content` apart, by the annex: Base64 → 4 bytes little-endian with the length before GZip → GZip → UTF-8 →
 * quotes unescaped (`\"`, `&quot;` or none). Written apart from the hub's own coding on purpose.
 */
export async function unpackContent(content: string): Promise<Content> {
  if (content.length > LIMIT_BYTES) return { ok: false, code: 'QUA_DUNG_LUONG', reason: 'Nội dung đã đóng gói vượt quá 10 MB.' };
  const packed = Buffer.from(content, 'base64');
  if (packed.toString('base64') !== content) return damaged('Nội dung không phải Base64.');
  if (packed.length < 4) return damaged('Nội dung không có 4 byte độ dài.');
  const announced = packed.readUInt32LE(0);
  if (announced > LIMIT_BYTES) return { ok: false, code: 'QUA_DUNG_LUONG', reason: 'Nội dung trước khi nén vượt quá 10 MB.' };
  let raw: Buffer;
  try {
    raw = await promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)(packed.subarray(4), { maxOutputLength: LIMIT_BYTES });
  } catch (error) {
    // zlib says by its code what was wrong with the data; anything without one is not the sender's fault.
    if (!(error instanceof Error && 'code' in error)) throw error;
    return damaged('Nội dung không giải nén được bằng GZip.');
  }
  if (raw.length !== announced) return damaged(`Độ dài báo trước là ${announced} byte, nội dung giải nén có ${raw.length} byte.`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return damaged('Nội dung không phải UTF-8.');
  }
  return { ok: true, xml: unescapeQuotes(text) };
}

const damaged = (reason: string): Content => ({ ok: false, code: 'SAI_DINH_DANG_GOI', reason });

/** The first attribute shows how the sender wrote quotes. */
function unescapeQuotes(text: string): string {
  const [, quote] = /=\s*(\\"|&quot;|["'])/.exec(text) ?? [];
  if (quote === '\\"') return text.replaceAll('\\"', '"');
  if (quote === '&quot;') return text.replaceAll('&quot;', '"');
  return text;
}
