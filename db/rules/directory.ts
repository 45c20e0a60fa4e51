import type { RefusalCode } from '../../domain/refusals.js';
import type { Db } from '../connect.js';
import { row } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';

type DirectoryDecision = { [A in 'appoint' | 'import_units' | 'set_packet_key']: DecisionRow<A> }['appoint' | 'import_units' | 'set_packet_key'];

export async function judgeDirectoryAct(db: Db, decision: DirectoryDecision): Promise<RefusalCode | null> {
  switch (decision.act) {
    case 'appoint': {
      const { email, personalNumber } = decision.payload;
      const taken = await row(db, 'SELECT 1 FROM person WHERE lower(email) = lower(:email) OR personal_number = :personalNumber', { email, personalNumber });
      return taken === undefined ? null : 'already-registered';
    }
    case 'import_units': {
      const upload = await row(db, `SELECT 1 FROM upload WHERE id = :uploadId AND kind = 'units'`, decision.payload);
      return upload === undefined ? 'not-found' : null;
    }
    case 'set_packet_key': {
      const key = await row<{ valid: boolean }>(db, `
        SELECT c.valid_from <= now() AND now() < c.valid_to AS valid FROM packet_key k JOIN certificate c ON c.id = k.certificate_id WHERE k.id = :keyId`, decision.payload);
      if (key === undefined) return 'not-found';
      return key.valid ? null : 'certificate-expired';
    }
  }
}
