import type { Readable } from 'node:stream';
import { SaxesParser } from 'saxes';
import { RefusedWorkbook, refusal } from './refusal.js';

/** What a part's reader does at each event; names come without prefix, since some software writes `<x:row>`. */
export type PartHandler = {
  open(name: string, attributes: Record<string, string>): void;
  text?(text: string): void;
  close?(name: string): void;
};

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/**
 * Streams one XML part through a handler. No document type is allowed, so no entity can be declared; nothing is resolved.
 * @throws RefusedWorkbook `damaged` when the part is not well-formed UTF-8 XML
 */
export async function readXmlPart(stream: Readable, handler: PartHandler): Promise<void> {
  const parser = new SaxesParser({ xmlns: false, position: false });
  const damaged = (cause: unknown) => new RefusedWorkbook(refusal('damaged'), { cause });
  let failure: unknown = null;
  parser.on('error', (error) => { failure ??= error; });
  parser.on('doctype', () => { failure ??= new Error('document type declaration'); });
  parser.on('opentag', (tag) => {
    // `r:id` keeps its prefix: only names of elements are stripped.
    if (failure === null) handler.open(local(tag.name), tag.attributes as Record<string, string>);
  });
  parser.on('text', (text) => { if (failure === null) handler.text?.(text); });
  parser.on('cdata', (text) => { if (failure === null) handler.text?.(text); });
  parser.on('closetag', (tag) => { if (failure === null) handler.close?.(local(tag.name)); });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    try {
      parser.write(decoder.decode(chunk, { stream: true }));
    } catch (cause) {
      throw cause instanceof RefusedWorkbook ? cause : damaged(cause);
    }
    if (failure !== null) throw damaged(failure);
  }
  try {
    parser.write(decoder.decode());
    parser.close();
  } catch (cause) {
    throw damaged(cause);
  }
  if (failure !== null) throw damaged(failure);
}

/** Excel writes control characters and CR as `_x000D_`; `_x005F_` stands for the underscore itself. */
export const unescapeText = (text: string): string =>
  text.includes('_x') ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : text;
