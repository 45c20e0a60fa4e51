import type { Instant } from './brand.js';
import type { ProgressCounts } from './rates.js';
import type { WaitingStep } from './turns.js';

/** Workbooks that are made in the background, because they are large: by unit, by reason, and one row a card. */
export const REPORT_KINDS = ['progress', 'held', 'cards'] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];
export const REPORT_NAMES = {
  progress: 'Tiến độ theo địa bàn, trường, lớp',
  held: 'Chưa đủ điều kiện và miễn, theo lí do',
  cards: 'Từng học bạ, mỗi học sinh một dòng',
} as const satisfies Record<ReportKind, string>;
export const REPORT_FILE_NAMES = { progress: 'tien-do-hoc-ba-so', held: 'chua-du-dieu-kien', cards: 'tung-hoc-ba' } as const satisfies Record<ReportKind, string>;

/** Where a report stands. `expired`: its file was deleted when its link ran out. */
export const REPORT_STATES = { waiting: 'Đang chờ đến lượt', running: 'Đang lập', done: 'Đã xong', failed: 'Không lập được', cancelled: 'Đã hủy', expired: 'Đã hết hạn tải' } as const;
export type ReportState = keyof typeof REPORT_STATES;
export const isUnfinished = (state: ReportState): boolean => state === 'waiting' || state === 'running';

/** Why a report was given up, with who can do what. */
export const REPORT_FAILURES = {
  interrupted: 'Máy chủ dừng giữa chừng nhiều lần nên tệp chưa lập được. Bấm "Thử lại"; vẫn không được thì báo quản trị hệ thống.',
  differs: 'Số dòng đọc được không khớp với số đếm của hệ thống nên không phát hành tệp. Báo quản trị hệ thống chạy kiểm tra số đếm (npm run doctor), rồi bấm "Thử lại".',
  fault: 'Hệ thống gặp lỗi khi lập tệp. Bấm "Thử lại"; vẫn không được thì báo quản trị hệ thống.',
} as const;
export type ReportFailure = keyof typeof REPORT_FAILURES;

/** How long a finished file can be downloaded; then it is deleted. */
export const REPORT_HOURS = 24;
/** Reports of one person that may wait or run at once: the next is asked for when one of them has ended. */
export const MOST_UNFINISHED = 3;
/** Finished files of one person that are kept at once: with one more the oldest goes, so that nobody fills the database. */
export const MOST_KEPT = 10;
/** Attempts before a report is given up; each is a worker's death or a fault of the machine. */
export const MOST_ATTEMPTS = 5;
/** Excel's own limit. */
export const ROWS_PER_SHEET = 1_048_576;

/** The counts a list shows of each pupil, 1 or nothing, in the order of the form; each column adds up to the tile of the same name. */
export const LISTED_MEASURES = [
  'expected', 'collected', 'reviewed', 'signed', 'sealed', 'received', 'submitted', 'accepted', 'refused', 'held', 'exempt', 'open', 'excluded',
] as const satisfies readonly (keyof ProgressCounts)[];
export type ListedMeasure = (typeof LISTED_MEASURES)[number];

/** One pupil of a list. Names and numbers are there only for who may see them. */
export type ReportLine = {
  officeName: string; schoolCode: string; schoolName: string; className: string;
  person: { pupilCode: string; fullName: string; birthDate: string; personalNumber: string | null; cardId: string | null } | null;
  position: string; reason: string | null; reasonNote: string | null;
  /** The local day since which it stands there. */
  since: string;
  step: WaitingStep | null; owned: boolean;
  /** Bit n: counts in `LISTED_MEASURES[n]`. */
  measures: number;
};

/** What a workbook says about itself. */
export type ReportHead = {
  campaign: { schoolYear: string; level: string; cycle: 'main' | 'summer' | 'rehearsal' };
  province: { name: string; departmentName: string; placeOfIssue: string };
  area: { officeName: string | null; schoolName: string | null };
  asOf: Instant;
  /** Who asked for it. */
  by: string;
};

export const reportFileName = (kind: ReportKind, schoolYear: string, unitCode: string | null): string =>
  `${REPORT_FILE_NAMES[kind]}-${schoolYear}${unitCode === null ? '' : `-${unitCode}`}.xlsx`;
