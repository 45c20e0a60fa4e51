import { createHash, type KeyObject } from 'node:crypto';
import type { Instant, PlainDate, SchoolYear } from '../../domain/brand.js';
import type { CardData, ProfileCode, SignatureRole } from '../../domain/card.js';
import { COMPETENCE_CODES, QUALITY_CODES, SUBJECTS } from '../../domain/record.js';
import { subjectsOfGrade } from '../../domain/recordRules.js';
import { writeCard } from '../../formats/card/write.js';
import { signWithKey } from '../../formats/signature/local.js';

/** Nobody of this exists; every field is filled in, optional ones too, and the remarks are as long as the fullest of real ones. */
const REMARK = 'Em chăm ngoan, lễ phép với thầy cô, hòa đồng với bạn bè; tích cực tham gia hoạt động của lớp, của trường; biết tự học, tự giải quyết vấn đề, '
  + 'trình bày rõ ràng, tính toán nhanh và chính xác, đọc trôi chảy, viết đúng chính tả, chữ đẹp; cần mạnh dạn hơn khi phát biểu ý kiến. ';
export const TEACHER = '099185000001';
export const PRINCIPAL = '099170000002';

export function benchCard(seed: number, profile: ProfileCode = 'v1.0'): CardData {
  const hex = createHash('sha256').update(`bench ${seed}`).digest('hex');
  const long = (times: number): string => `${REMARK.repeat(times)}Số ${seed}.`;
  return {
    cardId: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
    profile,
    schoolYear: '2025-2026' as SchoolYear,
    province: { departmentCode: '99', departmentName: 'Sở Giáo dục và Đào tạo tỉnh Mô Phỏng', provinceName: 'Tỉnh Mô Phỏng' },
    school: { code: '0099001', name: 'Trường Tiểu học Nguyễn Văn Mô Phỏng', communeName: 'Xã Thử Nghiệm', districtName: 'Huyện Cũ' },
    class: { name: '5A', grade: 5 },
    approver: { fullName: 'Phạm Thị Duyệt', personalNumber: PRINCIPAL, title: 'KT. HIỆU TRƯỞNG / PHÓ HIỆU TRƯỞNG' },
    teacher: { fullName: 'Trần Thị Chủ Nhiệm', personalNumber: TEACHER },
    placeOfIssue: 'Xã Thử Nghiệm',
    createdOn: '2026-05-25' as PlainDate,
    plannedIssueOn: '2026-06-05' as PlainDate,
    record: {
      identity: {
        pupilCode: `00${9_000_000 + seed}`, personalNumber: `099215${String(seed % 1_000_000).padStart(6, '0')}`, fullName: `Nguyễn Thị Hồng Mơ ${seed}`, sex: 'male',
        birthDate: '2015-03-14' as PlainDate, birthPlace: 'Trạm y tế xã Thử Nghiệm, tỉnh Mô Phỏng', homeTown: 'Xã Thử Nghiệm, tỉnh Mô Phỏng', address: 'Số 12, ấp Mẫu, xã Thử Nghiệm, tỉnh Mô Phỏng',
        ethnicity: 'Khmer', nationality: 'Việt Nam', fatherName: 'Nguyễn Văn Cha', motherName: 'Lê Thị Mẹ', guardianName: 'Lê Văn Giám Hộ', registerNumber: `${seed}/2025`,
      },
      attendance: { excusedAbsences: 3, unexcusedAbsences: 0 },
      body: { weightKg: '31.5', heightCm: '138.5' },
      history: Array.from({ length: 5 }, (_, place) => ({
        schoolYear: `${2021 + place}-${2022 + place}`, className: `${place + 1}A`, schoolName: 'Trường Tiểu học Nguyễn Văn Mô Phỏng', enteredOn: `${2021 + place}-09-05` as PlainDate,
      })),
      subjects: [...subjectsOfGrade(5), 'TDT' as const].map((subject) => ({ subject, level: 'T', test: SUBJECTS[subject].tested ? 9 : null })),
      competences: Object.fromEntries(COMPETENCE_CODES.map((code) => [code, 'T'])) as CardData['record']['competences'],
      qualities: Object.fromEntries(QUALITY_CODES.map((code) => [code, 'T'])) as CardData['record']['qualities'],
      remarks: { qualities: long(3), generalCompetences: long(3), specificCompetences: long(3), teacher: long(3) },
      summary: { result: 'HTXS', promoted: true, gradeCompleted: true, primaryCompleted: true, award: 'Học sinh Xuất sắc', suddenAward: 'Thành tích đột xuất cấp trường' },
    },
  };
}

export type BenchSigner = { key: KeyObject; certificate: Buffer; personalNumber: string | null; signedAt: Instant };

/** The whole way of one signature with a local key: prepared, signed, proven and attached. */
export function signLocally(card: Buffer, role: SignatureRole, { key, ...signer }: BenchSigner, profile: ProfileCode = 'v1.0'): Buffer {
  const signed = signWithKey({ card, role, profile, cover: 'annex', signer, key });
  if (!signed.ok) throw new Error(signed.code);
  return signed.card;
}

export const signAll = (card: Buffer, signers: Record<SignatureRole, BenchSigner>): Buffer =>
  (['teacher', 'principal', 'seal'] as const).reduce((signed, role) => signLocally(signed, role, signers[role]), card);

export const unsigned = (seed: number): Buffer => writeCard(benchCard(seed));
