import type { VNode } from 'preact';
import { formatNumber } from '../format.js';
import { Badge, Time } from './parts.js';
import { DataTable } from './table.js';

export type UploadLine = { id: string; fileName: string; createdAt: Date; state: 'queued' | 'refused' | 'read' | 'waiting' | 'applied' | 'discarded' | null; errors: number };

/** Files received before; each opens its result. */
export const UploadList = ({ uploads, caption, hrefOf }: { uploads: readonly UploadLine[]; caption: string; hrefOf: (upload: UploadLine) => string }): VNode => (
  <DataTable caption={caption} rows={uploads} empty="Chưa nạp tệp nào." columns={[
    { label: 'Tệp', kind: 'head', cell: (upload) => <a href={hrefOf(upload)}>{upload.fileName}</a> },
    { label: 'Nhận lúc', cell: (upload) => <Time at={upload.createdAt} /> },
    { label: 'Kết quả', cell: (upload) => <UploadState upload={upload} /> },
  ]} />
);

export function UploadState({ upload: { state, errors } }: { upload: Pick<UploadLine, 'state' | 'errors'> }): VNode {
  switch (state) {
    case null: case 'queued': return <Badge>Đang đọc</Badge>;
    case 'refused': return <Badge kind="bad">Tệp không được nhận</Badge>;
    case 'read': return errors > 0 ? <Badge kind="bad">{formatNumber(errors)} lỗi</Badge> : <Badge kind="good">Đã đọc</Badge>;
    case 'waiting': return <Badge kind="warn">Chờ xác nhận thay đổi</Badge>;
    case 'applied': return errors > 0 ? <Badge kind="warn">Đã nạp, còn {formatNumber(errors)} lỗi</Badge> : <Badge kind="good">Đã nạp</Badge>;
    case 'discarded': return <Badge>Đã bỏ</Badge>;
  }
}
