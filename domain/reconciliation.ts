/**
 * What a reconciliation finds when the two sides of a packet are laid beside each other (design §2): each line says what stands where and
 * whose turn it is. Pure.
 */
export type OurVerdict = 'accepted' | 'refused' | null;
export type PacketState = 'cut' | 'sending' | 'unknown' | 'submitted' | 'done' | 'parked';
/** The Kho's word about one card: a verdict, none yet, the packet unknown, or the card missing among the packet's verdicts. */
export type TheirWord = 'accepted' | 'refused' | 'pending' | 'not-found' | 'absent';

type Finding = {
  /** False: nothing is wrong, the line only says why a card has no verdict yet. */
  differs: boolean;
  name: string; turn: string; sentence: string;
};

export const FINDINGS = {
  'parked': {
    differs: false, name: 'Gói đang dừng', turn: 'Chuyên viên Sở',
    sentence: 'Kho chưa nhận gói này và hệ thống đang chờ tới lần thử sau. Xem lí do ở trang của trường, gỡ nguyên nhân; gói được gửi lại nguyên vẹn.',
  },
  'asking': {
    differs: false, name: 'Đang hỏi lại', turn: 'Hệ thống', sentence: 'Gói có thể đã tới Kho nhưng chưa có trả lời. Hệ thống hỏi lại theo mã gói trước khi gửi lại.',
  },
  'verdict-behind': {
    differs: false, name: 'Kho đã có kết quả, chưa lấy về', turn: 'Hệ thống', sentence: 'Kho đã trả kết quả sau lần hỏi gần nhất. Hệ thống lấy về ở lần hỏi sau.',
  },
  'verdict-differs': {
    differs: true, name: 'Kết quả hai bên khác nhau', turn: 'Chuyên viên Sở', sentence: 'Sở liên hệ đơn vị vận hành Kho, nêu mã gói và mã tra cứu, hỏi kết quả nào đúng. Hệ thống không tự sửa.',
  },
  'lost-by-kho': {
    differs: true, name: 'Kho không còn gói đã nhận', turn: 'Chuyên viên Sở', sentence: 'Kho đã cấp biên nhận hoặc kết quả nhưng nay không tìm thấy. Sở gửi mã gói và biên nhận cho đơn vị vận hành Kho.',
  },
  'absent': {
    differs: true, name: 'Kho trả kết quả thiếu học bạ này', turn: 'Chuyên viên Sở', sentence: 'Kho đã trả kết quả của gói mà không có học bạ này. Sở nêu mã gói và mã tra cứu cho đơn vị vận hành Kho.',
  },
  'not-sent': {
    differs: true, name: 'Kho kể học bạ ta không gửi', turn: 'Chuyên viên Sở', sentence: 'Kết quả của gói có một mã tra cứu mà gói này không chứa. Sở hỏi đơn vị vận hành Kho mã đó từ đâu tới.',
  },
  'unreadable-id': {
    differs: true, name: 'Mã tra cứu Kho trả không đọc được', turn: 'Chuyên viên Sở', sentence: 'Kho trả một dòng có mã không phải mã tra cứu (UUID), nên không biết dòng đó nói về học bạ nào. Sở báo đơn vị vận hành Kho.',
  },
  'unanswered': {
    differs: true, name: 'Kho không trả lời được về gói', turn: 'Chuyên viên Sở', sentence: 'Kho báo lỗi khi hỏi kết quả của gói, nên gói chưa được đối soát. Sở nêu mã gói và mã lỗi cho đơn vị vận hành Kho, rồi đối soát lại.',
  },
} as const satisfies Record<string, Finding>;
export type FindingKind = keyof typeof FINDINGS;
export const FINDING_KINDS = Object.keys(FINDINGS) as readonly FindingKind[];

/** What one card's two verdicts say together; null when they agree. */
export function findingOf({ ours, theirs, packet }: { ours: OurVerdict; theirs: TheirWord; packet: PacketState }): FindingKind | null {
  if (ours !== null) {
    if (ours === theirs) return null;
    return theirs === 'accepted' || theirs === 'refused' ? 'verdict-differs' : theirs === 'absent' ? 'absent' : 'lost-by-kho';
  }
  switch (theirs) {
    case 'accepted': case 'refused': return 'verdict-behind';
    case 'absent': return 'absent';
    case 'pending': return packet === 'parked' ? 'verdict-behind' : null;
    case 'not-found': return packet === 'parked' ? 'parked' : packet === 'submitted' || packet === 'done' ? 'lost-by-kho' : 'asking';
  }
}

/** Names of what stands on one side, for the list. */
export const SIDE_NAMES: Readonly<Record<string, string>> = {
  'accepted': 'tiếp nhận', 'refused': 'từ chối', 'pending': 'chưa có kết quả', 'not-found': 'không tìm thấy gói', 'absent': 'không có trong kết quả', 'not-sent': 'không gửi', 'unreadable-id': 'mã không đọc được',
};
