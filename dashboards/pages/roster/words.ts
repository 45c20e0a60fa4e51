import type { UploadOutcome, UploadState } from '../../../domain/sheets/roster.js';

type Word = { name: string; kind: 'info' | 'good' | 'warn' | 'bad' };

export const UPLOAD_STATE = {
  received: { name: 'Đã nhận tệp', kind: 'info' }, queued: { name: 'Đang đọc', kind: 'info' }, refused: { name: 'Không đọc được', kind: 'bad' }, read: { name: 'Đã đọc xong', kind: 'good' },
  waiting: { name: 'Chờ xác nhận thay đổi', kind: 'warn' }, applied: { name: 'Đã áp dụng thay đổi', kind: 'good' }, discarded: { name: 'Đã bỏ', kind: 'info' },
} as const satisfies Record<UploadState, Word>;

export const OUTCOME = {
  accepted: { name: 'Đã nhận', kind: 'good' }, errors: { name: 'Có lỗi, chưa nhận', kind: 'bad' }, differs: { name: 'Có thay đổi, chờ xác nhận', kind: 'warn' },
  reviewed: { name: 'GVCN đã ký, không thay được', kind: 'bad' }, unchanged: { name: 'Không thay đổi', kind: 'info' },
} as const satisfies Record<UploadOutcome, Word>;
