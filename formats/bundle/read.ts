import { z } from 'zod';
import { evidenceBundle } from '../evidence/bundle.js';
import type { Bundle } from './bundle.js';

const base64 = z.base64();
const schema = z.object({
  format: z.literal('hoc-ba-so-bundle/2'), card: base64, vendor: z.object({ context: z.record(z.string().max(100), z.string().max(1_000)) }).optional(), evidence: evidenceBundle.nullable(), statement: z.string().max(10_000),
  statementSignature: z.object({ value: base64, certificate: base64 }),
});

/** A bundle and its card's bytes; nothing in it is believed. */
export type OpenedBundle = { bundle: Bundle; card: Buffer };

/** Revocation lists of national authorities have some megabytes each. */
const MAX_BYTES = 128 * 2 ** 20;

/** Reads a bundle's file for `hub card verify --bundle`. @returns null when it is none */
export function readBundle(html: Uint8Array): OpenedBundle | null {
  if (html.length > MAX_BYTES) return null;
  const text = Buffer.from(html).toString('utf8');
  const begin = '<script type="application/json" id="goi">';
  const [, after, ...more] = text.split(begin);
  // Two data blocks: which of them the browser would take is nobody's to guess.
  const json = more.length > 0 ? undefined : after?.split('</script>')[0];
  const parsed = schema.safeParse(json === undefined ? undefined : parse(json));
  if (!parsed.success) return null;
  return { bundle: parsed.data, card: Buffer.from(parsed.data.card, 'base64') };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is not a bundle: the caller says so.
    return undefined;
  }
}
