import type { VNode } from 'preact';
import { FINDINGS, FINDING_KINDS, SIDE_NAMES, type FindingKind } from '../../../domain/reconciliation.js';
import type { FormState } from '../../components/formState.js';
import { Badge, Time, Trail } from '../../components/parts.js';
import { DataTable } from '../../components/table.js';
import { formatNumber } from '../../format.js';
import { SENT_MEANS } from './closing.js';

export type FindingLineView = {
  kind: FindingKind; ours: string; kho: string; messageId: string | null; cardId: string | null; theirId: string | null;
  pupilName: string | null; className: string | null; schoolCode: string | null; schoolName: string | null;
};
type Props = {
  campaign: { id: string; title: string; mayAsk: boolean; asking: boolean };
  run: { at: Date; packets: number; cardsSent: number; khoAccepted: number; khoRefused: number; differences: number; findings: number } | null;
  counts: readonly { kind: FindingKind; lines: number }[]; kind: FindingKind | null; lines: readonly FindingLineView[]; page: number; pageSize: number; form: FormState;
};

const side = (word: string): string => SIDE_NAMES[word] ?? word;

/** What the last comparison with the Kho found: by kind with whose turn it is and what mends it, then line by line. */
export function ReconciliationPage({ campaign, run, counts, kind, lines, page, pageSize, form }: Props): VNode {
  const href = (one: FindingKind | null, at = 1): string => `/dot/${campaign.id}/doi-soat?${new URLSearchParams({ ...(one === null ? {} : { loai: one }), ...(at === 1 ? {} : { trang: String(at) }) })}`;
  const found = FINDING_KINDS.flatMap((one) => counts.filter((count) => count.kind === one));
  const total = counts.filter((count) => kind === null || count.kind === kind).reduce((sum, count) => sum + count.lines, 0);
  const pages = Math.ceil(total / pageSize);
  return (
    <>
      <Trail steps={[{ label: 'Đợt phát hành', href: '/dot' }, { label: campaign.title, href: `/dot/${campaign.id}` }]} />
      {run === null ? <p class="empty">Chưa đối soát lần nào. Hệ thống tự đối soát mỗi đêm và khi không còn học bạ nào chưa xong.</p> : (
        <p>
          <Time at={run.at} />: {formatNumber(run.packets)} gói, {formatNumber(run.cardsSent)} lượt gửi học bạ; Kho tiếp nhận {formatNumber(run.khoAccepted)}, từ chối {formatNumber(run.khoRefused)}.{' '}
          {run.differences === 0 ? <Badge kind="good">Khớp hoàn toàn</Badge> : <Badge kind="bad">{formatNumber(run.differences)} chỗ lệch</Badge>}
          {run.findings > 0 && <> <Badge>{formatNumber(run.findings)} dòng cần biết</Badge></>}
          <br /><span class="quiet">{SENT_MEANS}</span>
        </p>
      )}
      {campaign.asking && <p><Badge>Đang đối soát</Badge> Mở lại trang này sau ít phút.</p>}
      {campaign.mayAsk && !campaign.asking && (
        <form method="post" action={`/dot/${campaign.id}/doi-soat`}>
          <input type="hidden" name="csrf" value={form.csrf} /><input type="hidden" name="decisionId" value={form.decisionId} />
          <button type="submit" class="button button-plain">Đối soát lại với Kho</button>
        </form>
      )}
      {run !== null && found.length > 0 && (
        <>
          <h2>Đến lượt ai, làm gì</h2>
          <DataTable caption="Theo loại" hideCaption rows={found} empty="" columns={[
            { label: 'Loại', kind: 'head', cell: (one) => <a href={href(one.kind)}>{FINDINGS[one.kind].name}</a> },
            { label: 'Tính là', cell: (one) => (FINDINGS[one.kind].differs ? <Badge kind="bad">lệch</Badge> : <Badge>cần biết</Badge>) },
            { label: 'Đến lượt', cell: (one) => FINDINGS[one.kind].turn }, { label: 'Cách xử lý', cell: (one) => FINDINGS[one.kind].sentence },
            { label: 'Dòng', kind: 'number', cell: (one) => formatNumber(one.lines) },
          ]} />
          <h2>Từng dòng</h2>
          {kind !== null && <p><strong>{FINDINGS[kind].name}</strong>: {formatNumber(total)} dòng. <a href={href(null)}>Bỏ lọc</a></p>}
          <DataTable caption="Từng dòng" hideCaption rows={lines} empty="Không có dòng nào trong mục này." columns={[
            { label: 'Học bạ', kind: 'head', cell: (one) => <Card line={one} /> },
            { label: 'Trường', cell: (one) => (one.schoolCode === null ? '–' : <a href={`/dot/${campaign.id}/truong/${one.schoolCode}`}>{one.schoolName}</a>) },
            { label: 'Lớp', cell: (one) => one.className ?? '–' },
            { label: 'Bên ta', cell: (one) => (one.kind === 'unanswered' ? '–' : side(one.ours)) }, { label: 'Kho', cell: (one) => side(one.kho) },
            { label: 'Loại', cell: (one) => FINDINGS[one.kind].name }, { label: 'Đến lượt', cell: (one) => FINDINGS[one.kind].turn },
            { label: 'Mã gói', cell: (one) => (one.messageId === null ? '–' : <code>{one.messageId}</code>) },
          ]} />
          {pages > 1 && (
            <nav class="pager" aria-label="Trang">
              {page > 1 && <a class="button button-plain" href={href(kind, page - 1)}>Trang trước</a>}
              <span>Trang {formatNumber(page)} / {formatNumber(pages)}</span>
              {page < pages && <a class="button button-plain" href={href(kind, page + 1)}>Trang sau</a>}
            </nav>
          )}
        </>
      )}
    </>
  );
}

function Card({ line }: { line: FindingLineView }): VNode {
  if (line.kind === 'unanswered') return <>Cả gói</>;
  if (line.theirId !== null) return <>Kho ghi: <code>{line.theirId}</code></>;
  return line.pupilName === null ? <code>{line.cardId}</code> : <a href={`/hoc-ba/${line.cardId ?? ''}`}>{line.pupilName}</a>;
}
