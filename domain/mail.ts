import type { AuthorityBasis, BlockedCode } from './authority.js';
import type { Instant, PlainDate } from './brand.js';
import type { ProgressCounts } from './rates.js';
import type { Role } from './roles.js';

/**
 * What a mail says, stored in `mail_outbox.model`. Names of staff, schools and classes, counts, instants and codes only: no pupil's
 * name or number, and no free text of people (a reason for a return may name a pupil, so the mail points to the page that shows it).
 */
export type MailModel = InvitationMail | TaskMail | ReminderMail | EscalationMail | NoticeMail | DigestMail;
export type MailKind = MailModel['kind'];

export type TaskKind = 'collect' | 'review' | 'approve' | 'seal' | 'correct';

type Common = {
  recipientName: string;
  /** The Sở in whose name the mail goes out, e.g. `Sở Giáo dục và Đào tạo tỉnh …`. */
  departmentName: string;
  /** Path on the hub after sign-in, from `/`; used when the row carries no personal link. Ids and codes only. */
  linkPath?: string;
};

/** Set a password, for somebody newly in the directory. The row's sealed link is the token. */
export type InvitationMail = Common & {
  kind: 'invitation';
  userName: string;
  /** School, office or Sở where the roles hold. */
  unitName: string;
  roles: readonly Role[];
  expiresAt: Instant;
};

/** Under which authority the recipient signs; null where the task needs none. */
export type MailAuthority = {
  basis: AuthorityBasis;
  instrumentNumber: string | null;
  instrumentDate: PlainDate | null;
  /** The dated exception by the Sở under which one person reviews and approves, if that is the case. */
  exceptionNumber?: string | null;
};

type TaskFacts = {
  taskKind: TaskKind;
  schoolName: string;
  schoolYear: string;
  /** Empty when the task is about the whole school. */
  classNames: readonly string[];
  cards: number;
  dueAt: Instant;
  authority: MailAuthority | null;
};

export type TaskMail = Common & TaskFacts & {
  kind: 'task';
  /** True when the work came back to the recipient (class returned, wrong rows, Kho refusal). */
  again: boolean;
};

export type ReminderMail = Common & TaskFacts & {
  kind: 'reminder';
  /** When the reminder was decided: "còn 2 ngày" counts from here. */
  remindedAt: Instant;
  /** Which reminder this is for the oldest of its tasks, from 1. */
  reminderNumber: number;
  /** Who pressed "Gửi nhắc"; null when the hub reminded by the campaign's policy. */
  requestedByUnit: string | null;
};

/** To the office: a school that is overdue, with what is missing and whose turn it is. */
export type EscalationMail = Common & {
  kind: 'escalation';
  officeName: string;
  schoolName: string;
  schoolPhone: string | null;
  schoolYear: string;
  escalatedAt: Instant;
  items: readonly { taskKind: TaskKind; className: string | null; cards: number; dueAt: Instant; assigneeName: string | null; reminders: number }[];
};

/** The day's figures of an area or the province, to those who chase: sent only when something waits for somebody. */
export type DigestMail = Common & {
  kind: 'digest';
  areaName: string; isProvince: boolean; schoolYear: string; asOf: Instant;
  /** As on the pages (`db/progress`); rates follow from them by `RATES`. */
  counts: ProgressCounts;
  /** How many schools are overdue; `overdue` holds those that are longest. */
  overdueSchools: number;
  overdue: readonly { schoolName: string; schoolPhone: string | null; since: Instant; tasks: number; kinds: readonly TaskKind[] }[];
  refused: number; blockedClasses: number; parkedPackets: number;
};

/** Something happened that the recipient should know. */
export type NoticeMail = Common & { kind: 'notice'; schoolName: string; /** Null for what belongs to no campaign: roles and authority. */ schoolYear: string | null; classNames: readonly string[]; cards: number } & NoticeFacts;
export type NoticeFacts =
  | { notice: 'class-returned'; fromStage: 'review' | 'approve'; dueAt: Instant }
  | { notice: 'signing-expired' | 'signing-declined' | 'signing-failed'; signingRole: 'teacher' | 'principal' | 'seal' }
  | { notice: 'no-approver'; code: BlockedCode }
  | AuthorityNotice
  | { notice: 'role-granted' | 'role-ended'; role: Role; from: Instant }
  | { notice: 'homeroom-ended' }
  | { notice: 'certificate-expiring'; whose: 'person' | 'seal' | 'packet'; validTo: Instant }
  | { notice: 'cards-refused' }
  | { notice: 'packet-parked' }
  | { notice: 'deadline-extended'; taskKind: TaskKind; dueAt: Instant };
/** To the holder and to the head. `validTo` of an ended authority is when it ended. */
type AuthorityNotice = {
  notice: 'authority-granted' | 'authority-ended' | 'authority-expiring'; authority: MailAuthority; holderName: string;
  /** Whether the recipient is the one who signs under it. */
  isHolder: boolean;
  validFrom: Instant; validTo: Instant | null;
};
export type NoticeCode = NoticeFacts['notice'];

/**
 * The fixed Message-ID of a row: a second delivery after a crash carries the same one, and counts as the same mail.
 * @param mailId id of the row
 * @param host a host name of ours, e.g. that of HUB_BASE_URL
 */
export const mailMessageId = (mailId: string, host: string): string => `<${mailId}@${host}>`;

/** Where a one-time link leads, by kind of mail; null where the kind carries none. A row without one leads to its linkPath. */
export const MAIL_LINK_PATHS = {
  invitation: '/dat-mat-khau/', task: '/viec/lien-ket/', reminder: '/viec/lien-ket/', escalation: null, digest: null, notice: '/viec/lien-ket/',
} as const satisfies Record<MailKind, string | null>;

/** Purpose under which `mail_outbox.sealed_link` is sealed. */
export const MAIL_LINK_PURPOSE = 'mail-link';
