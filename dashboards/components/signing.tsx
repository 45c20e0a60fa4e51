import type { VNode } from 'preact';
import { APPROVER_TITLES, BLOCKED_SENTENCES } from '../../domain/authority.js';
import { PHASE_OF, refusalSentence, type AuthorityNote, type SigningBatch, type SigningPhase } from '../../domain/signingProgress.js';
import { formatDay, formatNumber } from '../format.js';
import { SIGNED_WORDS } from '../signedWords.js';
import { Bar, Time } from './parts.js';

/** "theo Quyết định số 12/QĐ-THT ngày 05/05/2026 do … ký"; a head needs no instrument. */
export function AuthorityLine({ authority }: { authority: AuthorityNote }): VNode {
  const { basis, instrumentNumber, instrumentDate, signedBy } = authority;
  return (
    <span>
      <strong>{APPROVER_TITLES[basis]}</strong>
      {instrumentNumber !== null && <> theo văn bản số {instrumentNumber}</>}
      {instrumentNumber !== null && instrumentDate !== null && <> ngày {formatDay(instrumentDate)}</>}
      {instrumentNumber !== null && signedBy !== null && <>, {signedBy} ký</>}
    </span>
  );
}

export const BlockedNote = ({ code, href }: { code: 'no-authority' | 'reviewer-is-approver'; href: string | null }): VNode => (
  <div class="notice notice-warn" role="note"><p>{BLOCKED_SENTENCES[code]}{href !== null && <> <a href={href}>Mở trang giao ký thay</a>.</>}</p></div>
);

const TITLE = {
  preparing: 'Đang chuẩn bị học bạ để ký', waiting: 'Chờ Thầy/Cô xác nhận trên điện thoại', attaching: 'Đã xác nhận, đang gắn chữ ký',
  done: 'Đã ký xong', declined: 'Lần ký đã bị từ chối trên điện thoại', expired: 'Lần ký đã hết hạn xác nhận', failed: 'Lần ký không thành công',
} as const satisfies Record<SigningPhase, string>;

const WHAT_NOW = {
  declined: 'Không học bạ nào được ký trong lần này. Nếu từ chối do nhầm, chọn lại và ký lần nữa.',
  expired: 'Không học bạ nào được ký thêm trong lần này. Chọn lại và ký lần nữa khi điện thoại ở bên cạnh.',
  failed: 'Học bạ chưa ký được trả về danh sách chờ. Ký lại; nếu vẫn lỗi, báo Sở GD&ĐT kèm mã ghi ở đây.',
} as const;

export type SigningPanelProps = {
  batch: SigningBatch;
  /** The signing service's own page where the person confirms; null in production, where it is an app on the phone. */
  phoneHref: string | null;
  /** Whether the reader is the one who confirms. */
  mine: boolean;
};

/**
 * How far one signing has come. While it is under way the part asks for itself every two seconds; a lost line leaves it as it is and
 * the next answer mends it. The state is in the database, so a reload shows the same.
 */
export function SigningPanel({ batch, phoneHref, mine }: SigningPanelProps): VNode {
  const phase = PHASE_OF[batch.state];
  const live = phase === 'preparing' || phase === 'waiting' || phase === 'attaching';
  const poll = live ? { 'hx-get': `/lan-ky/${batch.id}`, 'hx-trigger': 'every 2s', 'hx-swap': 'outerHTML', 'hx-status:5xx': 'swap:none', 'hx-status:4xx': 'swap:none' } : {};
  return (
    <section class={`signing signing-${phase}`} aria-label="Tiến độ ký" id={`ky-${batch.id}`} {...poll}>
      <div role={live ? 'status' : undefined}><h2>{live && batch.account === null ? 'Hệ thống đang ký bằng chứng thư của trường' : TITLE[phase]}</h2></div>
      {phase === 'waiting' && <WaitingWords batch={batch} phoneHref={phoneHref} mine={mine} />}
      {(phase === 'declined' || phase === 'expired' || phase === 'failed') && (
        <p>
          {WHAT_NOW[phase]}
          {batch.attached > 0 && <> Đã gắn được {formatNumber(batch.attached)} chữ ký trước đó, các học bạ ấy giữ nguyên.</>}
          {batch.failureCode !== null && (refusalSentence(batch.failureCode) === null ? <> Mã: <code>{batch.failureCode}</code>.</> : <> <strong>{refusalSentence(batch.failureCode)}</strong></>)}
        </p>
      )}
      {phase !== 'done' && <ol class="steps">
        <Step name="Chuẩn bị" count={batch.prepared} total={batch.total} />
        <Step name={batch.account === null ? 'Ký bằng chứng thư của trường' : 'Xác nhận trên điện thoại'} count={batch.collected} total={batch.total} />
        <Step name="Gắn chữ ký vào học bạ" count={batch.attached} total={batch.total} />
      </ol>}
      <p class="quiet">
        Lớp {batch.classNames.join(', ')} · {formatNumber(batch.total)} học bạ · bắt đầu <Time at={batch.createdAt} />
        {batch.dropped > 0 && <> · {formatNumber(batch.dropped)} học bạ đã bỏ khỏi lần ký vì thay đổi trong lúc chờ</>}
      </p>
      {live && <p class="quiet">Có thể đóng trang hoặc mất mạng: việc ký vẫn tiếp tục và trang này nhớ đang ở đâu. <Again href={`/lan-ky/${batch.id}`} /></p>}
      {phase === 'done' && (
        <p class="call">{SIGNED_WORDS[batch.role]} <strong>{formatNumber(batch.attached)}</strong> học bạ của <strong>{formatNumber(batch.classNames.length)}</strong> lớp.</p>
      )}
      {phase === 'done' && <p><a class="button button-plain" href={`/lan-ky/${batch.id}`}>Xem phiếu kết quả</a></p>}
    </section>
  );
}

function WaitingWords({ batch, phoneHref, mine }: SigningPanelProps): VNode {
  if (!mine) return <p>Chờ {batch.personName} xác nhận, chậm nhất <Time at={batch.expiresAt} />.</p>;
  return (
    <>
      <p class="call">
        Mở ứng dụng ký số trên điện thoại (tài khoản <code>{batch.account}</code>), kiểm tra số lượng <strong>{formatNumber(batch.prepared)}</strong> học bạ,
        rồi nhập mã PIN để xác nhận. Chậm nhất <Time at={batch.expiresAt} />.
      </p>
      {phoneHref !== null && <p><a class="button button-main" href={phoneHref} target="_blank" rel="noopener">Mở điện thoại mô phỏng<span class="sr-only"> (mở thẻ mới)</span></a></p>}
    </>
  );
}

/** For browsers without scripts, where no part asks for itself. */
const Again = ({ href }: { href: string }): VNode => <noscript><a href={href}>Xem lại tiến độ</a></noscript>;

/** Signings that are over, each with its closing sheet. */
export function FinishedBatches({ batches, title }: { batches: readonly SigningBatch[]; title: string }): VNode | null {
  const finished = batches.filter((batch) => batch.state === 'attached');
  if (finished.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul>{finished.map((batch) => (
        <li key={batch.id}>
          <a href={`/lan-ky/${batch.id}`}>{formatNumber(batch.attached)} học bạ của {formatNumber(batch.classNames.length)} lớp</a>
          {batch.attachedAt !== null && <>, <Time at={batch.attachedAt} /></>}
        </li>
      ))}</ul>
    </section>
  );
}

const Step = ({ name, count, total }: { name: string; count: number; total: number }): VNode => (
  <li class={count === total && total > 0 ? 'step step-done' : 'step'}>
    <span>{name}</span> <span class="step-count">{formatNumber(count)}/{formatNumber(total)}</span><Bar numerator={count} denominator={total} />
  </li>
);
