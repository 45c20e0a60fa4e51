/**
 * The steps at which an unfinished card waits, and whose turn each is. The first five are the kinds of tasks; the view class_turn says
 * which step a position waits at in its class.
 */
export const WAITING_STEPS = ['collect', 'review', 'approve', 'seal', 'receive', 'pack', 'send', 'verdict', 'correct'] as const;
export type WaitingStep = (typeof WAITING_STEPS)[number];

export const TURN_NAMES = {
  collect: 'Văn thư trường', review: 'GVCN', approve: 'Hiệu trưởng hoặc người ký thay', seal: 'Văn thư trường',
  receive: 'Hệ thống của Sở', pack: 'Hệ thống của Sở', send: 'Hệ thống của Sở', verdict: 'Kho học bạ số', correct: 'Văn thư trường hoặc Sở',
} as const satisfies Record<WaitingStep, string>;

export const STEP_NAMES = {
  collect: 'Thu thập dữ liệu', review: 'GVCN rà soát', approve: 'Ký duyệt', seal: 'Ký số phát hành', receive: 'Sở kiểm tra và tiếp nhận',
  pack: 'Đóng gói', send: 'Gửi Kho', verdict: 'Chờ kết quả của Kho', correct: 'Sửa hoặc gửi lại',
} as const satisfies Record<WaitingStep, string>;

/** How many unfinished cards stand at a position and wait at a step; `owned`: somebody has the turn. */
export type Remaining = { position: string; step: WaitingStep; owned: boolean; cards: number };
