import type { Instant, PlainDate, SchoolYear } from '../../domain/brand.js';
import type { CardData, Cover, ProfileCode, SignatureRole } from '../../domain/card.js';
import { COMPETENCE_CODES, COMPETENCES, QUALITY_CODES, SUBJECTS, type CompetenceCode, type QualityCode, type TraitLevel } from '../../domain/record.js';
import { overallResult, subjectsOfGrade } from '../../domain/recordRules.js';
import { createHash, sign, type KeyObject } from 'node:crypto';
import { writeCard } from '../../formats/card/write.js';
import { attachSignature } from '../../formats/signature/attach.js';
import { prepareSignature } from '../../formats/signature/prepare.js';
import { authority, organisation, person, type KeyKind, type Signer } from './certificates.js';

/** Invented pupils and signers, the same for the same seed. */
export const TEACHER = '099185000001';
export const PRINCIPAL = '099170000002';
export const TAX_CODE = '0990000001';

/** Values of all the kinds that XML, Unicode and line ends could spoil. */
const AWKWARD = ['Nguyễn Thị <Hoa> & "Mai"', "Vàng A Dế 'Tủa'", 'Thạch Sô Phia ]]> \\" &amp;', 'Lò Văn Ươm 𠀋', 'Đặng\tThuỳ\nTrâm'] as const;

export function seeded(seed: number): (below: number) => number {
  let state = createHash('sha256').update(`seed ${seed}`).digest().readUInt32LE(0);
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export function cardData(seed = 1, profile: ProfileCode = 'v1.0'): CardData {
  const next = seeded(seed);
  const pick = <T>(values: readonly T[]): T => values[next(values.length)] as T;
  const grade = 1 + next(5);
  const male = next(2) === 0;
  const year = 2019 - grade;
  const hex = createHash('sha256').update(`card ${seed}`).digest('hex');
  const level = (): TraitLevel => pick(['T', 'Đ'] as const);
  const parts = {
    subjects: subjectsOfGrade(grade).map((subject) => ({ subject, level: pick(['T', 'H'] as const), test: SUBJECTS[subject].tested ? 5 + next(6) : null })),
    competences: Object.fromEntries(COMPETENCE_CODES.map((code) => [code, COMPETENCES[code].mandatory || grade >= 3 ? level() : null])) as Record<CompetenceCode, TraitLevel | null>,
    qualities: Object.fromEntries(QUALITY_CODES.map((code) => [code, level()])) as Record<QualityCode, TraitLevel>,
  };
  const result = overallResult(parts);
  return {
    cardId: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
    profile,
    schoolYear: '2025-2026' as SchoolYear,
    province: { departmentCode: '99', departmentName: 'Sở GD&ĐT Mô Phỏng', provinceName: 'Tỉnh Mô Phỏng' },
    school: { code: '0099001', name: 'Trường Tiểu học Số 1', communeName: 'Xã Mẫu', districtName: next(2) === 0 ? null : 'Huyện Cũ' },
    class: { name: `${grade}A`, grade },
    approver: { fullName: 'Phạm Thị Duyệt', personalNumber: PRINCIPAL, title: 'KT. HIỆU TRƯỞNG / PHÓ HIỆU TRƯỞNG' },
    teacher: { fullName: 'Trần Thị Chủ Nhiệm', personalNumber: TEACHER },
    placeOfIssue: 'Xã Mẫu',
    createdOn: '2026-05-25' as PlainDate,
    plannedIssueOn: '2026-06-05' as PlainDate,
    record: {
      identity: {
        pupilCode: `00${9000000 + seed}`,
        personalNumber: `099${male ? 2 : 3}${String(year).slice(2)}${String(seed).padStart(6, '0')}`,
        fullName: pick(AWKWARD), sex: male ? 'male' : 'female', birthDate: `${year}-0${1 + next(9)}-1${next(10)}` as PlainDate,
        birthPlace: 'Xã Mẫu', homeTown: pick(AWKWARD), address: 'Bản Mô Phỏng', ethnicity: pick(['Kinh', 'Khmer', 'Hmông', 'Thái']), nationality: 'Việt Nam',
        fatherName: next(2) === 0 ? null : 'Nguyễn Văn Cha', motherName: 'Lê Thị Mẹ', guardianName: null, registerNumber: `0${seed}/2025`,
      },
      attendance: { excusedAbsences: next(9), unexcusedAbsences: next(3) },
      body: { weightKg: '24.5', heightCm: '121' },
      history: Array.from({ length: grade }, (_, place) => ({
        schoolYear: place === 0 ? null : `${2025 - place}-${2026 - place}`, className: `${grade - place}A`, schoolName: 'Trường Tiểu học Số 1', enteredOn: `${2025 - place}-09-05` as PlainDate,
      })),
      ...parts,
      remarks: { qualities: pick(AWKWARD), generalCompetences: 'Biết tự học.', specificCompetences: 'Đọc tốt; x < y && y > z.', teacher: pick(AWKWARD) },
      summary: {
        result, promoted: result !== 'CHT', gradeCompleted: result !== 'CHT', primaryCompleted: grade === 5 ? result !== 'CHT' : null,
        award: next(2) === 0 ? null : 'Học sinh Tiêu biểu', suddenAward: null,
      },
    },
  };
}

export const ca = authority();
export const anchors = [ca.certificate];

export type RoleSigner = Signer & { personalNumber: string | null; signedAt: Instant };
const kept = new Map<KeyKind, Record<SignatureRole, RoleSigner>>();

/** The same certificates every time: a new one would be another signer. */
export function signers(keyKind: KeyKind = 'rsa'): Record<SignatureRole, RoleSigner> {
  const made = kept.get(keyKind) ?? makeSigners(keyKind);
  kept.set(keyKind, made);
  return made;
}

const makeSigners = (keyKind: KeyKind): Record<SignatureRole, RoleSigner> => ({
  teacher: { ...person(ca, TEACHER, { keyKind }), personalNumber: TEACHER, signedAt: '2026-06-01T01:15:00.250Z' as Instant },
  principal: { ...person(ca, PRINCIPAL, { keyKind }), personalNumber: PRINCIPAL, signedAt: '2026-06-02T08:15:00+07:00' as Instant },
  seal: { ...organisation(ca, TAX_CODE, { keyKind }), personalNumber: null, signedAt: '2026-06-02T08:15:00+07:00' as Instant },
});

/** What a signing service does with the bytes: PKCS#1 v1.5, or raw r‖s for an EC key. */
export const signBytes = (bytes: Buffer, key: KeyObject): Buffer => sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });

/** Signs by one role through both phases; throws when either refuses. */
export function signRole(card: Buffer, role: SignatureRole, { profile = 'v1.0' as ProfileCode, cover = 'annex' as Cover, xades = false, signer = signers()[role] } = {}): Buffer {
  const prepared = prepareSignature({ card, role, profile, cover, xades, signer: { personalNumber: signer.personalNumber, signedAt: signer.signedAt, certificate: signer.der } });
  if (!prepared.ok) throw new Error(`not prepared: ${prepared.code}`);
  const attached = attachSignature({ card, block: prepared.block, profile, cover, signatureValue: signBytes(prepared.toBeSigned, signer.key) });
  if (!attached.ok) throw new Error(`not attached: ${attached.code}`);
  return attached.card;
}

export function signedCard({ seed = 1, profile = 'v1.0' as ProfileCode, cover = 'annex' as Cover, xades = false, keyKind = 'rsa' as KeyKind } = {}): Buffer {
  const who = signers(keyKind);
  return (['teacher', 'principal', 'seal'] as const).reduce((card, role) => signRole(card, role, { profile, cover, xades, signer: who[role] }), writeCard(cardData(seed, profile)));
}
