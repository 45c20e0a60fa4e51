import type { RefusalCode } from '../../domain/refusals.js';
import { TRUST_SOURCES, TRUST_USES, type TrustChange } from '../../domain/trust.js';
import { row, type Db } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';

const tooShort = (text: string): boolean => text.trim().length < 5;

export async function judgeTrustAct(db: Db, decision: DecisionRow<'propose_trust'> | DecisionRow<'settle_trust'>): Promise<RefusalCode | null> {
  if (decision.act === 'propose_trust') return tooShort(decision.payload.reason) ? 'reason-missing' : judgeChange(db, decision.payload.change);
  const { changeId, confirmed, reason } = decision.payload;
  const change = await row<{ state: string; content: TrustChange; own: boolean; same: boolean }>(db, `
    SELECT c.state, c.content, c.proposed_by = :actorId AS own, c.proposed_by = :actorId OR p.personal_number = a.personal_number AS same
    FROM trust_change c JOIN person p ON p.id = c.proposed_by JOIN person a ON a.id = :actorId WHERE c.id = :changeId`, { changeId, actorId: decision.actorId });
  if (change === undefined) return 'not-found';
  if (change.state !== 'proposed') return 'already-decided';
  // One's own proposal may be withdrawn without more words.
  if (!confirmed) return !change.own && tooShort(reason ?? '') ? 'reason-missing' : null;
  if (change.same) return 'trust-same-person';
  if (ADDS[change.content.kind] && await freshAccess(db, changeId, decision.actorId)) return 'trust-fresh-access';
  return judgeChange(db, change.content);
}

/** Ending trust is never made harder: at worst receipt waits. */
const ADDS = { add_certificate: true, add_source: true, end_certificate: false, end_source: false, use_packet_key: true } as const satisfies Record<TrustChange['kind'], boolean>;

/** Over a weekend, the real holder of an account finds that the own password no longer works. */
const FRESH_HOURS = 72;

/**
 * Whether one of the two came in by a link, or into the role, so lately that nobody need have noticed: an administrator makes password
 * links for colleagues and hands out roles, and would otherwise be both of the two alone.
 */
async function freshAccess(db: Db, changeId: string, actorId: string): Promise<boolean> {
  return await row(db, `
    SELECT 1 FROM audit a JOIN trust_change c ON a.subject_id IN (c.proposed_by::text, :actorId::text)
    WHERE c.id = :changeId AND a.subject_kind = 'person' AND a.at > now() - interval '${FRESH_HOURS} hours'
      AND (a.act = 'set_password' OR (a.act IN ('grant_role', 'appoint') AND a.detail->>'role' = 'administrator')) LIMIT 1`, { changeId, actorId }) !== undefined;
}

/** As things stand now: between a proposal and its confirmation others may have been carried out. */
async function judgeChange(db: Db, change: TrustChange): Promise<RefusalCode | null> {
  switch (change.kind) {
    case 'add_certificate': {
      if (change.authority.trim() === '' || change.uses.length === 0 || !change.uses.every((use) => TRUST_USES.includes(use))) return 'bad-input';
      const held = await row(db, `SELECT 1 FROM trust_anchor WHERE trusted_to IS NULL AND der = decode(:der, 'base64')`, { der: change.der });
      return held === undefined ? null : 'trust-in-force';
    }
    case 'add_source': {
      if (change.authority.trim() === '' || !TRUST_SOURCES.includes(change.source) || !/^https?:\/\/[^/]/.test(change.address)) return 'bad-input';
      const held = await row(db, 'SELECT 1 FROM trust_source WHERE used_to IS NULL AND kind = :source AND address = :address', { source: change.source, address: change.address });
      return held === undefined ? null : 'trust-in-force';
    }
    case 'use_packet_key': {
      const key = await row<{ active: boolean; fits: boolean; valid: boolean }>(db, `
        SELECT k.active, c.fingerprint = :fingerprint AS fits, c.valid_from <= now() AND now() < c.valid_to AND c.revoked_at IS NULL AS valid
        FROM packet_key k JOIN certificate c ON c.id = k.certificate_id WHERE k.id = :keyId`, { keyId: change.keyId, fingerprint: change.fingerprint });
      if (key === undefined || !key.fits) return 'not-found';
      return key.active ? 'trust-in-force' : key.valid ? null : 'certificate-expired';
    }
    case 'end_certificate': {
      const found = await row<{ last: boolean }>(db, `
        SELECT t.self_signed AND EXISTS (SELECT FROM unnest(t.uses) AS u(use) WHERE NOT EXISTS (
          SELECT FROM trust_anchor o WHERE o.id <> t.id AND o.trusted_to IS NULL AND o.self_signed AND u.use = ANY(o.uses))) AS last
        FROM trust_anchor t WHERE t.id = :id AND t.trusted_to IS NULL`, { id: change.id });
      return found === undefined ? 'not-found' : found.last ? 'trust-last' : null;
    }
    case 'end_source': {
      const found = await row<{ last: boolean }>(db, `
        SELECT t.kind <> 'ocsp' AND NOT EXISTS (SELECT FROM trust_source o WHERE o.id <> t.id AND o.used_to IS NULL AND o.kind = t.kind) AS last
        FROM trust_source t WHERE t.id = :id AND t.used_to IS NULL`, { id: change.id });
      return found === undefined ? 'not-found' : found.last ? 'trust-last' : null;
    }
  }
}
