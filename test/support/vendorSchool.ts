import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import { readRosterUpload } from '../../activities/roster/readUpload.js';
import { row, rows } from '../../db/connect.js';
import type { PlainDate } from '../../domain/brand.js';
import type { CardData } from '../../domain/card.js';
import type { PupilRecord } from '../../domain/record.js';
import type { ActStage } from './actStage.js';
import { organisation, person, type Authority, type Signer } from './certificates.js';
import { ALGORITHMS, foreignBatch, pendingCard, type CardStyle, type RoleStyle, type SignatureStyle } from './foreignCards.js';
import { ca, type PhoneService } from './phoneService.js';

const TEACHER = '099185000071';
const PRINCIPAL = '099170000072';
/** Signed where the cards stand: without the declarations of their batch nothing verifies. */
export const IN_PLACE: SignatureStyle = { transforms: [ALGORITHMS.inclusive], canonicalization: ALGORITHMS.inclusive };
export const XSI_XSD = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"';

/** School 0 as one that makes and signs its cards with other software; its seal is the one the Sở has approved. */
export async function vendorSchool(stage: ActStage, { deps }: PhoneService) {
  const school = stage.seeded.province.schools[0]!;
  const found = await row<{ der: Buffer }>(stage.owner, 'SELECT k.der FROM school s JOIN certificate k ON k.id = s.seal_certificate_id WHERE s.code = :code', { code: school.code });
  const seal: Signer = { key: organisation(ca, school.seal.taxCode).key, der: found!.der, certificate: new X509Certificate(found!.der) };
  // The Sở has her among the school's heads, though she signs with other software.
  const headId = randomUUID();
  await stage.owner('person').insert({ id: headId, full_name: 'Lý Thị Duyệt', personal_number: PRINCIPAL });
  await stage.owner('role_grant').insert({ person_id: headId, role: 'deputy', school_code: school.code });
  const signers = { teacher: person(ca, TEACHER), principal: person(ca, PRINCIPAL), seal };

  const roles = (style: SignatureStyle = {}, by: Partial<typeof signers> = {}): RoleStyle[] => [
    { role: 'teacher', signer: by.teacher ?? signers.teacher, personalNumber: TEACHER, ...style },
    { role: 'principal', signer: by.principal ?? signers.principal, personalNumber: PRINCIPAL, ...style },
    { role: 'seal', signer: by.seal ?? signers.seal, personalNumber: null, ...style },
  ];
  return {
    school, signers, roles, headId,
    /** Pupils of a class who should have a card, in the order of their codes. */
    pupils: async (classIndex: number): Promise<PupilRecord[]> => {
      const expected = new Set((await rows<{ code: string }>(stage.owner, `SELECT pupil_code AS code FROM expected_pupil WHERE class_id = :id AND status = 'expected'`, { id: stage.classId(0, classIndex) })).map(({ code }) => code));
      return school.classes[classIndex]!.pupils.filter(({ identity }) => expected.has(identity.pupilCode));
    },
    data: (classIndex: number, record: PupilRecord, changes: Partial<CardData> = {}): CardData => ({
      cardId: randomUUID(), profile: 'v1.0', schoolYear: stage.seeded.province.schoolYear, record,
      province: { departmentCode: '99', departmentName: 'Sở GD&ĐT Mô Phỏng', provinceName: 'Tỉnh Mô Phỏng' },
      school: { code: school.code, name: 'Trường Tiểu học Phần Mềm Khác', communeName: 'Xã Mẫu', districtName: null },
      class: { name: school.classes[classIndex]!.name, grade: school.classes[classIndex]!.grade },
      approver: { fullName: 'Lý Thị Duyệt', personalNumber: PRINCIPAL, title: 'HIỆU TRƯỞNG' }, teacher: { fullName: 'Hà Văn Chủ Nhiệm', personalNumber: TEACHER },
      placeOfIssue: 'Xã Mẫu', createdOn: '2026-05-25' as PlainDate, plannedIssueOn: '2026-06-05' as PlainDate, ...changes,
    }),
    card: (data: CardData, style: CardStyle = {}) => pendingCard({ data, roles: roles(), ...style }),
    batch: (cards: ReturnType<typeof pendingCard>[], root = XSI_XSD): Buffer => foreignBatch({ cards, root, sender: seal }),
    /** Hands a file in as the clerk and has it read; what came of it. */
    handIn: async (bytes: Buffer, by = stage.who.at('clerk', 0)) => {
      const uploadId = randomUUID();
      await stage.api('upload').insert({
        id: uploadId, kind: 'roster', format: 'xml', campaign_id: stage.campaignId, school_code: school.code, uploaded_by: by, file_name: 'hoc-ba.xml', bytes, sha256: createHash('sha256').update(bytes).digest('hex'),
      });
      await stage.worker('upload_reading').insert({ upload_id: uploadId, state: 'queued' });
      await readRosterUpload(deps, { uploadId, workflowId: stage.workflow.school(0) });
      const reading = await row<{ state: string; code: string | null; cards: { taken: number; known: number; refused: number } | null }>(stage.owner,
        `SELECT state, refusal_code AS code, summary->'signedCards' AS cards FROM upload_reading WHERE upload_id = :uploadId`, { uploadId });
      const faults = await rows<{ rule: string; cell: string; message: string }>(stage.owner, 'SELECT rule, cell, message FROM upload_fault WHERE upload_id = :uploadId ORDER BY seq', { uploadId });
      return { uploadId, ...reading!, faults };
    },
    /** A signer of the same number whose certificate another authority issued. */
    elsewhere: (authority: Authority): Signer => person(authority, PRINCIPAL),
  };
}
