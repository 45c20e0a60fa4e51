import { APPROVER_TITLES } from '../../domain/authority.js';
import type { Instant } from '../../domain/brand.js';
import type { MailAuthority, TaskKind } from '../../domain/mail.js';
import type { Role } from '../../domain/roles.js';
import { formatCount, formatDay, formatSpan } from '../../domain/vietnameseFormat.js';

/** The one verb of each kind of work, its button, and why somebody gets it. */
export const TASK_WORDS = {
  collect: { verb: 'Nộp dữ liệu học bạ', does: (count) => `nộp dữ liệu của ${count} học sinh`, button: 'Nộp dữ liệu', becauseOf: 'Thầy/Cô được phân công việc văn thư của trường' },
  review: { verb: 'Rà soát và ký xác nhận', does: (count) => `rà soát và ký xác nhận ${count} học bạ`, button: 'Rà soát lớp', becauseOf: 'Thầy/Cô là giáo viên chủ nhiệm của lớp' },
  approve: { verb: 'Ký duyệt', does: (count) => `ký duyệt ${count} học bạ`, button: 'Xem và ký duyệt', becauseOf: 'Thầy/Cô là người có thẩm quyền ký duyệt của trường' },
  seal: { verb: 'Ký số phát hành', does: (count) => `ký số phát hành ${count} học bạ`, button: 'Xem và ký số phát hành', becauseOf: 'Thầy/Cô được phân công ký số phát hành của trường' },
  correct: { verb: 'Xử lí học bạ bị Kho từ chối', does: (count) => `xử lí ${count} học bạ bị Kho từ chối`, button: 'Xem lỗi và xử lí', becauseOf: 'Thầy/Cô được phân công việc văn thư của trường' },
} as const satisfies Record<TaskKind, { verb: string; does: (count: string) => string; button: string; becauseOf: string }>;

/** One line of printable text: a name from a workbook may hold line breaks, which must never reach a mail's header. */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();

const MOST_IN_SUBJECT = 4;

/** ` lớp 1A, 1B` for a subject line, shortened to the first ones; empty for a whole school. */
export function classesInSubject(names: readonly string[]): string {
  if (names.length === 0) return '';
  const shown = names.slice(0, MOST_IN_SUBJECT).map(oneLine).join(', ');
  const more = names.length - MOST_IN_SUBJECT;
  return more > 0 ? ` lớp ${shown} và ${more} lớp khác` : ` lớp ${shown}`;
}

export const cardCount = (cards: number): string => `${formatCount(cards)} học bạ`;

/** People of schools are teachers; those of communes, of the Sở and administrators need not be. */
export type FormOfAddress = 'Thầy/Cô' | 'Ông/Bà';
const OF_SCHOOLS: readonly Role[] = ['homeroom', 'principal', 'deputy', 'clerk'];
export const addressOf = (roles: readonly Role[]): FormOfAddress => (roles.some((role) => OF_SCHOOLS.includes(role)) ? 'Thầy/Cô' : 'Ông/Bà');

export const toPerson = (fullName: string, you: FormOfAddress = 'Thầy/Cô'): string => `${you} ${oneLine(fullName)}`;

/** A verb inside a sentence: only its first letter changes, "Kho" and "GVCN" stay. */
export const inSentence = (verb: string): string => verb.charAt(0).toLocaleLowerCase('vi') + verb.slice(1);

/** Facts that every mail about a school's work begins with. */
export const placeFacts = (model: { schoolName: string; schoolYear: string | null; classNames: readonly string[]; cards: number }): { label: string; value: string }[] => [
  { label: 'Trường', value: oneLine(model.schoolName) },
  ...(model.classNames.length === 0 ? [] : [{ label: 'Lớp', value: model.classNames.map(oneLine).join(', ') }]),
  { label: 'Số lượng', value: cardCount(model.cards) },
  ...(model.schoolYear === null ? [] : [{ label: 'Năm học', value: model.schoolYear }]),
];

/** `còn 2 ngày` or `quá hạn 5 giờ`, seen from `now`. */
export function untilDeadline(dueAt: Instant, now: Instant): string {
  const left = Date.parse(dueAt) - Date.parse(now);
  return left >= 0 ? `còn ${formatSpan(left)}` : `quá hạn ${formatSpan(-left)}`;
}

/** Under which authority somebody signs (design §2 "Who may sign"). */
export function authoritySentence(authority: MailAuthority): string {
  const { basis, instrumentNumber, instrumentDate, exceptionNumber } = authority;
  const instrument = instrumentNumber === null ? '' : ` theo văn bản số ${oneLine(instrumentNumber)}${instrumentDate === null ? '' : ` ngày ${formatDay(instrumentDate)}`}`;
  const exception = exceptionNumber === undefined || exceptionNumber === null ? ''
    : ` Thầy/Cô được ký duyệt cả lớp do mình rà soát theo văn bản của Sở số ${oneLine(exceptionNumber)}.`;
  return `Thẩm quyền ký: ${APPROVER_TITLES[basis]}${instrument}.${exception}`;
}

/** Whom a school's own people tell first: the clerk, but the clerk the head. */
export type FirstAsked = 'văn thư trường' | 'hiệu trưởng' | null;
export const firstAsked = (taskKind: TaskKind): FirstAsked => (taskKind === 'review' || taskKind === 'approve' ? 'văn thư trường' : 'hiệu trưởng');

/** What to do when the mail reached somebody else. */
export const wrongPerson = (departmentName: string, first: FirstAsked, you: FormOfAddress = 'Thầy/Cô'): string =>
  `Nếu việc này không phải của ${you}, xin đừng chuyển tiếp thư: báo ${first === null ? '' : `${first} hoặc `}${oneLine(departmentName)} để giao lại cho đúng người.`;

export const openingChangesNothing = (you: FormOfAddress = 'Thầy/Cô'): string => `Mở liên kết chưa làm thay đổi gì: ${you} đăng nhập, xem rồi mới quyết định.`;
