import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { PlainDate, SchoolYear } from '../../domain/brand.js';
import { SIGNATURE_ROLES, type CardData, type SignatureRole } from '../../domain/card.js';
import type { PupilRecord } from '../../domain/record.js';
import { rows } from '../../db/connect.js';
import { writeCard } from '../../formats/card/write.js';
import { seal } from '../../runtime/seal.js';
import { ca, PRINCIPAL, signRole, TEACHER } from './cards.js';
import { organisation, type Signer } from './certificates.js';

type Stored = { cardId: string; record: PupilRecord; schoolYear: SchoolYear; code: string; schoolName: string; communeName: string; className: string; grade: number; departmentName: string; provinceName: string };

/** Gives every card of a class that has bytes in a seeded province true ones: written from its record and signed by `roles`. */
export async function writeRealCards(db: Knex, classId: string, roles: readonly SignatureRole[] = SIGNATURE_ROLES): Promise<void> {
  const cards = await rows<Stored>(db, `
    SELECT c.id AS "cardId", c.record, m.school_year AS "schoolYear", s.code, s.name AS "schoolName", s.commune_name AS "communeName", k.name AS "className", k.grade, v.department_name AS "departmentName", v.name AS "provinceName"
    FROM report_card c JOIN class k ON k.id = c.class_id JOIN school s ON s.code = c.school_code JOIN campaign m ON m.id = c.campaign_id JOIN province v ON v.code = m.province_code
    WHERE c.class_id = :classId AND c.document IS NOT NULL ORDER BY c.id`, { classId });
  for (const card of cards) {
    const data: CardData = {
      cardId: card.cardId, profile: 'v1.0', schoolYear: card.schoolYear, record: card.record,
      province: { departmentCode: '99', departmentName: card.departmentName, provinceName: card.provinceName },
      school: { code: card.code, name: card.schoolName, communeName: card.communeName, districtName: null }, class: { name: card.className, grade: card.grade },
      approver: { fullName: 'Phạm Thị Duyệt', personalNumber: PRINCIPAL, title: 'KT. HIỆU TRƯỞNG / PHÓ HIỆU TRƯỞNG' }, teacher: { fullName: 'Trần Thị Chủ Nhiệm', personalNumber: TEACHER },
      placeOfIssue: card.communeName, createdOn: '2026-05-25' as PlainDate, plannedIssueOn: '2026-06-05' as PlainDate,
    };
    const document = roles.reduce((bytes, role) => signRole(bytes, role), writeCard(data));
    const { record: _record, ...context } = data;
    await db('report_card').where({ id: card.cardId }).update({ document, document_sha256: createHash('sha256').update(document).digest('hex'), context: JSON.stringify(context) });
  }
}

/** Stores a packet certificate of the Sở in use, its key sealed under the hub's secret. */
export async function storeDepartmentKey(db: Knex, secret: Buffer): Promise<Signer> {
  const signer = organisation(ca, '0999999999', { commonName: 'Sở GD&ĐT Mô Phỏng' });
  const { fingerprint256, serialNumber, validFrom, validTo } = signer.certificate;
  const [certificate] = await db('certificate').insert({
    kind: 'organisation', der: signer.der, fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(), uid: 'MST:0999999999', serial: serialNumber, valid_from: new Date(validFrom), valid_to: new Date(validTo),
  }).returning<{ id: string }[]>('id');
  await db('packet_key').insert({ id: db.raw('gen_random_uuid()'), certificate_id: certificate!.id, active: true, sealed_key: seal(secret, 'packet-key', signer.key.export({ type: 'pkcs8', format: 'der' })) });
  return signer;
}
