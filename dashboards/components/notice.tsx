import type { ComponentChildren, VNode } from 'preact';
import type { RefusalCode } from '../../domain/refusals.js';

/** What became of a decision: still on its way, done, or refused by the worker that tried. */
export type Notice =
  | { kind: 'waiting'; decisionId: string; act: string }
  | { kind: 'done'; decisionId: string; act: string }
  /** A file is in, and its reading is another matter. */
  | { kind: 'taken'; decisionId: string; act: string }
  | { kind: 'refused'; decisionId: string; act: string; code: RefusalCode; sentence: string };

/** While it waits, the part asks for itself again every two seconds; without JavaScript the whole page does (see layout). */
export function DecisionNotice({ notice }: { notice: Notice }): VNode {
  if (notice.kind === 'waiting') {
    return (
      <div class="notice notice-wait" role="status" hx-get={`/quyet-dinh/${notice.decisionId}`} hx-trigger="every 2s" hx-swap="outerHTML">
        <p><strong>{notice.act}:</strong> đã ghi nhận, đang xử lý. Có thể rời trang này, việc vẫn được làm tiếp.</p>
      </div>
    );
  }
  if (notice.kind === 'done') return <div class="notice notice-good" role="status"><p><strong>{notice.act}:</strong> đã làm xong.</p></div>;
  if (notice.kind === 'taken') return <div class="notice notice-info" role="status"><p><strong>{notice.act}:</strong> tệp đã được lưu, kết quả đọc tệp ở dưới.</p></div>;
  return <div class="notice notice-bad" role="alert"><p><strong>{notice.act}:</strong> {notice.sentence}</p></div>;
}

export function Note({ kind = 'info', children }: { kind?: 'info' | 'warn' | 'bad' | 'good'; children: ComponentChildren }): VNode {
  return <div class={`notice notice-${kind}`} role={kind === 'bad' ? 'alert' : 'note'}>{children}</div>;
}
