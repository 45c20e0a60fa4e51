import type { VNode } from 'preact';
import { ARRIVAL_REASONS, type ArrivalReason } from '../../../domain/pupilStatus.js';
import type { ProgressCounts } from '../../../domain/rates.js';
import { Badge, Time, Trail } from '../../components/parts.js';
import { DataTable, type Column } from '../../components/table.js';
import { TURN_NAMES, type WaitingStep } from '../../../domain/turns.js';
import { formatDate, formatNumber } from '../../format.js';
import { listHref, measureName, positionName, reasonName } from '../../measures.js';

export type PupilLineView = {
  pupilId: string; cardId: string | null; pupilCode: string; fullName: string; position: string; reason: string | null; reasonNote: string | null; since: Date;
  arrival: ArrivalReason | null; arrivedAt: Date | null; arrivalNote: string | null;
  schoolCode: string; schoolName: string; classId: string; className: string; khoError: string | null;
};
export type ListFilter = { measure: keyof ProgressCounts; position: string | null; reason: string | null; step: WaitingStep | null; officeCode: string | null; schoolCode: string | null; classId: string | null };
type Props = {
  campaign: { id: string; title: string }; filter: ListFilter; total: number; pupils: readonly PupilLineView[];
  place: { office: string | null; school: string | null; class: string | null }; page: number; pageSize: number;
};

export function PupilListPage({ campaign, filter, total, pupils, place, page, pageSize }: Props): VNode {
  const where = [place.office, place.school, place.class === null ? null : `lớp ${place.class}`].filter((part) => part !== null).join(', ');
  return (
    <>
      <Trail steps={[{ label: 'Đợt phát hành', href: '/dot' }, { label: campaign.title, href: `/dot/${campaign.id}` }]} />
      <p>
        <strong>{measureName(filter.measure)}</strong>{filter.position !== null && <> · {positionName(filter.position)}</>}{filter.reason !== null && <> · {reasonName(filter.reason)}</>}{filter.step !== null && <> · đến lượt: {TURN_NAMES[filter.step]}</>}
        {where !== '' && <> · {where}</>}: <strong>{formatNumber(total)}</strong> học bạ.
        {(filter.position !== null || filter.reason !== null || filter.step !== null || where !== '') && <> <a href={listHref(campaign.id, { measure: filter.measure })}>Bỏ lọc</a></>}
      </p>
      <DataTable caption="Danh sách" hideCaption rows={pupils} columns={pupilColumns(campaign.id)} empty="Không có học bạ nào trong mục này." />
      <Pager campaignId={campaign.id} filter={filter} page={page} pages={Math.ceil(total / pageSize)} />
    </>
  );
}

export const pupilColumns = (campaignId: string): readonly Column<PupilLineView>[] => [
  { label: 'Học sinh', kind: 'head', cell: (pupil) => (pupil.cardId === null ? pupil.fullName : <a href={`/hoc-ba/${pupil.cardId}`}>{pupil.fullName}</a>) },
  { label: 'Mã học sinh', cell: (pupil) => pupil.pupilCode },
  { label: 'Trường', cell: (pupil) => <a href={`/dot/${campaignId}/truong/${pupil.schoolCode}`}>{pupil.schoolName}</a> },
  { label: 'Lớp', cell: (pupil) => <a href={`/dot/${campaignId}/lop/${pupil.classId}`}>{pupil.className}</a> },
  { label: 'Đang ở', cell: (pupil) => <Position pupil={pupil} /> },
  { label: 'Từ lúc', cell: (pupil) => <Time at={pupil.since} /> },
];

export function Position({ pupil }: { pupil: Pick<PupilLineView, 'position' | 'reason' | 'reasonNote' | 'khoError' | 'arrival' | 'arrivedAt' | 'arrivalNote'> }): VNode {
  const kind = pupil.position === 'accepted' ? 'good' : pupil.position === 'refused' ? 'bad' : ['held', 'unknown'].includes(pupil.position) ? 'warn' : 'info';
  return (
    <span>
      <Badge kind={kind}>{positionName(pupil.position)}</Badge>
      {pupil.reason !== null && <> {reasonName(pupil.reason)}{pupil.reasonNote !== null && ` (${pupil.reasonNote})`}</>}
      {pupil.position === 'refused' && pupil.khoError !== null && <> {pupil.khoError}</>}
      {pupil.arrival !== null && pupil.arrivedAt !== null && <><br /><span class="quiet">{ARRIVAL_REASONS[pupil.arrival]} ngày {formatDate(pupil.arrivedAt)} ({pupil.arrivalNote})</span></>}
    </span>
  );
}

function Pager({ campaignId, filter, page, pages }: { campaignId: string; filter: ListFilter; page: number; pages: number }): VNode | null {
  if (pages <= 1) return null;
  const { position, reason, step, ...rest } = filter;
  const href = (to: number): string => listHref(campaignId, { ...rest, ...(position === null ? {} : { position }), ...(reason === null ? {} : { reason }), ...(step === null ? {} : { step }), page: to });
  return (
    <nav class="pager" aria-label="Trang">
      {page > 1 && <a class="button button-plain" href={href(page - 1)}>Trang trước</a>}
      <span>Trang {formatNumber(page)} / {formatNumber(pages)}</span>
      {page < pages && <a class="button button-plain" href={href(page + 1)}>Trang sau</a>}
    </nav>
  );
}
