import { randomBytes, randomUUID } from 'node:crypto';
import { row } from '../../db/connect.js';
import type { Act } from '../../domain/acts.js';
import type { PlainDate } from '../../domain/brand.js';
import type { ExpectedIdentity } from '../../domain/expectedPupil.js';
import type { ActStage, AskedBody } from './actStage.js';
import type { SeedOptions } from './seedProvince.js';

/** School 0: class 0 waits for review, class 1 for the deputy's approval, class 2 for the seal; class 3 was refused by the Kho. */
export const ACT_WORLD: SeedOptions = {
  size: 'tiny',
  cardState: (schoolClass, schoolIndex) => (schoolIndex === 0 ? (['drafted', 'teacher_signed', 'principal_signed', 'refused'] as const)[['1', '2', '3', '5'].indexOf(String(schoolClass.grade))]! : 'drafted'),
};

const HOUR = 3_600_000;
const later = (hours: number): string => new Date(Date.now() + hours * HOUR).toISOString();

export async function storeUpload(stage: ActStage, kind: 'units' | 'expected' | 'roster', by: string, place: { campaignId?: string | null; schoolCode?: string | null } = {}): Promise<string> {
  const id = randomUUID();
  await stage.api('upload').insert({
    id, kind, format: 'xlsx', campaign_id: place.campaignId === undefined ? (kind === 'units' ? null : stage.campaignId) : place.campaignId,
    school_code: place.schoolCode === undefined ? (kind === 'roster' ? stage.school(0) : null) : place.schoolCode, uploaded_by: by, file_name: 'a.xlsx', bytes: Buffer.from('x'), sha256: '0'.repeat(64),
  });
  return id;
}

/** A roster that was read and waits for the clerk's yes, changing the first pupil of a class. */
export async function storeWaitingRoster(stage: ActStage, classId: string, by: string, change: { outcome?: 'differs' | 'accepted'; records?: (records: Record<string, unknown>[]) => unknown[] } = {}): Promise<string> {
  const uploadId = await storeUpload(stage, 'roster', by);
  const { version, records } = (await row<{ version: number; records: Record<string, { fullName?: string }>[] }>(stage.owner, `
    SELECT k.version, jsonb_agg(c.record ORDER BY p.pupil_code) AS records FROM class k JOIN report_card c ON c.class_id = k.id JOIN expected_pupil p ON p.id = c.expected_pupil_id
    WHERE k.id = :classId AND c.state NOT IN ('superseded', 'recalled') GROUP BY k.id`, { classId }))!;
  const changed = change.records?.(records) ?? records.map((record, index) => (index === 0 ? { ...record, identity: { ...record['identity'], birthPlace: 'Xã Đổi Mới' } } : record));
  await stage.worker('upload_reading').insert({ upload_id: uploadId, state: change.outcome === 'accepted' ? 'queued' : 'waiting' });
  await stage.worker('upload_class').insert({ upload_id: uploadId, class_id: classId, outcome: change.outcome ?? 'differs', class_version: version, pupils: changed.length, errors: 0, records: JSON.stringify(changed), differences: '[]' });
  return uploadId;
}

export async function storePacketKey(stage: ActStage, valid = true): Promise<string> {
  const [keyId, certificateId] = [randomUUID(), randomUUID()];
  await stage.api('certificate').insert({
    id: certificateId, kind: 'organisation', der: randomBytes(16), fingerprint: randomBytes(32).toString('hex'), uid: 'MST:0', serial: '01',
    valid_from: new Date(Date.now() - 48 * HOUR), valid_to: new Date(Date.now() + (valid ? 48 : -1) * HOUR),
  });
  await stage.api('packet_key').insert({ id: keyId, certificate_id: certificateId, sealed_key: randomBytes(8) });
  return keyId;
}

/** A school's key as a page takes it in, under the certificate that the Sở has approved. */
export async function storeSealKey(stage: ActStage, by: string, schoolIndex = 0): Promise<string> {
  const keyId = randomUUID();
  const school = (await row<{ certificate: string }>(stage.owner, 'SELECT seal_certificate_id AS certificate FROM school WHERE code = :code', { code: stage.school(schoolIndex) }))!;
  await stage.api('seal_key').insert({ id: keyId, school_code: stage.school(schoolIndex), certificate_id: school.certificate, sealed_key: randomBytes(8), given_by: by });
  return keyId;
}

/** Of school 0. */
const boundSeal = async (stage: ActStage): Promise<string> => (await row<{ fingerprint: string }>(stage.owner, 'SELECT c.fingerprint FROM school s JOIN certificate c ON c.id = s.seal_certificate_id WHERE s.code = :code', { code: stage.school(0) }))!.fingerprint;

async function storeSealKeyInUse(stage: ActStage): Promise<string> {
  await stage.owner('seal_key').whereNotNull('used_from').whereNull('ended_at').update({ sealed_key: null, ended_at: new Date(), ended_by: principal(stage) });
  const keyId = await storeSealKey(stage, principal(stage));
  await stage.owner('seal_key').where({ id: keyId }).update({ used_from: new Date() });
  return keyId;
}

const versionOf = async (stage: ActStage, kind: string, classIndex: number): Promise<{ taskId: string; taskVersion: number }> => {
  const task = await stage.task(kind, stage.classId(0, classIndex));
  return { taskId: task.id, taskVersion: task.version };
};

/** Valid asks of every act about school 0, each by a person who may. Made one by one: some need rows of their own first. */
export const SAMPLES: Record<Act, (stage: ActStage) => Promise<AskedBody>> = {
  appoint: async (stage) => ({ act: 'appoint', actorId: await administrator(stage), campaignId: null, schoolCode: null, payload: { fullName: 'Người Mới', email: 'moi@so.test', phone: null, personalNumber: null, role: 'official' } }),
  import_units: async (stage) => ({ act: 'import_units', actorId: coordinator(stage), campaignId: null, schoolCode: null, payload: { uploadId: await storeUpload(stage, 'units', coordinator(stage)) } }),
  set_packet_key: async (stage) => ({ act: 'set_packet_key', actorId: await administrator(stage), campaignId: null, schoolCode: null, payload: { keyId: await storePacketKey(stage) } }),
  apply_units: async (stage) => ({ act: 'apply_units', actorId: coordinator(stage), campaignId: null, schoolCode: null, payload: { uploadId: await storeWaitingUnits(stage), putOut: [await grantOf(stage, 'clerk')] } }),
  discard_units: async (stage) => ({ act: 'discard_units', actorId: coordinator(stage), campaignId: null, schoolCode: null, payload: { uploadId: await storeWaitingUnits(stage) } }),
  revoke_role: async (stage) => ({ act: 'revoke_role', actorId: coordinator(stage), campaignId: null, schoolCode: null, payload: { grantId: await grantOf(stage, 'clerk'), effectiveOn: today(), reason: 'Chuyển công tác' } }),
  grant_role: (stage) => Promise.resolve({ act: 'grant_role', actorId: coordinator(stage), campaignId: null, schoolCode: null, payload: { personId: deputy(stage), role: 'clerk', officeCode: null, schoolCode: stage.school(0), reason: 'Kiêm nhiệm' } }),
  appoint_head: (stage) => Promise.resolve({
    act: 'appoint_head', actorId: coordinator(stage), campaignId: null, schoolCode: null,
    payload: { schoolCode: stage.school(0), personId: stage.who.at('principal', 1), instrumentNumber: '5/QĐ-UBND', instrumentDate: '2026-05-01', signedBy: 'Chủ tịch UBND', effectiveOn: today(), kept: [] },
  }),
  invite_again: async (stage) => ({ act: 'invite_again', actorId: await administrator(stage), campaignId: null, schoolCode: null, payload: { personId: clerk(stage) } }),
  disable_account: (stage) => Promise.resolve({ act: 'disable_account', actorId: coordinator(stage), campaignId: null, schoolCode: null, payload: { personId: clerk(stage), reason: 'Mất điện thoại' } }),
  enable_account: async (stage) => {
    const personId = stage.who.at('clerk', 1);
    await stage.owner('person').where({ id: personId }).update({ disabled_at: new Date(), disabled_reason: 'Mất điện thoại' });
    return { act: 'enable_account', actorId: coordinator(stage), campaignId: null, schoolCode: null, payload: { personId, reason: 'Đã đổi mật khẩu' } };
  },
  propose_trust: async (stage) => ({
    act: 'propose_trust', actorId: await administrator(stage), campaignId: null, schoolCode: null,
    payload: { change: { kind: 'add_source', authority: 'Tổ chức thử nghiệm', source: 'crl', address: 'https://danh-sach.example/1.crl' }, reason: 'Theo công văn' },
  }),
  settle_trust: async (stage) => {
    const changeId = randomUUID();
    const content = { kind: 'add_source', authority: 'Tổ chức thử nghiệm', source: 'ocsp', address: `https://ocsp.example/${changeId}` };
    await stage.owner('trust_change').insert({ id: changeId, content: JSON.stringify(content), reason: 'Theo công văn', proposed_by: coordinator(stage) });
    return { act: 'settle_trust', actorId: await administrator(stage), campaignId: null, schoolCode: null, payload: { changeId, confirmed: true, reason: null } };
  },
  give_seal: async (stage) => ({ act: 'give_seal', actorId: principal(stage), campaignId: null, schoolCode: stage.school(0), payload: { keyId: await storeSealKey(stage, principal(stage)), fingerprint: await boundSeal(stage) } }),
  withdraw_seal: async (stage) => ({ act: 'withdraw_seal', actorId: principal(stage), campaignId: null, schoolCode: stage.school(0), payload: { keyId: await storeSealKeyInUse(stage), reason: 'Dùng tài khoản ký số' } }),
  create_campaign: async (stage) => ({
    act: 'create_campaign', actorId: coordinator(stage), campaignId: null, schoolCode: null,
    payload: { schoolYear: '2025-2026', level: 'primary', cycle: 'rehearsal', deadlines: { collect: later(1), review: later(2), approve: later(3), seal: later(4) }, policy: {} },
  }),
  import_expected: async (stage) => ({ act: 'import_expected', actorId: coordinator(stage), ...ofCampaign(await draft(stage)), payload: { uploadId: await storeUpload(stage, 'expected', coordinator(stage), { campaignId: DRAFT_ID }) } }),
  launch_campaign: async (stage) => {
    const keyId = await storePacketKey(stage);
    await stage.owner('packet_key').update({ active: false });
    await stage.owner('packet_key').where({ id: keyId }).update({ active: true });
    return { act: 'launch_campaign', actorId: coordinator(stage), ...ofCampaign(await draft(stage)), payload: {} };
  },
  end_campaign: async (stage) => {
    await stage.owner.raw(`UPDATE campaign_school SET exempt_reason = 'Lộ trình', exempt_until = '2027-01-01' WHERE campaign_id = :id`, { id: stage.campaignId });
    return { act: 'end_campaign', actorId: coordinator(stage), ...ofCampaign(stage.campaignId), payload: {} };
  },
  cancel_campaign: (stage) => Promise.resolve({ act: 'cancel_campaign', actorId: coordinator(stage), ...ofCampaign(stage.campaignId), payload: { reason: 'Làm lại từ đầu' } }),
  reconcile: (stage) => Promise.resolve({ act: 'reconcile', actorId: coordinator(stage), ...ofCampaign(stage.campaignId), payload: {} }),
  upload_roster: async (stage) => ({ act: 'upload_roster', actorId: clerk(stage), ...ofSchool(stage), payload: { uploadId: await storeUpload(stage, 'roster', clerk(stage)) } }),
  confirm_upload: async (stage) => ({ act: 'confirm_upload', actorId: clerk(stage), ...ofSchool(stage), payload: { uploadId: await storeWaitingRoster(stage, stage.classId(0, 0), clerk(stage)) } }),
  discard_upload: async (stage) => ({ act: 'discard_upload', actorId: clerk(stage), ...ofSchool(stage), payload: { uploadId: await storeWaitingRoster(stage, stage.classId(0, 0), clerk(stage)) } }),
  review_class: async (stage) => ({ act: 'review_class', actorId: teacher(stage, 0), ...ofSchool(stage), payload: await versionOf(stage, 'review', 0) }),
  report_wrong_rows: async (stage) => ({
    act: 'report_wrong_rows', actorId: teacher(stage, 0), ...ofSchool(stage), payload: { ...await versionOf(stage, 'review', 0), reason: 'Nhầm nơi sinh', pupilIds: (await pupils(stage, 0)).slice(0, 2) },
  }),
  approve_classes: async (stage) => ({ act: 'approve_classes', actorId: deputy(stage), ...ofSchool(stage), payload: { tasks: [await versionOf(stage, 'approve', 1)], excludedCardIds: [] } }),
  return_class: async (stage) => ({ act: 'return_class', actorId: deputy(stage), ...ofSchool(stage), payload: { ...await versionOf(stage, 'approve', 1), reason: 'Xem lại nhận xét' } }),
  seal_classes: async (stage) => ({ act: 'seal_classes', actorId: clerk(stage), ...ofSchool(stage), payload: { tasks: [await versionOf(stage, 'seal', 2)] } }),
  resend_cards: async (stage) => ({ act: 'resend_cards', actorId: clerk(stage), ...ofSchool(stage), payload: { cardIds: (await stage.cards(stage.classId(0, 3), 'refused')).slice(0, 2) } }),
  reissue_cards: async (stage) => ({ act: 'reissue_cards', actorId: clerk(stage), ...ofSchool(stage), payload: { cardIds: (await stage.cards(stage.classId(0, 3), 'refused')).slice(0, 2), reason: 'Sai nơi sinh' } }),
  extend_deadline: (stage) => Promise.resolve({ act: 'extend_deadline', actorId: coordinator(stage), ...ofSchool(stage), payload: { stage: 'approve', dueAt: later(200), reason: 'Mưa lũ kéo dài' } }),
  remind_school: (stage) => Promise.resolve({ act: 'remind_school', actorId: coordinator(stage), ...ofSchool(stage), payload: { stage: null } }),
  exempt_school: (stage) => Promise.resolve({ act: 'exempt_school', actorId: coordinator(stage), ...ofSchool(stage), payload: { reason: 'Theo lộ trình', until: '2027-06-30' } }),
  exempt_pupils: async (stage) => ({ act: 'exempt_pupils', actorId: coordinator(stage), ...ofSchool(stage), payload: { pupilIds: (await pupils(stage, 0)).slice(0, 2), reason: 'Học hòa nhập' } }),
  hold_pupils: async (stage) => ({ act: 'hold_pupils', actorId: coordinator(stage), ...ofSchool(stage), payload: { pupilIds: (await pupils(stage, 0)).slice(0, 2), evidence: 'Danh sách đánh giá lại số 3' } }),
  release_pupils: async (stage) => {
    const pupilIds = (await pupils(stage, 0)).slice(3, 4);
    await stage.owner('report_card').whereIn('expected_pupil_id', pupilIds).del();
    await stage.owner('expected_pupil').whereIn('id', pupilIds).update({ status: 'held', reason: 'awaiting_reassessment' });
    return { act: 'release_pupils', actorId: coordinator(stage), ...ofSchool(stage), payload: { pupilIds, evidence: 'Biên bản đánh giá lại số 4' } };
  },
  exclude_pupils: async (stage) => ({ act: 'exclude_pupils', actorId: coordinator(stage), ...ofSchool(stage), payload: { pupilIds: (await pupils(stage, 0)).slice(2, 3), movement: 'transfer_out', evidence: 'Giấy chuyển trường số 7' } }),
  admit_pupil: (stage) => Promise.resolve({ act: 'admit_pupil', actorId: coordinator(stage), ...ofSchool(stage), payload: { classId: stage.classId(0, 0), pupil: newcomer(), arrival: 'transfer_in', evidence: 'Giấy chuyển trường số 8' } }),
  grant_authority: (stage) => Promise.resolve({
    act: 'grant_authority', actorId: principal(stage), ...ofSchool(stage),
    payload: { personId: deputy(stage), basis: 'deputy_assignment', instrumentNumber: '12/QĐ', instrumentDate: '2026-05-01', signedBy: 'Hiệu trưởng', validFrom: later(-1), validTo: later(100), classes: null },
  }),
  revoke_authority: async (stage) => ({
    act: 'revoke_authority', actorId: principal(stage), ...ofSchool(stage),
    payload: { authorityId: (await row<{ id: string }>(stage.owner, `SELECT id FROM authority WHERE school_code = :code AND basis = 'deputy_assignment' AND revoked_at IS NULL`, { code: stage.school(0) }))!.id, reason: 'Hiệu trưởng đã về' },
  }),
  replace_homeroom: (stage) => Promise.resolve({ act: 'replace_homeroom', actorId: principal(stage), ...ofSchool(stage), payload: { classId: stage.classId(0, 0), personId: teacher(stage, 1), reason: 'Cô giáo nghỉ sinh' } }),
  grant_exception: (stage) => Promise.resolve({
    act: 'grant_exception', actorId: coordinator(stage), ...ofSchool(stage),
    payload: { personId: principal(stage), instrumentNumber: '99/QĐ-SGD', instrumentDate: '2026-05-01', validFrom: later(-1), validTo: later(100), reason: 'Trường thiếu giáo viên' },
  }),
};
/** Somebody no list of a seeded province holds. */
export const newcomer = (changed: Partial<ExpectedIdentity> = {}): ExpectedIdentity => ({
  pupilCode: 'HS-MOI-1', fullName: 'Nguyễn Mới Đến', birthDate: '2018-03-04' as PlainDate, sex: 'female', ethnicity: 'Kinh', nationality: 'Việt Nam', personalNumber: '001318000001', ...changed,
});
export const ALL_ACTS = Object.keys(SAMPLES) as Act[];

const DRAFT_ID = '11111111-1111-4111-8111-111111111111';
/** A second campaign of the province, not launched yet, with one class of school 1. */
async function draft(stage: ActStage): Promise<string> {
  const due = new Date(Date.now() + HOUR);
  await stage.owner('campaign').insert({ id: DRAFT_ID, province_code: stage.seeded.province.code, school_year: '2025-2026', level: 'primary', cycle: 'summer', state: 'draft', policy: '{}', collect_due: due, review_due: due, approve_due: due, seal_due: due }).onConflict('id').ignore();
  const classId = '22222222-2222-4222-8222-222222222222';
  await stage.owner('class').insert({ id: classId, campaign_id: DRAFT_ID, school_code: stage.school(1), name: '1A', grade: 1 }).onConflict('id').ignore();
  await stage.owner('expected_pupil').insert({
    id: '33333333-3333-4333-8333-333333333333', campaign_id: DRAFT_ID, class_id: classId, school_code: stage.school(1), pupil_code: 'H1', full_name: 'Học Sinh Một', birth_date: '2018-01-02', sex: 'male', ethnicity: 'Kinh', nationality: 'Việt Nam', status: 'expected',
  }).onConflict('id').ignore();
  return DRAFT_ID;
}
const ofCampaign = (campaignId: string) => ({ campaignId, schoolCode: null });
const ofSchool = (stage: ActStage) => ({ campaignId: stage.campaignId, schoolCode: stage.school(0) });

/** A units workbook that was read, names nobody, and waits for the coordinator, who may put out the clerks of school 0. */
async function storeWaitingUnits(stage: ActStage): Promise<string> {
  const uploadId = await storeUpload(stage, 'units', coordinator(stage));
  const clerks = await stage.owner('role_grant').where({ role: 'clerk', school_code: stage.school(0), revoked_at: null }).select<{ id: string; person_id: string }[]>('id', 'person_id');
  await stage.owner('upload_reading').insert({
    upload_id: uploadId, state: 'waiting', read_at: new Date(), summary: '{}', content: JSON.stringify({ offices: [], schools: [], staff: [], authorities: [], exceptions: [] }),
    differences: JSON.stringify({ added: [], changed: [], again: [], heads: [], gone: clerks.map(({ id, person_id }) => ({ grantId: id, personId: person_id, name: 'Văn thư', role: 'clerk', unitName: 'Trường' })) }),
  });
  return uploadId;
}

/** The day it is in Viet Nam. */
export const today = (days = 0): string => new Date(Date.now() + (7 + 24 * days) * HOUR).toISOString().slice(0, 10);
export const grantOf = async (stage: ActStage, role: string, personId?: string): Promise<string> =>
  (await stage.owner('role_grant').where({ role, school_code: stage.school(0), revoked_at: null, ...(personId === undefined ? {} : { person_id: personId }) }).orderBy('id').first<{ id: string }>('id')).id;

const coordinator = (stage: ActStage): string => stage.who.department('coordinator');
const clerk = (stage: ActStage): string => stage.who.at('clerk', 0);
const principal = (stage: ActStage): string => stage.who.at('principal', 0);
const deputy = (stage: ActStage): string => stage.who.at('deputy', 0);
export const teacher = (stage: ActStage, classIndex: number): string => stage.who.teacherOf(0, stage.who.classNames(0)[classIndex]!);

const ADMINISTRATOR = '44444444-4444-4444-8444-444444444444';
export async function administrator(stage: ActStage): Promise<string> {
  await stage.owner('person').insert({ id: ADMINISTRATOR, full_name: 'Quản trị' }).onConflict('id').ignore();
  await stage.owner.raw(`INSERT INTO role_grant (person_id, role) VALUES (:id, 'administrator') ON CONFLICT DO NOTHING`, { id: ADMINISTRATOR });
  return ADMINISTRATOR;
}

/** Expected pupils of a class of school 0 whose card is still a draft, or who have none. */
export async function pupils(stage: ActStage, classIndex: number): Promise<string[]> {
  const found = await stage.owner('expected_pupil').where({ class_id: stage.classId(0, classIndex), status: 'expected' }).orderBy('pupil_code').select<{ id: string }[]>('id');
  return found.map((pupil) => pupil.id);
}
