import type { VNode } from 'preact';
import { isUnfinished, MOST_KEPT, MOST_UNFINISHED, REPORT_FAILURES, REPORT_HOURS, REPORT_KINDS, REPORT_NAMES, REPORT_STATES, type ReportFailure, type ReportKind, type ReportState } from '../../../domain/reports.js';
import { Form, Select, SubmitButton, type Option } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Badge, Bar, LinkButton, Time, Trail } from '../../components/parts.js';
import { DataTable, type Column } from '../../components/table.js';
import { formatNumber } from '../../format.js';
import { reportCampaignName, type ReportCampaignView } from './campaignChoice.js';

export type ReportView = {
  id: string; kind: ReportKind; schoolYear: string; unitName: string | null; withNames: boolean; askedAt: Date; state: ReportState; rowsExpected: number | null; rowsWritten: number;
  asOf: Date | null; expiresAt: Date | null; bytes: number | null; failure: ReportFailure | null;
};
type ListProps = {
  reports: readonly ReportView[];
  /** A fresh form for each row's button. */
  fresh: () => FormState;
};
export type ExportsProps = ListProps & { campaigns: readonly ReportCampaignView[]; units: readonly Option[]; form: FormState };

const PATH = '/bao-cao/xuat-excel';
/** The form with campaign and unit chosen. */
export const exportsHref = (campaignId: string, officeCode: string | null, kind: ReportKind = 'held'): string => `${PATH}?loai=${kind}&dot=${campaignId}&pham-vi=${officeCode === null ? 'tinh' : `xa:${encodeURIComponent(officeCode)}`}`;

/** Workbooks made in the background: ask, watch, download. */
export function ExportsPage({ campaigns, units, form, ...list }: ExportsProps): VNode {
  return (
    <>
      <Trail steps={[{ label: 'Báo cáo', href: '/bao-cao' }]} />
      {campaigns.length === 0 || units.length === 0 ? <p class="empty">Chưa có đợt phát hành nào được phát động trong phạm vi của Thầy/Cô nên chưa có gì để xuất.</p> : (
        <Form action={PATH} state={form} label="Yêu cầu tệp Excel">
          <Select state={form} name="kind" label="Loại báo cáo" required options={REPORT_KINDS.map((kind) => ({ value: kind, label: REPORT_NAMES[kind] }))} />
          <Select state={form} name="campaignId" label="Đợt phát hành" required options={campaigns.map((one) => ({ value: one.id, label: reportCampaignName(one) }))} />
          <Select state={form} name="unit" label="Phạm vi" required options={units} />
          <p class="help">Tệp được lập ở máy chủ, có thể rời trang này rồi quay lại. Mỗi tệp tải được trong {REPORT_HOURS} giờ, chỉ bằng tài khoản đã yêu cầu; mỗi lần tải đều được ghi nhật ký. Cùng lúc lập nhiều nhất {MOST_UNFINISHED} tệp; giữ {MOST_KEPT} tệp mới nhất.</p>
          <SubmitButton label="Xuất Excel" id="xuat-excel" />
        </Form>
      )}
      <h2>Tệp đã yêu cầu</h2>
      <ExportsTable {...list} />
    </>
  );
}

/** The table asks for itself again while something is being written. */
export function ExportsTable({ reports, fresh }: ListProps): VNode {
  const live = reports.some(({ state }) => isUnfinished(state)) ? { 'hx-get': PATH, 'hx-trigger': 'every 2s', 'hx-swap': 'outerMorph', 'hx-status:5xx': 'swap:none', 'hx-status:4xx': 'swap:none' } : {};
  const columns: readonly Column<ReportView>[] = [
    { label: 'Báo cáo', kind: 'head', cell: (one) => <div>{REPORT_NAMES[one.kind]}<br /><span class="quiet">{one.unitName ?? 'Toàn tỉnh'}, năm học {one.schoolYear.replace('-', '–')}{one.kind !== 'progress' && (one.withNames ? ', có tên học sinh' : ', không có tên học sinh')}</span></div> },
    { label: 'Yêu cầu lúc', cell: (one) => <Time at={one.askedAt} /> },
    { label: 'Tình trạng', cell: (one) => <Standing report={one} /> },
    { label: 'Việc làm được', cell: (one) => <Acts report={one} form={fresh()} /> },
  ];
  return <div id="tep-da-yeu-cau" {...live}><DataTable caption="Tệp đã yêu cầu" hideCaption columns={columns} rows={reports} empty="Chưa yêu cầu tệp nào." /></div>;
}

const KINDS = { waiting: 'info', running: 'info', done: 'good', failed: 'bad', cancelled: 'info', expired: 'warn' } as const satisfies Record<ReportState, string>;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toLocaleString('vi-VN', { maximumFractionDigits: 1 })} MB`;

function Standing({ report: { state, rowsExpected, rowsWritten, asOf, expiresAt, bytes, failure } }: { report: ReportView }): VNode {
  return (
    <div>
      <Badge kind={KINDS[state]}>{REPORT_STATES[state]}</Badge>
      {state === 'running' && rowsExpected !== null && <span class="rate"><Bar numerator={rowsWritten} denominator={rowsExpected} /> <span>{formatNumber(rowsWritten)} / {formatNumber(rowsExpected)} dòng</span></span>}
      {state === 'done' && asOf !== null && expiresAt !== null && bytes !== null && <p>{formatNumber(rowsWritten)} dòng, {megabytes(bytes)}, số liệu tính đến <Time at={asOf} />. Tải được đến <Time at={expiresAt} />.</p>}
      {state === 'failed' && failure !== null && <p>{REPORT_FAILURES[failure]}</p>}
    </div>
  );
}

function Acts({ report: { id, state }, form }: { report: ReportView; form: FormState }): VNode {
  if (state === 'done') return <LinkButton href={`${PATH}/${id}/tep`} label="Tải về" />;
  if (isUnfinished(state)) return <Form action={`${PATH}/${id}/huy`} state={form} label="Hủy"><SubmitButton label="Hủy" kind="plain" id={`huy-${id}`} /></Form>;
  return <Form action={`${PATH}/${id}/lai`} state={form} label="Lập lại"><SubmitButton label={state === 'failed' ? 'Thử lại' : 'Lập lại'} kind="plain" id={`lai-${id}`} /></Form>;
}
