import type { SignatureRole } from '../../domain/card.js';
import { moveCards } from '../cards/move.js';
import { rows, touched, type Db } from '../connect.js';
import { storeRevocationBytes, type RevocationBytes } from './material.js';
import { storeCertificates, type CertificateBytes } from './signatures.js';

export type Stamp = {
  token: Buffer; serial: string; genTime: Date;
  certificates: readonly CertificateBytes[]; revocations: readonly RevocationBytes[];
};

export type CardSigner = {
  cardId: string; role: SignatureRole | 'subjectTeacher'; fingerprint: string; der: Buffer;
  /** Certificates that came in the card beside its signers' (DER): they may lie between, and prove nothing by themselves. */
  between?: readonly Buffer[];
};

/** Whose certificates stand in the cards of an evidence. */
export async function signersOf(db: Db, evidenceId: string): Promise<CardSigner[]> {
  const [signers, between] = [await stampedSigners(db, evidenceId), await intermediatesOf(db, evidenceId)];
  return between.size === 0 ? signers : signers.map((signer) => ({ ...signer, between: between.get(signer.cardId) ?? [] }));
}

const stampedSigners = (db: Db, evidenceId: string): Promise<CardSigner[]> => rows<CardSigner>(db, `
  SELECT s.card_id AS "cardId", s.role, s.fingerprint, m.der FROM evidence_leaf l JOIN card_signature s ON s.card_id = l.card_id JOIN evidence_material m ON m.sha256 = s.fingerprint
  WHERE l.evidence_id = :evidenceId ORDER BY l.position, s.role, s.slot`, { evidenceId });

/** By card; equal lists are one list, so that their digest is made once. */
async function intermediatesOf(db: Db, evidenceId: string): Promise<ReadonlyMap<string, readonly Buffer[]>> {
  const found = await rows<{ cardId: string; fingerprints: string[] }>(db, `
    SELECT i.card_id AS "cardId", array_agg(i.fingerprint ORDER BY i.fingerprint) AS fingerprints FROM evidence_leaf l JOIN card_intermediate i ON i.card_id = l.card_id
    WHERE l.evidence_id = :evidenceId GROUP BY i.card_id`, { evidenceId });
  if (found.length === 0) return new Map();
  const ids = [...new Set(found.flatMap(({ fingerprints }) => fingerprints))];
  const ders = new Map((await rows<{ sha256: string; der: Buffer }>(db, 'SELECT sha256, der FROM evidence_material WHERE sha256 = ANY(:ids)', { ids })).map(({ sha256, der }) => [sha256, der]));
  const lists = new Map<string, readonly Buffer[]>();
  return new Map(found.map(({ cardId, fingerprints }) => {
    const list = lists.get(fingerprints.join()) ?? fingerprints.map((one) => ders.get(one) as Buffer);
    lists.set(fingerprints.join(), list);
    return [cardId, list];
  }));
}

/** Links what was collected to its evidence; `later` never takes the place of what was there at receipt. */
export async function useMaterial(db: Db, evidenceIds: readonly string[], sha256s: readonly string[], occasion: 'receipt' | 'later'): Promise<void> {
  await touched(db, `
    INSERT INTO evidence_use (evidence_id, sha256, occasion) SELECT e.id, m.sha256, :occasion FROM unnest(:evidenceIds::uuid[]) AS e(id), unnest(:sha256s::text[]) AS m(sha256) ON CONFLICT DO NOTHING`,
  { evidenceIds, sha256s, occasion });
}

/** Stores token and answers once. @returns false when a later attempt has taken over, or it is stored already */
export async function storeStamp(db: Db, { id, fence }: { id: string; fence: number }, stamp: Stamp): Promise<boolean> {
  const stored = await touched(db, `
    UPDATE evidence SET state = 'stamped', token = :token, token_serial = :serial, gen_time = :genTime, stamped_at = now(), wait_code = NULL, wait_since = NULL
    WHERE id = :id AND fence = :fence AND state = 'open'`, { id, fence, token: stamp.token, serial: stamp.serial, genTime: stamp.genTime });
  if (stored !== 1) return false;
  await storeCertificates(db, stamp.certificates);
  await storeRevocationBytes(db, stamp.revocations);
  await useMaterial(db, [id], [...stamp.certificates.map((one) => one.fingerprint), ...stamp.revocations.map((one) => one.sha256)], 'receipt');
  return true;
}

/** What the Sở receives: the cards under this evidence whose bytes are still those that were stamped. */
export const receiveStamped = (db: Db, evidenceId: string, cardIds: readonly string[]): Promise<string[]> => moveCards(db, {
  from: ['sealed'], to: 'received', act: 'received', actorId: null, decisionId: null, using: 'evidence_leaf s',
  where: 's.evidence_id = :evidenceId AND s.card_id = c.id AND s.sha256 = c.document_sha256 AND c.id = ANY(:cardIds)', bindings: { evidenceId, cardIds }, set: 'received_at = now()',
});
