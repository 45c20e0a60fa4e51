import type { VNode } from 'preact';
import type { ClassProgress } from '../../../domain/progress.js';
import type { ProgressCounts } from '../../../domain/rates.js';
import { Badge } from '../../components/parts.js';
import { DataTable, type Column } from '../../components/table.js';
import { formatNumber } from '../../format.js';
import { TASK_NAMES } from '../../taskPaths.js';
import type { TaskView } from './school.js';

const number = (label: string, of: (counts: ProgressCounts) => number): Column<ClassProgress> => ({ label, kind: 'number', cell: ({ counts }) => formatNumber(of(counts)) });

/** Where each class stands and who has it now. */
export function ClassTable({ campaignId, classes, tasks, total, linked }: { campaignId: string; classes: readonly ClassProgress[]; tasks: readonly TaskView[]; total: ProgressCounts; linked: boolean }): VNode {
  const columns: Column<ClassProgress>[] = [
    { label: 'Lớp', kind: 'head', cell: ({ classId, className }) => (linked ? <a href={`/dot/${campaignId}/lop/${classId}`}>{className}</a> : className) },
    number('Phải có', (counts) => counts.expected), number('Có dữ liệu', (counts) => counts.collected), number('GVCN đã ký', (counts) => counts.reviewed), number('Đã ký duyệt', (counts) => counts.signed),
    number('Đã ký số', (counts) => counts.sealed), number('Kho tiếp nhận', (counts) => counts.accepted), number('Kho từ chối', (counts) => counts.refused), number('Chưa đủ điều kiện', (counts) => counts.held),
    { label: 'Đang chờ', cell: (one) => <Waiting one={one} task={tasks.find((task) => task.classId === one.classId)} /> },
  ];
  const counted = (counts: ProgressCounts): ClassProgress => ({ classId: '', className: '', grade: 0, counts });
  return <DataTable caption="Các lớp" hideCaption rows={classes} columns={columns} empty="Trường chưa có lớp nào trong đợt." total={['Cả trường', ...columns.slice(1, -1).map((column) => column.cell(counted(total))), '']} />;
}

function Waiting({ one: { counts }, task }: { one: ClassProgress; task: TaskView | undefined }): VNode {
  if (task !== undefined) return <span>{TASK_NAMES[task.kind]}{task.personName !== null && `: ${task.personName}`}</span>;
  if (counts.open === 0) return <Badge kind="good">Xong</Badge>;
  return <span>{counts.missing > 0 && counts.collected === 0 ? 'Văn thư nộp dữ liệu' : 'Hệ thống hoặc Kho'}</span>;
}
