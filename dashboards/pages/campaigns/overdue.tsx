import type { VNode } from 'preact';
import { Due, Time, Trail } from '../../components/parts.js';
import { DataTable } from '../../components/table.js';
import { formatNumber } from '../../format.js';
import { TASK_NAMES } from '../../taskPaths.js';

export type OverdueView = {
  officeCode: string; officeName: string; schoolCode: string; schoolName: string; phone: string | null; since: Date; tasks: number; kinds: readonly string[]; people: readonly string[]; remindedAt: Date | null;
};

export function OverduePage({ campaign, schools, now }: { campaign: { id: string; title: string }; schools: readonly OverdueView[]; now: Date }): VNode {
  return (
    <>
      <Trail steps={[{ label: 'Đợt phát hành', href: '/dot' }, { label: campaign.title, href: `/dot/${campaign.id}` }]} />
      <DataTable caption={`${formatNumber(schools.length)} trường, lâu nhất trước`} rows={schools} empty="Không trường nào quá hạn." columns={[
        { label: 'Trường', kind: 'head', cell: (school) => <a href={`/dot/${campaign.id}/truong/${school.schoolCode}`}>{school.schoolName}</a> },
        { label: 'Phòng, xã, phường', cell: (school) => <a href={`/dia-ban/${school.officeCode}`}>{school.officeName}</a> },
        { label: 'Điện thoại', cell: (school) => (school.phone === null ? 'Chưa có' : <a href={`tel:${school.phone.replace(/[^+\d]/g, '')}`}>{school.phone}</a>) },
        { label: 'Hạn sớm nhất', cell: (school) => <Due at={school.since} now={now} /> },
        { label: 'Việc', cell: (school) => `${school.kinds.map((kind) => TASK_NAMES[kind as keyof typeof TASK_NAMES]).join(', ')} (${formatNumber(school.tasks)})` },
        { label: 'Đến lượt', cell: (school) => (school.people.length === 0 ? 'Chưa giao được cho ai' : school.people.slice(0, 3).join(', ') + (school.people.length > 3 ? ` và ${school.people.length - 3} người` : '')) },
        { label: 'Nhắc lần cuối', cell: (school) => (school.remindedAt === null ? 'Chưa nhắc' : <Time at={school.remindedAt} />) },
      ]} />
    </>
  );
}
