/**
 * On time, late, not yet: how the schools' part of a campaign kept its deadlines. A school's part of a card ends with its seal; what comes
 * after is the province's and the Kho's, has no deadline and makes no school late (design §2 Numbers). The parts partition the
 * denominator.
 */
export type Timeliness = {
  /** Sealed by the school's deadline for sealing, as extended. */
  onTime: number;
  /** Sealed after it. `lateSigning`: asked for in time, the signature came after the deadline. */
  lateSchool: number; lateSigning: number;
  /** Not sealed, and the step at which it waits is past its deadline. `overdueProvince`: nobody can do it until the Sở mends the list of staff or authority. */
  overdueSchool: number; overdueProvince: number; overdueSigning: number;
  /** Not sealed, deadline still ahead. */
  notYet: number;
  /** Held or exempt, and not sealed. */
  excused: number;
};

export const TIMELINESS = {
  onTime: { name: 'Đúng hạn', sentence: 'Trường đã ký số phát hành trong hạn (kể cả hạn được gia hạn).' },
  lateSchool: { name: 'Trễ hạn do trường', sentence: 'Trường đã ký số phát hành, nhưng sau hạn.' },
  lateSigning: { name: 'Trễ hạn do dịch vụ ký số', sentence: 'Trường đã ký yêu cầu trong hạn, dịch vụ ký số trả chữ ký sau hạn.' },
  overdueSchool: { name: 'Quá hạn, đang chờ trường', sentence: 'Chưa ký số phát hành; bước đang chờ đã quá hạn và có người của trường đang giữ việc.' },
  overdueProvince: { name: 'Quá hạn, chờ Sở gỡ', sentence: 'Chưa ký số phát hành; bước đang chờ đã quá hạn nhưng không ai làm được cho đến khi Sở sửa danh mục hoặc thẩm quyền ký.' },
  overdueSigning: { name: 'Quá hạn, chờ dịch vụ ký số', sentence: 'Người ký đã yêu cầu trong hạn, chữ ký chưa về.' },
  notYet: { name: 'Chưa đến hạn', sentence: 'Chưa ký số phát hành, bước đang chờ chưa đến hạn.' },
  excused: { name: 'Chưa đủ điều kiện hoặc miễn', sentence: 'Không tính hạn: học sinh chưa đủ điều kiện phát hành hoặc được miễn.' },
} as const satisfies Record<keyof Timeliness, { name: string; sentence: string }>;
export const TIMELINESS_CODES = Object.keys(TIMELINESS) as readonly (keyof Timeliness)[];
