import { z } from 'zod';
import type { Bundle, StatementOfHub } from './bundle.js';

const base64 = z.base64();
const hex = z.string().regex(/^[0-9a-f]{64}$/);
const schema = z.object({
  format: z.literal('hoc-ba-so-bundle/1'), card: base64, certificates: z.array(base64).max(200), statement: z.string().max(10_000),
  statementSignature: z.object({ value: base64, certificate: base64 }),
  evidence: z.object({
    proof: z.object({ index: z.int().min(0), size: z.int().min(1), path: z.array(hex).max(64) }), root: hex, token: base64, crls: z.array(base64).max(200),
  }).nullable(),
});

/** A bundle taken apart into what a verifier needs; nothing in it is believed. */
export type OpenedBundle = {
  bundle: Bundle;
  /** The card's bytes. */
  card: Buffer;
  /** DER. */
  certificates: Buffer[];
  crls: Buffer[];
  /** DER TimeStampToken over the root that `proof` leads to; null when the bundle has no evidence. */
  token: Buffer | null;
  statement: StatementOfHub | null;
};

const MAX_BYTES = 20 * 2 ** 20;

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
  const bundle: Bundle = parsed.data;
  const bytes = (values: readonly string[]): Buffer[] => values.map((value) => Buffer.from(value, 'base64'));
  return {
    bundle, card: Buffer.from(bundle.card, 'base64'), certificates: bytes(bundle.certificates), crls: bytes(bundle.evidence?.crls ?? []),
    token: bundle.evidence === null ? null : Buffer.from(bundle.evidence.token, 'base64'), statement: (parse(bundle.statement) ?? null) as StatementOfHub | null,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is not a bundle: the caller says so.
    return undefined;
  }
}
