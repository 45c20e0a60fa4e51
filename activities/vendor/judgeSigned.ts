import { createHash } from 'node:crypto';
import type { ListedPupil, SchoolHead, VendorCard } from '../../db/vendor/cards.js';
import type { FaultRow } from '../../db/upload/reading.js';
import { reportOf } from '../../formats/foreign/codes.js';
import { bearsPacketId } from '../../formats/foreign/packed.js';
import type { CardVerdict } from '../../formats/foreign/verdict.js';

/** What the frozen list and the cards already there have against a card whose signatures are right. */
const AGAINST = {
  'other-school': 'Học bạ ghi mã trường khác với trường này; văn thư nhà trường: nộp đúng tệp của trường.',
  'other-year': 'Học bạ là của năm học khác với đợt này; văn thư nhà trường: nộp đúng tệp của năm học.',
  'pupil-unknown': 'Mã học sinh không có trong danh sách Sở đã chốt của trường; văn thư nhà trường: kiểm tra mã, hoặc báo Sở nếu học sinh mới chuyển đến.',
  'pupil-differs': 'Họ tên, ngày sinh, số định danh hoặc lớp trong học bạ khác danh sách Sở đã chốt; văn thư nhà trường: đối chiếu, sửa ở phần mềm rồi ký lại, hoặc báo Sở sửa danh sách.',
  'pupil-held': 'Học sinh đang ở diện chưa đủ điều kiện phát hành hoặc được miễn trong đợt này; Sở GD&ĐT: kết thúc diện đó trước, rồi nhà trường nộp lại.',
  'card-exists': 'Học sinh đã có học bạ khác trong đợt này; văn thư nhà trường: mỗi học sinh chỉ dùng một phần mềm, hoặc nộp lại sau khi học bạ kia bị từ chối.',
  'code-used': 'Mã tra cứu này đã dùng cho một học bạ nộp trước đó; nhà cung cấp phần mềm: lập lại học bạ với mã mới rồi để người ký ký lại.',
  'signer-unexpected': 'Người ký duyệt không phải hiệu trưởng hay phó hiệu trưởng của trường trong danh sách của Sở, hoặc đã thôi giữ chức khi ký; Sở GD&ĐT: bổ sung vào danh sách nếu là người có thẩm quyền, rồi nhà trường nộp lại.',
  'packet-id': 'Một thẻ trong học bạ mang Id mà gói gửi Kho đã dùng (như dataDanhSach); nhà cung cấp phần mềm: đặt Id khác cho thẻ này rồi để người ký ký lại.',
} as const satisfies Record<string, string>;
type Against = keyof typeof AGAINST;

export type Judged = {
  taken: VendorCard[];
  /** Cards handed in before, to the byte. */
  known: number;
  faults: FaultRow[];
  /** Cards of the file by the class of the list, those with a fault too where the pupil is known. */
  classes: Map<string, { pupils: number; errors: number; taken: number }>;
};

export type School = { code: string; schoolYear: string; pupils: readonly ListedPupil[]; heads: readonly SchoolHead[]; used: ReadonlyMap<string, { own: boolean }> };

/**
 * Which cards of a file may be taken in. Nothing of a card is looked at but what the verifier handed out; one that only could not be
 * shown to be unrevoked goes on to the receipt, which waits for the lists.
 */
export function judgeSigned(verdicts: readonly CardVerdict[], school: School): Judged {
  const byCode = new Map(school.pupils.map((pupil) => [pupil.pupilCode, pupil]));
  const judged: Judged = { taken: [], known: 0, faults: [], classes: new Map() };
  const seen = new Set<string>();
  for (const [place, verdict] of verdicts.entries()) {
    const pupil = byCode.get(verdict.card?.data.record.identity.pupilCode ?? '');
    const found = verdictOf(verdict) ?? judgeOne(verdict as Sound, pupil, school, seen);
    if (pupil !== undefined) count(judged, pupil.classId, found);
    if (found === 'known') judged.known += 1;
    else if ('message' in found) judged.faults.push({ sheet: '', cell: `/HOC_BA[${place + 1}]`, column: pupil === undefined ? '' : `Học sinh ${pupil.pupilCode}`, severity: 'error', className: pupil?.className ?? null, pupilCode: pupil?.pupilCode ?? null, rule: found.code, message: found.message });
    else judged.taken.push(found);
  }
  return judged;
}

type Sound = CardVerdict & { card: NonNullable<CardVerdict['card']>; stored: NonNullable<CardVerdict['stored']>; profile: NonNullable<CardVerdict['profile']> };
type Found = VendorCard | 'known' | { code: string; message: string };

/** @returns the refusal, or null when the card may be looked at further */
function verdictOf(verdict: CardVerdict): { code: string; message: string } | null {
  const sound = verdict.card !== null && verdict.stored !== null && verdict.profile !== null;
  if (sound && (verdict.verdict !== 'not-provable' || verdict.class !== 'held')) return null;
  return { code: verdict.code, message: verdict.diagnosis === null ? verdict.message : `${verdict.message} ${verdict.diagnosis.message}` };
}

function judgeOne(verdict: Sound, pupil: ListedPupil | undefined, school: School, seen: Set<string>): Found {
  const { card: { data }, stored, profile } = verdict;
  const cardId = data.cardId.toLowerCase();
  const sha256 = createHash('sha256').update(stored.bytes).digest('hex');
  const against = placeFault(verdict, pupil, school) ?? approverFault(verdict, school) ?? (bearsPacketId(stored) ? 'packet-id' : null);
  if (against !== null || pupil === undefined) return { code: against ?? 'pupil-unknown', message: AGAINST[against ?? 'pupil-unknown'] };
  const { card: live } = pupil;
  if (live?.vendor === true && live.sha256 === sha256) return 'known';
  if (school.used.get(cardId)?.own === true) return reportOf('own-card-reshaped');
  if (school.used.has(cardId)) return { code: 'code-used', message: AGAINST['code-used'] };
  if ((live !== null && live.state !== 'refused') || seen.has(pupil.pupilId)) return { code: 'card-exists', message: AGAINST['card-exists'] };
  seen.add(pupil.pupilId);
  const { record, ...context } = data;
  const slots = new Map<string, number>();
  return {
    cardId, pupilId: pupil.pupilId, classId: pupil.classId, record, context: { ...context, cardId }, document: stored.bytes, sha256,
    vendor: { profile, context: Object.fromEntries(stored.context) }, replaces: live?.cardId ?? null,
    signers: stored.signers.map(({ role, signedAt, certificate }) => {
      const of = slots.get(role) ?? 0;
      slots.set(role, of + 1);
      return { role, signedAt, certificate: bytesOf(certificate), slot: role === 'subjectTeacher' ? String(of) : '' };
    }),
    others: stored.others.map(bytesOf),
  };
}

const bytesOf = (der: Buffer) => ({ fingerprint: createHash('sha256').update(der).digest('hex'), der });

function placeFault({ card: { data } }: Sound, pupil: ListedPupil | undefined, school: School): Against | null {
  if (data.school.code !== school.code) return 'other-school';
  if (data.schoolYear !== school.schoolYear) return 'other-year';
  if (pupil === undefined) return 'pupil-unknown';
  if (pupil.status !== 'expected') return 'pupil-held';
  const { fullName, birthDate, personalNumber } = data.record.identity;
  const differs = plain(fullName) !== plain(pupil.fullName) || birthDate !== pupil.birthDate || data.class.name !== pupil.className
    || (pupil.personalNumber !== null && personalNumber !== pupil.personalNumber);
  return differs ? 'pupil-differs' : null;
}

/** That a certificate is somebody's says nothing of an office: whoever has the school's seal could otherwise approve in anybody's name. */
function approverFault({ card: { data }, stored }: Sound, { heads }: School): Against | null {
  const signedAt = stored.signers.find(({ role }) => role === 'principal')?.signedAt;
  return signedAt !== undefined && heads.some(({ number, until }) => number === data.approver.personalNumber && (until === null || signedAt < until)) ? null : 'signer-unexpected';
}

const plain = (name: string): string => name.normalize('NFC').replace(/\s+/g, ' ').trim().toLocaleUpperCase('vi');

function count({ classes }: Judged, classId: string, found: Found): void {
  const one = classes.get(classId) ?? { pupils: 0, errors: 0, taken: 0 };
  one.pupils += 1;
  if (found !== 'known') one['message' in found ? 'errors' : 'taken'] += 1;
  classes.set(classId, one);
}
