/**
 * States of a report card and the only transitions between them (design §2). Every change is one conditional UPDATE with the old
 * state in its WHERE and an audit row in the same transaction.
 */
export const CARD_STATES = [
  'drafted', 'teacher_signed', 'principal_signed', 'sealed', 'received', 'packed', 'sending', 'submitted', 'accepted',
  'refused', 'unknown', 'recalled', 'superseded',
] as const;
export type CardState = (typeof CARD_STATES)[number];

export const CARD_TRANSITIONS = {
  drafted: ['teacher_signed', 'superseded'],
  // Back to drafted: returned by the principal, or the signer named inside the card changed before approval (spec §2.1).
  teacher_signed: ['principal_signed', 'drafted'],
  principal_signed: ['sealed', 'drafted'],
  // Back to whoever signs again: a certificate expired or was revoked between signing and the Sở's receipt. A card of other software is put
  // aside then: the school makes another one there.
  sealed: ['received', 'principal_signed', 'teacher_signed', 'drafted', 'superseded'],
  // Refused: its bytes no longer verify when its packet is about to be signed; it is replaced by a new version.
  received: ['packed', 'refused'],
  packed: ['sending'],
  // An attempt that finds `sending` makes it unknown and asks by messageid; "not found" after the settle time sends the same again.
  sending: ['submitted', 'unknown'],
  unknown: ['submitted', 'sending'],
  submitted: ['accepted', 'refused'],
  accepted: ['recalled', 'superseded'],
  // Sent once more as it is (the Kho's fault), or replaced by a new version (ours).
  refused: ['received', 'superseded'],
  recalled: ['superseded'],
  superseded: [],
} as const satisfies Record<CardState, readonly CardState[]>;

export const mayBecome = (from: CardState, to: CardState): boolean => (CARD_TRANSITIONS[from] as readonly CardState[]).includes(to);

/** A card counts as signed by the principal from that signature on, whatever the Kho says later. */
export const SIGNED_STATES = ['principal_signed', 'sealed', 'received', 'packed', 'sending', 'unknown', 'submitted', 'accepted', 'refused'] as const satisfies readonly CardState[];
export const SEALED_STATES = ['sealed', 'received', 'packed', 'sending', 'unknown', 'submitted', 'accepted', 'refused'] as const satisfies readonly CardState[];
export const RECEIVED_STATES = ['received', 'packed', 'sending', 'unknown', 'submitted', 'accepted', 'refused'] as const satisfies readonly CardState[];

export const CARD_STATE_NAMES = {
  drafted: 'Chờ GVCN rà soát',
  teacher_signed: 'Chờ ký duyệt',
  principal_signed: 'Chờ ký số phát hành',
  sealed: 'Đã ký số phát hành',
  received: 'Sở đã nhận',
  packed: 'Đã đóng gói',
  sending: 'Đang gửi Kho',
  submitted: 'Chờ kết quả của Kho',
  accepted: 'Kho đã tiếp nhận',
  refused: 'Kho từ chối',
  unknown: 'Chưa rõ kết quả',
  recalled: 'Đã thu hồi',
  superseded: 'Đã thay bằng bản mới',
} as const satisfies Record<CardState, string>;
