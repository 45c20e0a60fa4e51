import type { Brand } from './brand.js';
import { formatBasisPoints } from './vietnameseFormat.js';

/**
 * Counts of report cards in one class, school, area or province (design §2 Numbers). Stages are cumulative: a card the Kho accepted is
 * also signed, sealed and received. `expected` is the denominator: held and exempt pupils stay inside it, excluded ones do not.
 */
export type ProgressCounts = {
  expected: number;
  collected: number; reviewed: number; signed: number; sealed: number; received: number; submitted: number; accepted: number;
  refused: number; missing: number; held: number; exempt: number; excluded: number;
  /** Inside the denominator, neither held nor exempt. */
  eligible: number;
  eligibleSigned: number;
  /** Neither accepted nor held nor exempt: what keeps a campaign from ending. `waiting` and `unexplained` are its two parts. */
  open: number;
  /** Open, at a step that somebody has: a task with an assignee, overdue or not, or the hub or the Kho at work. */
  waiting: number;
  /** Open, and nobody has it. */
  unexplained: number;
};

/** A rate keeps both its numbers; the numerator is inside the denominator. */
export type Rate = Brand<{ readonly numerator: number; readonly denominator: number }, 'Rate'>;

/**
 * The only way to make a rate.
 * @throws RangeError when the numerator is not a part of the denominator: two queries disagree, and no page may hide that
 */
export function rate(numerator: number, denominator: number): Rate {
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || numerator < 0 || numerator > denominator) {
    throw new RangeError(`${numerator} is not a part of ${denominator}`);
  }
  return { numerator, denominator } as Rate;
}

/**
 * Hundredths of a percent, rounded half up in whole numbers, with two exceptions: never 10 000 while one is missing, never 0 when one
 * is there. "100 %" then means everyone, and "0 %" nobody. Null when there is nothing to count.
 */
export function basisPoints({ numerator, denominator }: Rate): number | null {
  if (denominator === 0) return null;
  if (numerator === 0 || numerator === denominator) return numerator === 0 ? 0 : 10_000;
  const rounded = Math.floor((numerator * 20_000 + denominator) / (2 * denominator));
  return Math.min(9_999, Math.max(1, rounded));
}

/** What stands where a rate has no denominator. */
export const NO_RATE = '–';

/** `82,35 %`; `–` when there is nothing to count. */
export function formatRate(value: Rate): string {
  const points = basisPoints(value);
  return points === null ? NO_RATE : formatBasisPoints(points);
}

export type RateCode = 'signed' | 'accepted' | 'eligibleSigned';
type RateDefinition = { name: string; fraction: string; sentence: string; of: (counts: ProgressCounts) => Rate };

/** One definition of each rate: tile, list, mail and workbook read it, and every report prints its sentence. */
export const RATES = {
  signed: {
    name: 'Tỉ lệ ký duyệt',
    fraction: 'Đã ký duyệt / Phải có',
    sentence: 'Số học bạ đã được hiệu trưởng hoặc người được giao ký thay ký duyệt, chia cho số học bạ phải có theo danh sách đã chốt khi phát động. '
      + 'Học sinh chưa đủ điều kiện phát hành và học sinh được miễn vẫn nằm trong số phải có; chỉ biến động học sinh (chuyển đến, bổ sung do sót, chuyển đi, thôi học) mới làm số phải có thay đổi.',
    of: (counts) => rate(counts.signed, counts.expected),
  },
  accepted: {
    name: 'Tỉ lệ Kho tiếp nhận',
    fraction: 'Kho tiếp nhận / Đã ký duyệt',
    sentence: 'Số học bạ Kho học bạ số đã tiếp nhận, chia cho số học bạ đã ký duyệt.',
    of: (counts) => rate(counts.accepted, counts.signed),
  },
  eligibleSigned: {
    name: 'Tỉ lệ ký duyệt trong số đủ điều kiện',
    fraction: 'Đã ký duyệt / Phải có, không kể chưa đủ điều kiện và miễn',
    sentence: 'Như tỉ lệ ký duyệt, nhưng cả tử số và mẫu số đều không kể học sinh chưa đủ điều kiện phát hành và học sinh được miễn; '
      + 'cho biết tỉ lệ của tỉnh sẽ là bao nhiêu nếu không có các trường hợp đó.',
    of: (counts) => rate(counts.eligibleSigned, counts.eligible),
  },
} as const satisfies Record<RateCode, RateDefinition>;
export const RATE_CODES = Object.keys(RATES) as readonly RateCode[];

/** What each count means, in the order in which a report shows them. */
export const COUNT_DEFINITIONS = {
  expected: { name: 'Phải có', sentence: 'Số học bạ phải có: mọi học sinh trong danh sách đã chốt khi phát động, thêm học sinh chuyển đến hoặc bổ sung do sót, trừ học sinh chuyển đi hoặc thôi học; biến động nào cũng có minh chứng.' },
  collected: { name: 'Đã có dữ liệu', sentence: 'Học bạ đã được lập từ dữ liệu trường nộp và không còn lỗi.' },
  reviewed: { name: 'GVCN đã ký', sentence: 'Học bạ đã được giáo viên chủ nhiệm rà soát và ký xác nhận.' },
  signed: { name: 'Đã ký duyệt', sentence: 'Học bạ đã được hiệu trưởng hoặc người được giao ký thay ký duyệt.' },
  sealed: { name: 'Đã ký số phát hành', sentence: 'Học bạ đã được ký bằng chứng thư số tổ chức của trường.' },
  received: { name: 'Sở đã nhận', sentence: 'Sở GD&ĐT đã kiểm tra mọi chữ ký và lưu bản gốc.' },
  submitted: { name: 'Đã gửi Kho', sentence: 'Học bạ đã gửi tới Kho học bạ số, kể cả đang chờ kết quả, chưa rõ kết quả và bị từ chối.' },
  accepted: { name: 'Kho đã tiếp nhận', sentence: 'Kho học bạ số trả kết quả tiếp nhận.' },
  refused: { name: 'Kho từ chối', sentence: 'Kho học bạ số từ chối; trường phải sửa và lập lại, hoặc gửi lại.' },
  held: { name: 'Chưa đủ điều kiện', sentence: 'Học sinh chưa đủ điều kiện phát hành, có lí do; vẫn nằm trong số phải có.' },
  exempt: { name: 'Miễn', sentence: 'Học sinh hoặc trường được miễn trong đợt, có lí do; vẫn nằm trong số phải có.' },
  eligible: { name: 'Đủ điều kiện', sentence: 'Số phải có, trừ chưa đủ điều kiện và miễn.' },
  eligibleSigned: { name: 'Đủ điều kiện đã ký duyệt', sentence: 'Học bạ đã ký duyệt, không kể chưa đủ điều kiện và miễn.' },
  open: { name: 'Chưa xong', sentence: 'Học bạ chưa được Kho tiếp nhận và cũng không thuộc diện chưa đủ điều kiện hay miễn; phải bằng 0 thì đợt mới kết thúc được.' },
  waiting: { name: 'Đang chờ', sentence: 'Phần của số chưa xong mà biết rõ đang ở bước nào và đến lượt ai, kể cả khi đã quá hạn.' },
  unexplained: { name: 'Chưa rõ đến lượt ai', sentence: 'Phần còn lại của số chưa xong: chưa có người được giao, hoặc người được giao không còn làm được. Mở trang của trường để biết ai gỡ được.' },
  missing: { name: 'Chưa có dữ liệu', sentence: 'Học sinh phải có học bạ nhưng trường chưa nộp dữ liệu không lỗi.' },
  excluded: { name: 'Biến động đi', sentence: 'Học sinh đã rút khỏi số phải có vì chuyển đi hoặc thôi học.' },
} as const satisfies Record<keyof ProgressCounts, { name: string; sentence: string }>;
