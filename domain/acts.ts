import type { ExpectedIdentity } from './expectedPupil.js';
import type { ArrivalReason } from './pupilStatus.js';
import type { Role } from './roles.js';
import type { Stage } from './policy.js';
import type { TrustChange } from './trust.js';

/**
 * What people decide. A decision is a row first (design §3); its payload holds ids, codes, instants and what the person
 * wrote, and lives only in PostgreSQL. `workflow` says which workflow carries it out.
 */
export type DecisionPayloads = {
  // directory
  appoint: { fullName: string; email: string; phone: string | null; personalNumber: string | null; role: 'administrator' | 'coordinator' | 'official' };
  import_units: { uploadId: string };
  /** `putOut`: roles that the workbook no longer names and that end now. */
  apply_units: { uploadId: string; putOut: string[] };
  discard_units: { uploadId: string };
  set_packet_key: { keyId: string };
  /** Days are local; today means at once, a later one from its first moment on. */
  revoke_role: { grantId: string; effectiveOn: string; reason: string };
  grant_role: { personId: string; role: Exclude<Role, 'principal'>; officeCode: string | null; schoolCode: string | null; reason: string };
  /** `kept`: assignments of the former head that the new one takes over. */
  appoint_head: { schoolCode: string; personId: string; instrumentNumber: string; instrumentDate: string; signedBy: string; effectiveOn: string; kept: string[] };
  invite_again: { personId: string };
  disable_account: { personId: string; reason: string };
  enable_account: { personId: string; reason: string };
  propose_trust: { change: TrustChange; reason: string };
  /** `confirmed` by another administrator than the one who proposed; else refused by anyone, or withdrawn. */
  settle_trust: { changeId: string; confirmed: boolean; reason: string | null };
  /** A school's soft certificate, by its SHA-256; `keyId` is the decision's own. */
  give_seal: { keyId: string; fingerprint: string };
  withdraw_seal: { keyId: string; reason: string };
  // campaign
  create_campaign: { schoolYear: string; level: 'primary'; cycle: 'main' | 'summer' | 'rehearsal'; deadlines: Record<Stage, string>; policy: Record<string, unknown> };
  /** `schools`: only the schools of this file get a new list, the others keep theirs; else the file is the whole list. */
  import_expected: { uploadId: string; range?: 'schools' };
  launch_campaign: Record<string, never>;
  end_campaign: Record<string, never>;
  cancel_campaign: { reason: string };
  reconcile: Record<string, never>;
  // school
  upload_roster: { uploadId: string };
  confirm_upload: { uploadId: string };
  discard_upload: { uploadId: string };
  review_class: { taskId: string; taskVersion: number };
  report_wrong_rows: { taskId: string; taskVersion: number; reason: string; pupilIds: string[] };
  approve_classes: { tasks: { taskId: string; taskVersion: number }[]; excludedCardIds: string[] };
  return_class: { taskId: string; taskVersion: number; reason: string };
  seal_classes: { tasks: { taskId: string; taskVersion: number }[] };
  resend_cards: { cardIds: string[] };
  reissue_cards: { cardIds: string[]; reason: string };
  extend_deadline: { stage: Stage; dueAt: string; reason: string };
  remind_school: { stage: Stage | null };
  exempt_school: { reason: string; until: string | null };
  exempt_pupils: { pupilIds: string[]; reason: string };
  /** Awaiting the summer's re-assessment; `release_pupils` when it has taken place. */
  hold_pupils: { pupilIds: string[]; evidence: string };
  release_pupils: { pupilIds: string[]; evidence: string };
  exclude_pupils: { pupilIds: string[]; movement: 'transfer_out' | 'drop_out'; evidence: string };
  /** The movement in: a pupil who came, was forgotten, or was taken out by mistake joins a class. */
  admit_pupil: { classId: string; pupil: ExpectedIdentity; arrival: ArrivalReason; evidence: string };
  grant_authority: {
    personId: string; basis: 'deputy_assignment' | 'deputy_in_charge'; instrumentNumber: string; instrumentDate: string; signedBy: string;
    validFrom: string; validTo: string | null; classes: string[] | null;
  };
  revoke_authority: { authorityId: string; reason: string };
  replace_homeroom: { classId: string; personId: string; reason: string };
  grant_exception: { personId: string; instrumentNumber: string; instrumentDate: string; validFrom: string; validTo: string; reason: string };
};
export type Act = keyof DecisionPayloads;

type ActRule = { roles: readonly Role[]; workflow: 'directory' | 'campaign' | 'school'; name: string };

/** Who may do what, and whose workflow carries it out. Area and school limits are judged on top, by the role's scope. */
export const ACTS = {
  appoint: { roles: ['administrator'], workflow: 'directory', name: 'Mời người dùng cấp Sở' },
  import_units: { roles: ['coordinator'], workflow: 'directory', name: 'Nạp danh mục đơn vị và nhân sự' },
  apply_units: { roles: ['coordinator'], workflow: 'directory', name: 'Áp dụng danh mục' },
  discard_units: { roles: ['coordinator'], workflow: 'directory', name: 'Bỏ danh mục đã nạp' },
  set_packet_key: { roles: ['administrator'], workflow: 'directory', name: 'Nạp chứng thư số của Sở' },
  revoke_role: { roles: ['administrator', 'coordinator'], workflow: 'directory', name: 'Thu hồi vai trò' },
  grant_role: { roles: ['administrator', 'coordinator'], workflow: 'directory', name: 'Giao vai trò' },
  appoint_head: { roles: ['coordinator'], workflow: 'directory', name: 'Ghi nhận hiệu trưởng' },
  invite_again: { roles: ['administrator'], workflow: 'directory', name: 'Gửi lại thư mời' },
  disable_account: { roles: ['administrator', 'coordinator'], workflow: 'directory', name: 'Khóa tài khoản' },
  enable_account: { roles: ['administrator', 'coordinator'], workflow: 'directory', name: 'Mở lại tài khoản' },
  propose_trust: { roles: ['administrator'], workflow: 'directory', name: 'Đề xuất thay đổi nguồn tin cậy' },
  settle_trust: { roles: ['administrator'], workflow: 'directory', name: 'Xử lí đề xuất nguồn tin cậy' },
  give_seal: { roles: ['principal', 'deputy'], workflow: 'directory', name: 'Giao chứng thư số của trường cho hệ thống' },
  withdraw_seal: { roles: ['principal', 'deputy', 'coordinator'], workflow: 'directory', name: 'Gỡ chứng thư số của trường khỏi hệ thống' },
  create_campaign: { roles: ['coordinator'], workflow: 'campaign', name: 'Tạo đợt phát hành' },
  import_expected: { roles: ['coordinator'], workflow: 'campaign', name: 'Nạp danh sách học sinh' },
  launch_campaign: { roles: ['coordinator'], workflow: 'campaign', name: 'Phát động đợt' },
  end_campaign: { roles: ['coordinator'], workflow: 'campaign', name: 'Kết thúc đợt' },
  cancel_campaign: { roles: ['coordinator'], workflow: 'campaign', name: 'Hủy đợt' },
  reconcile: { roles: ['coordinator'], workflow: 'campaign', name: 'Đối soát với Kho' },
  upload_roster: { roles: ['clerk'], workflow: 'school', name: 'Nộp dữ liệu lớp' },
  confirm_upload: { roles: ['clerk'], workflow: 'school', name: 'Xác nhận thay đổi dữ liệu' },
  discard_upload: { roles: ['clerk'], workflow: 'school', name: 'Bỏ tệp đã nộp' },
  review_class: { roles: ['homeroom'], workflow: 'school', name: 'Ký xác nhận lớp' },
  report_wrong_rows: { roles: ['homeroom'], workflow: 'school', name: 'Báo sai dữ liệu' },
  approve_classes: { roles: ['principal', 'deputy'], workflow: 'school', name: 'Ký duyệt' },
  return_class: { roles: ['principal', 'deputy'], workflow: 'school', name: 'Trả lại lớp' },
  seal_classes: { roles: ['clerk'], workflow: 'school', name: 'Ký số phát hành' },
  resend_cards: { roles: ['clerk', 'coordinator'], workflow: 'school', name: 'Gửi lại Kho' },
  reissue_cards: { roles: ['clerk', 'coordinator'], workflow: 'school', name: 'Lập lại học bạ' },
  extend_deadline: { roles: ['coordinator'], workflow: 'school', name: 'Gia hạn' },
  remind_school: { roles: ['coordinator', 'office'], workflow: 'school', name: 'Gửi nhắc' },
  exempt_school: { roles: ['coordinator'], workflow: 'school', name: 'Miễn cho trường' },
  exempt_pupils: { roles: ['coordinator'], workflow: 'school', name: 'Miễn cho học sinh' },
  hold_pupils: { roles: ['coordinator'], workflow: 'school', name: 'Ghi học sinh chờ đánh giá lại' },
  release_pupils: { roles: ['coordinator'], workflow: 'school', name: 'Ghi nhận đã đánh giá lại' },
  exclude_pupils: { roles: ['coordinator'], workflow: 'school', name: 'Ghi biến động học sinh' },
  admit_pupil: { roles: ['coordinator'], workflow: 'school', name: 'Ghi học sinh chuyển đến hoặc bị sót' },
  grant_authority: { roles: ['principal', 'coordinator'], workflow: 'school', name: 'Giao ký thay' },
  revoke_authority: { roles: ['principal', 'coordinator'], workflow: 'school', name: 'Chấm dứt giao ký thay' },
  replace_homeroom: { roles: ['principal', 'coordinator'], workflow: 'school', name: 'Thay GVCN' },
  grant_exception: { roles: ['coordinator'], workflow: 'school', name: 'Cho phép ngoại lệ vai trò' },
} as const satisfies Record<Act, ActRule>;
