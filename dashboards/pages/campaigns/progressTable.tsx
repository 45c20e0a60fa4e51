import type { ComponentChildren, VNode } from 'preact';
import { GROUPINGS, type Depth, type Grouping, type ProgressTree, type SchoolProgress } from '../../../domain/progress.js';
import type { ProgressCounts } from '../../../domain/rates.js';
import { Badge, Rate } from '../../components/parts.js';
import { Spark } from '../../components/spark.js';
import { DataTable, type Column } from '../../components/table.js';
import { formatNumber } from '../../format.js';

/** Signed cards over time, by code of area and of school. */
export type UnitGrowth = { areas: Readonly<Record<string, readonly number[]>>; schools: Readonly<Record<string, readonly number[]>> };
type Row = { level: 'area' | 'school' | 'class'; name: ComponentChildren; counts: ProgressCounts; growth: readonly number[] | undefined };
type Props = {
  campaignId: string; tree: ProgressTree; growth: UnitGrowth; grouping: Grouping; depth: Depth;
  /** One office's area: its schools and classes. */
  narrowed: boolean;
};

const GROUPING_NAMES: Record<Grouping, string> = { office: 'Phòng, xã, phường phụ trách', commune: 'Xã, phường mới', district: 'Quận, huyện cũ' };

/** Area → school → class, as far down as was asked for; an office's area opens by its name, a school and a class have pages of their own. */
export function ProgressTable({ campaignId, tree, growth, grouping, depth, narrowed }: Props): VNode {
  const schoolRows = (school: SchoolProgress): Row[] => [
    { level: 'school', counts: school.counts, growth: growth.schools[school.schoolCode], name: <SchoolName campaignId={campaignId} school={school} /> },
    ...(depth === 'class' ? school.classes.map((one): Row => ({ level: 'class', counts: one.counts, growth: undefined, name: <a href={`/dot/${campaignId}/lop/${one.classId}`}>Lớp {one.className}</a> })) : []),
  ];
  const rows = tree.offices.flatMap((area): Row[] => [
    { level: 'area', counts: area.counts, growth: growth.areas[area.officeCode], name: grouping === 'office' && !narrowed ? <a href={`/dot/${campaignId}?xa=${area.officeCode}`}>{area.officeName}</a> : area.officeName || 'Chưa ghi' },
    ...area.schools.flatMap(schoolRows),
  ]);
  return (
    <>
      {!narrowed && (
        <p class="groupings">Gộp theo: {GROUPINGS.map((one, index) => <>{index > 0 && ' · '}{one === grouping ? <strong>{GROUPING_NAMES[one]}</strong> : <a href={`/dot/${campaignId}${one === 'office' ? '' : `?nhom=${one}`}`}>{GROUPING_NAMES[one]}</a>}</>)}</p>
      )}
      <DataTable caption="Tiến độ" hideCaption wide rows={rows} columns={COLUMNS} empty="Không có trường nào trong địa bàn này."
        rowClass={(row) => (depth === 'area' ? undefined : row.level === 'area' || (narrowed && row.level === 'school') ? 'total' : 'sub')}
        total={['Tổng cộng', ...COLUMNS.slice(1).map((column) => column.cell({ level: 'area', name: '', counts: tree.counts, growth: undefined }))]} />
    </>
  );
}

function SchoolName({ campaignId, school }: { campaignId: string; school: SchoolProgress }): VNode {
  return (
    <>
      <a href={`/dot/${campaignId}/truong/${school.schoolCode}`}>{school.schoolName}</a>
      {school.exemptReason !== null && <> <Badge kind="warn">Miễn</Badge></>}{school.state === 'closed' && <> <Badge kind="good">Xong</Badge></>}
    </>
  );
}

const count = (label: string, of: (counts: ProgressCounts) => number): Column<Row> => ({ label, kind: 'number', cell: ({ counts }) => formatNumber(of(counts)) });
const COLUMNS: readonly Column<Row>[] = [
  { label: 'Đơn vị', kind: 'head', cell: (row) => row.name },
  count('Phải có', (counts) => counts.expected), count('Có dữ liệu', (counts) => counts.collected), count('GVCN đã ký', (counts) => counts.reviewed),
  count('Đã ký duyệt', (counts) => counts.signed), count('Kho tiếp nhận', (counts) => counts.accepted), count('Chưa xong', (counts) => counts.open),
  { label: 'Ký duyệt theo thời gian', cell: ({ growth, counts }) => (growth === undefined ? '' : <Spark counts={growth} most={counts.expected} />) },
  { label: 'Ký duyệt / phải có', kind: 'number', cell: ({ counts }) => <Rate numerator={counts.signed} denominator={counts.expected} /> },
  { label: 'Tiếp nhận / ký duyệt', kind: 'number', cell: ({ counts }) => <Rate numerator={counts.accepted} denominator={counts.signed} /> },
];
