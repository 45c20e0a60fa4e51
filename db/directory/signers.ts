import type { SignatureRole } from '../../domain/card.js';
import { rows, type Db } from '../connect.js';

export type SchoolSigner = { role: SignatureRole; fingerprint: string; der: Buffer };

/** Certificates with which a school signs and seals at present: of the people who have a role there, and its seal's. */
export const schoolSigners = (db: Db, schoolCode: string): Promise<SchoolSigner[]> => rows(db, `
  SELECT DISTINCT ON (k.fingerprint) CASE WHEN g.role = 'homeroom' THEN 'teacher' ELSE 'principal' END AS role, k.fingerprint, k.der
  FROM active_grant g JOIN person p ON p.id = g.person_id JOIN certificate k ON k.id = p.certificate_id WHERE g.school_code = :schoolCode
  UNION ALL SELECT 'seal', k.fingerprint, k.der FROM school s JOIN certificate k ON k.id = s.seal_certificate_id WHERE s.code = :schoolCode`, { schoolCode });
