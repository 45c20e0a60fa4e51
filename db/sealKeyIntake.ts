import { certificateId, type NewCertificate } from './certificateIntake.js';
import { touched, type Db } from './connect.js';

export type NewSealKey = NewCertificate & { keyId: string; schoolCode: string; sealedKey: Buffer; givenBy: string };

/** Intake of a school's soft certificate, in the transaction of the `give_seal` decision that makes it the one in use: refused, it leaves nothing. */
export async function insertSealKey(db: Db, key: NewSealKey): Promise<void> {
  await touched(db, 'INSERT INTO seal_key (id, school_code, certificate_id, sealed_key, given_by) VALUES (:keyId, :schoolCode, :certificateId, :sealedKey, :givenBy)', {
    keyId: key.keyId, schoolCode: key.schoolCode, certificateId: await certificateId(db, key), sealedKey: key.sealedKey, givenBy: key.givenBy,
  });
}
