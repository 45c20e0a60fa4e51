import type { ComponentChildren, VNode } from 'preact';
import type { ProgressTree, SchoolProgress } from '../../../domain/progress.js';
import type { ProgressCounts } from '../../../domain/rates.js';
import { Badge, Rate } from '../../components/parts.js';
import { DataTable, type Column } from '../../components/table.js';
import { formatNumber } from '../../format.js';

type Row = { level: 'office' | 'school' | 'class'; name: ComponentChildren; counts: ProgressCounts };

/** Office → school, or within one office school → class; a class's page is one click further. */
export function ProgressTable({ campaignId, tree, byClass }: { campaignId: string; tree: ProgressTree; byClass: boolean }): VNode {
  const schoolRows = (school: SchoolProgress): Row[] => [
    { level: 'school', counts: school.counts, name: <SchoolName campaignId={campaignId} school={school} /> },
    ...(byClass ? school.classes.map((one): Row => ({ level: 'class', counts: one.counts, name: <a href={`/dot/${campaignId}/lop/${one.classId}`}>Lớp {one.className}</a> })) : []),
  ];
  const rows = tree.offices.flatMap((office): Row[] => [
    { level: 'office', counts: office.counts, name: byClass ? office.officeName : <a href={`/dot/${campaignId}?xa=${office.officeCode}`}>{office.officeName}</a> },
    ...office.schools.flatMap(schoolRows),
  ]);
  return (
    <DataTable caption="Tiến độ" hideCaption wide rows={rows} columns={COLUMNS} empty="Không có trường nào trong địa bàn này." rowClass={(row) => (row.level === (byClass ? 'school' : 'office') ? 'total' : row.level === 'office' ? 'total' : 'sub')}
      total={['Tổng cộng', ...COLUMNS.slice(1).map((column) => column.cell({ level: 'office', name: '', counts: tree.counts }))]} />
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
  { label: 'Ký duyệt / phải có', kind: 'number', cell: ({ counts }) => <Rate numerator={counts.signed} denominator={counts.expected} /> },
  { label: 'Tiếp nhận / ký duyệt', kind: 'number', cell: ({ counts }) => <Rate numerator={counts.accepted} denominator={counts.signed} /> },
];
