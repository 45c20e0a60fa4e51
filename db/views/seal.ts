import type { SealCertificate, SealSheet } from '../../domain/sheets/seal.js';
import { row, type Db } from '../connect.js';
import { evidenceWaits, signAgainOf } from './evidence.js';
import { openDecision, schoolHead } from './schoolHead.js';
import { signingBatches } from './signing.js';
import { signingClasses } from './signingClasses.js';

/** What a clerk sees before sealing; undefined when there is no such school. */
export async function sealSheet(db: Db, input: { schoolCode: string; actorId: string }): Promise<SealSheet | undefined> {
  const school = await schoolHead(db, input);
  if (school === undefined) return undefined;
  const certificate = await sealCertificate(db, input.schoolCode);
  if (school.campaign === null) return { school, certificate, classes: [], batches: [], decision: null, waits: [], signAgain: [] };
  const place = { campaignId: school.campaign.id, schoolCode: input.schoolCode };
  return {
    school, certificate,
    classes: await signingClasses(db, { ...place, kind: 'seal' }),
    batches: await signingBatches(db, { ...place, role: 'seal', limit: 6 }),
    waits: await evidenceWaits(db, place), signAgain: await signAgainOf(db, place),
    decision: await openDecision(db, { ...place, acts: ['seal_classes'], actorId: input.actorId }),
  };
}

/** "expiring" within 30 days: time enough for a new one from the certificate authority. */
const sealCertificate = async (db: Db, schoolCode: string): Promise<SealCertificate | null> => await row<SealCertificate>(db, `
  SELECT s.account, k.serial, k.valid_from AS "validFrom", k.valid_to AS "validTo",
    CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked' WHEN now() >= k.valid_to THEN 'expired' WHEN now() < k.valid_from THEN 'not-yet'
      WHEN now() >= k.valid_to - interval '30 days' THEN 'expiring' ELSE 'valid' END AS state
  FROM school_seal s JOIN certificate k ON k.id = s.certificate_id WHERE s.school_code = :schoolCode`, { schoolCode }) ?? null;
