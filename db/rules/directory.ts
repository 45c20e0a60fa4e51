import type { UnitsDifferences } from '../../domain/unitsDifferences.js';
import type { RefusalCode } from '../../domain/refusals.js';
import type { Db } from '../connect.js';
import { row } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';

type DirectoryAct = 'appoint' | 'invite_again' | 'import_units' | 'apply_units' | 'discard_units' | 'set_packet_key';
type DirectoryDecision = { [A in DirectoryAct]: DecisionRow<A> }[DirectoryAct];

export async function judgeDirectoryAct(db: Db, decision: DirectoryDecision): Promise<RefusalCode | null> {
  switch (decision.act) {
    case 'appoint': {
      const { email, personalNumber } = decision.payload;
      const taken = await row(db, 'SELECT 1 FROM person WHERE lower(email) = lower(:email) OR personal_number = :personalNumber', { email, personalNumber });
      return taken === undefined ? null : 'already-registered';
    }
    case 'invite_again': {
      const person = await row<{ email: string | null; shut: boolean; account: boolean; role: boolean; waiting: boolean }>(db, `
        SELECT p.email, p.disabled_at IS NOT NULL AS shut, EXISTS (SELECT FROM account a WHERE a.person_id = p.id) AS account,
          EXISTS (SELECT FROM role_grant g WHERE g.person_id = p.id AND (g.revoked_at IS NULL OR g.revoked_at > now())) AS role,
          EXISTS (SELECT FROM mail_outbox m WHERE m.person_id = p.id AND m.kind = 'invitation' AND m.sent_at IS NULL AND m.given_up_at IS NULL) AS waiting
        FROM person p WHERE p.id = :personId`, decision.payload);
      if (person === undefined) return 'not-found';
      if (person.account) return 'has-account';
      if (person.shut) return 'account-disabled';
      if (!person.role) return 'no-role';
      if (person.email === null) return 'no-address';
      return person.waiting ? 'invitation-waiting' : null;
    }
    case 'import_units': {
      const upload = await row(db, `SELECT 1 FROM upload WHERE id = :uploadId AND kind = 'units'`, decision.payload);
      return upload === undefined ? 'not-found' : null;
    }
    case 'apply_units': case 'discard_units': {
      const waiting = await row<{ differences: UnitsDifferences; overtaken: boolean }>(db, `
        SELECT r.differences, EXISTS (SELECT FROM upload_reading o JOIN upload v ON v.id = o.upload_id WHERE v.kind = 'units' AND o.applied_at > r.read_at) AS overtaken
        FROM upload_reading r JOIN upload u ON u.id = r.upload_id WHERE r.upload_id = :uploadId AND u.kind = 'units' AND r.state = 'waiting'`, decision.payload);
      if (waiting === undefined) return 'upload-not-waiting';
      if (decision.act === 'discard_units') return null;
      // Another workbook was applied since: what was shown is not what would change now.
      if (waiting.overtaken) return 'units-overtaken';
      const offered = new Set([...waiting.differences.gone, ...waiting.differences.heads].map((one) => one.grantId));
      return decision.payload.putOut.every((id) => offered.has(id)) ? null : 'form-out-of-date';
    }
    case 'set_packet_key': {
      const key = await row<{ valid: boolean }>(db, `
        SELECT c.valid_from <= now() AND now() < c.valid_to AND c.revoked_at IS NULL AS valid FROM packet_key k JOIN certificate c ON c.id = k.certificate_id WHERE k.id = :keyId`, decision.payload);
      if (key === undefined) return 'not-found';
      // Nothing is sent under a first one before the Kho has approved it; to replace one that is in use takes two (`propose_trust`).
      if (await row(db, 'SELECT 1 FROM packet_key WHERE active AND id <> :keyId', decision.payload) !== undefined) return 'packet-key-by-two';
      return key.valid ? null : 'certificate-expired';
    }
  }
}
