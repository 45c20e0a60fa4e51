import type { VNode } from 'preact';
import { APPROVER_TITLES, type AuthorityBasis } from '../../../domain/authority.js';
import type { ListBalance, MovementRow } from '../../../domain/movements.js';
import { STAGE_NAMES, type Stage } from '../../../domain/policy.js';
import type { HeldTotal } from '../../../domain/progress.js';
import { COUNT_DEFINITIONS, RATE_CODES, RATES, type ProgressCounts } from '../../../domain/rates.js';
import type { CampaignStateCode } from '../../campaignNames.js';
import { Note } from '../../components/notice.js';
import { Badge, Facts, LinkButton, Time, Trail } from '../../components/parts.js';
import { DataTable } from '../../components/table.js';
import { formatDate, formatDay, formatNumber, formatRate } from '../../format.js';
import { listHref, measureName, reasonName } from '../../measures.js';

type Props = {
  campaign: { id: string; title: string; state: CampaignStateCode; launchedAt: Date | null; endedAt: Date | null };
  counts: ProgressCounts; held: readonly HeldTotal[];
  reconciliation: { at: Date; packets: number; cardsSent: number; khoAccepted: number; khoRefused: number; differences: number } | null;
  exceptions: readonly { schoolName: string; fullName: string; instrumentNumber: string; instrumentDate: string; reason: string; validFrom: Date; validTo: Date; cards: number }[];
  deputies: readonly { schoolName: string; fullName: string; basis: string; instrumentNumber: string | null; instrumentDate: string | null; cards: number }[];
  movements: readonly MovementRow[]; list: ListBalance;
  extensions: readonly { schoolName: string; stage: string; dueAt: Date; plannedAt: Date; reason: string }[];
  now: Date;
  /** Officials come from the reports and may not open the campaign's own pages. */
  isCoordinator: boolean;
};

/** The reconciliation counts what was sent, the cockpit what stands: told apart where both figures are read. */
export const SENT_MEANS = 'Học bạ bị Kho từ chối rồi gửi lại hoặc lập lại được đếm ở mỗi lượt gửi, nên số lượt gửi có thể lớn hơn số học bạ đã gửi của đợt.';
/** Schools with movements that the page lists; a whole province has hundreds. */
const MOST_ROWS = 100;
const SHOWN = ['expected', 'collected', 'reviewed', 'signed', 'sealed', 'received', 'submitted', 'accepted', 'refused', 'held', 'exempt', 'excluded', 'open', 'waiting', 'unexplained'] as const;

export function ClosingPage({ campaign, counts, held, reconciliation, exceptions, deputies, movements, list, extensions, now, isCoordinator }: Props): VNode {
  return (
    <>
      <Trail steps={isCoordinator ? [{ label: 'Đợt phát hành', href: '/dot' }, { label: campaign.title, href: `/dot/${campaign.id}` }] : [{ label: 'Báo cáo', href: '/bao-cao' }]} />
      {campaign.state !== 'ended' && <Note kind="warn"><p>Đợt chưa kết thúc: số liệu dưới đây còn thay đổi.</p></Note>}
      <p>{campaign.title}. Phát động {campaign.launchedAt === null ? '–' : formatDate(campaign.launchedAt)}{campaign.endedAt !== null && <>, kết thúc {formatDate(campaign.endedAt)}</>}. Số liệu tính đến <Time at={now} />.</p>
      <p class="actions"><LinkButton href={`/bao-cao/tien-do.xlsx?dot=${campaign.id}`} label="Tải báo cáo Excel" /></p>
      <h2>Tỉ lệ</h2>
      <Facts facts={RATE_CODES.map((code) => {
        const { numerator, denominator } = RATES[code].of(counts);
        return [RATES[code].name, <>{formatNumber(numerator)} / {formatNumber(denominator)} = <strong>{formatRate(numerator, denominator)}</strong><br /><span class="quiet">{RATES[code].sentence}</span></>] as const;
      })} />
      <h2>Số lượng học bạ</h2>
      <DataTable caption="Số lượng" hideCaption rows={SHOWN} empty="" columns={[
        { label: 'Chỉ tiêu', kind: 'head', cell: measureName }, { label: 'Học bạ', kind: 'number', cell: (measure) => formatNumber(counts[measure]) }, { label: 'Định nghĩa', cell: (measure) => COUNT_DEFINITIONS[measure].sentence },
      ]} />
      <h2>Đối soát với Kho</h2>
      {reconciliation === null ? <p>Chưa đối soát.</p> : (
        <p><Time at={reconciliation.at} />: {formatNumber(reconciliation.packets)} gói, {formatNumber(reconciliation.cardsSent)} lượt gửi học bạ; Kho tiếp nhận {formatNumber(reconciliation.khoAccepted)}, từ chối {formatNumber(reconciliation.khoRefused)}.{' '}
          {reconciliation.differences === 0 ? <Badge kind="good">Khớp hoàn toàn</Badge> : <Badge kind="bad">{formatNumber(reconciliation.differences)} chỗ lệch</Badge>}{isCoordinator && <> <a href={`/dot/${campaign.id}/doi-soat`}>Xem kết quả đối soát</a></>}<br /><span class="quiet">{SENT_MEANS}</span></p>
      )}
      <h2>Chưa đủ điều kiện phát hành và miễn</h2>
      <DataTable caption="Theo lí do; từng lớp ở báo cáo Excel" hideCaption rows={held} empty="Không có." columns={[
        { label: 'Lí do', kind: 'head', cell: (row) => (isCoordinator ? <a href={listHref(campaign.id, { measure: row.kind, reason: row.reason })}>{reasonName(row.reason)}</a> : reasonName(row.reason)) },
        { label: 'Diện', cell: (row) => measureName(row.kind) }, { label: 'Học bạ', kind: 'number', cell: (row) => formatNumber(row.cards) },
      ]} />
      {held.length > 0 && <p class="quiet">Từng trường, từng lớp: xem báo cáo Excel.</p>}
      <h2>Biến động học sinh</h2>
      <p>Danh sách chốt khi phát động {formatNumber(list.frozen)} học sinh, ghi thêm {formatNumber(list.came)}, rút ra {isCoordinator && list.left > 0 ? <a href={listHref(campaign.id, { measure: 'excluded' })}>{formatNumber(list.left)}</a> : formatNumber(list.left)}:
        {' '}<strong>{formatNumber(list.frozen)} + {formatNumber(list.came)} − {formatNumber(list.left)} = {formatNumber(list.expected)}</strong> phải có.</p>
      <DataTable caption="Biến động" hideCaption rows={movements.slice(0, MOST_ROWS)} empty="Không có." columns={[
        { label: 'Trường', kind: 'head', cell: (row) => row.schoolName }, { label: 'Biến động', cell: (row) => reasonName(row.reason) },
        { label: 'Ghi thêm', kind: 'number', cell: (row) => (row.direction === 'in' ? formatNumber(row.pupils) : '') }, { label: 'Rút ra', kind: 'number', cell: (row) => (row.direction === 'out' ? formatNumber(row.pupils) : '') },
      ]} />
      {movements.length > MOST_ROWS && <p>Còn {formatNumber(movements.length - MOST_ROWS)} dòng nữa: xem báo cáo Excel.</p>}
      <h2>Ký thay</h2>
      <DataTable caption="Ký thay hiệu trưởng" hideCaption rows={deputies} empty="Không trường nào có người ký thay hiệu trưởng." columns={[
        { label: 'Trường', kind: 'head', cell: (row) => row.schoolName }, { label: 'Người ký', cell: (row) => row.fullName }, { label: 'Tư cách', cell: (row) => APPROVER_TITLES[row.basis as AuthorityBasis] },
        { label: 'Văn bản', cell: (row) => (row.instrumentNumber === null ? '–' : `${row.instrumentNumber}${row.instrumentDate === null ? '' : ` ngày ${formatDay(row.instrumentDate)}`}`) }, { label: 'Học bạ', kind: 'number', cell: (row) => formatNumber(row.cards) },
      ]} />
      <h2>Ngoại lệ vai trò đã dùng</h2>
      <DataTable caption="Một người vừa rà soát vừa ký duyệt" hideCaption rows={exceptions} empty="Không dùng ngoại lệ nào." columns={[
        { label: 'Trường', kind: 'head', cell: (row) => row.schoolName }, { label: 'Người', cell: (row) => row.fullName }, { label: 'Quyết định', cell: (row) => `${row.instrumentNumber} ngày ${formatDay(row.instrumentDate)}` },
        { label: 'Hiệu lực', cell: (row) => `${formatDate(row.validFrom)} – ${formatDate(row.validTo)}` }, { label: 'Lí do', cell: (row) => row.reason }, { label: 'Học bạ', kind: 'number', cell: (row) => formatNumber(row.cards) },
      ]} />
      <h2>Gia hạn</h2>
      <DataTable caption="Gia hạn" hideCaption rows={extensions} empty="Không gia hạn cho trường nào." columns={[
        { label: 'Trường', kind: 'head', cell: (row) => row.schoolName }, { label: 'Khâu', cell: (row) => STAGE_NAMES[row.stage as Stage] }, { label: 'Hạn ban đầu', cell: (row) => <Time at={row.plannedAt} /> },
        { label: 'Hạn mới', cell: (row) => <Time at={row.dueAt} /> }, { label: 'Lí do', cell: (row) => row.reason },
      ]} />
    </>
  );
}
