import { z } from 'zod';
import { HashTree, leafHash, type InclusionProof } from './tree.js';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const link = z.strictObject({
  kind: z.enum(['receipt', 'renewal']),
  /** SHA-256 that stands under the leaf: of the card's bytes, or of the evidence before (digest.ts). */
  sha256: hash,
  leafHash: hash,
  proof: z.strictObject({ index: z.number().int().min(0), size: z.number().int().min(1), path: z.array(hash).max(64) }),
  root: hash,
  /** DER TimeStampToken over the root, base64. */
  token: z.base64(),
  genTime: z.iso.datetime(),
  /** DER, base64. */
  certificates: z.array(z.base64()),
  /** `later`: issued after the token, so that they say what had been revoked by then. */
  crls: z.array(z.strictObject({ der: z.base64(), occasion: z.enum(['receipt', 'later']) })),
  /** Answers of OCSP responders (RFC 6960), where lists left something unproven. */
  ocsps: z.array(z.strictObject({ der: z.base64(), occasion: z.enum(['receipt', 'later']) })).default([]),
});
export const evidenceBundle = z.strictObject({ format: z.literal('hoc-ba-so evidence 1'), cardId: z.uuid(), links: z.array(link).min(1) });

/** What a card's evidence is exported as: JSON that says all of it, with nothing to fetch. */
export type EvidenceBundle = z.infer<typeof evidenceBundle>;

type Source = {
  kind: 'receipt' | 'renewal'; token: Buffer; genTime: Date; root: Buffer; position: number; leaves: readonly string[];
  material: readonly { kind: 'certificate' | 'crl' | 'ocsp'; der: Buffer; occasion: 'receipt' | 'later' }[];
};

/** @param links the receipt's token first, then each renewal */
export function writeBundle(cardId: string, links: readonly Source[]): EvidenceBundle {
  return {
    format: 'hoc-ba-so evidence 1', cardId,
    links: links.map(({ kind, token, genTime, root, position, leaves, material }) => {
      const digests = leaves.map((leaf) => Buffer.from(leaf, 'hex'));
      const tree = new HashTree(digests);
      // Stored before the token was asked for; another root now would mean that rows were lost.
      if (!tree.root.equals(root)) throw new Error('the leaves of an evidence do not lead to its root');
      const { index, size, path } = tree.proof(position);
      return {
        kind, sha256: leaves[position] as string, leafHash: leafHash(digests[position] as Buffer).toString('hex'), root: root.toString('hex'),
        proof: { index, size, path: path.map((one) => one.toString('hex')) }, token: token.toString('base64'), genTime: genTime.toISOString(),
        certificates: material.filter((one) => one.kind === 'certificate').map((one) => one.der.toString('base64')),
        crls: ofKind(material, 'crl'), ocsps: ofKind(material, 'ocsp'),
      };
    }),
  };
}

const ofKind = (material: Source['material'], kind: 'crl' | 'ocsp'): EvidenceBundle['links'][number]['crls'] =>
  material.filter((one) => one.kind === kind).map(({ der, occasion }) => ({ der: der.toString('base64'), occasion }));

export const proofOf = ({ proof }: EvidenceBundle['links'][number]): InclusionProof => ({ ...proof, path: proof.path.map((one) => Buffer.from(one, 'hex')) });
