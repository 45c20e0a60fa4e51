import type { VNode } from 'preact';
import { CAMPAIGN_STATES, campaignTitle, type CampaignStateCode, type Cycle } from '../../campaignNames.js';
import { Badge, LinkButton } from '../../components/parts.js';
import { DataTable } from '../../components/table.js';
import { formatDate, formatNumber } from '../../format.js';

export type CampaignLine = { id: string; schoolYear: string; cycle: Cycle; state: CampaignStateCode; createdAt: Date; launchedAt: Date | null; endedAt: Date | null };

const KINDS = { draft: 'warn', running: 'good', ended: 'info', cancelled: 'info' } as const;

export function CampaignsPage({ campaigns, directory, hasPacketKey }: { campaigns: readonly CampaignLine[]; directory: { schools: number }; hasPacketKey: boolean }): VNode {
  return (
    <>
      <ol class="steps-list">
        <Step done={directory.schools > 0} label={directory.schools > 0 ? `Danh mục có ${formatNumber(directory.schools)} trường` : 'Nạp danh mục đơn vị và nhân sự'} href="/don-vi" />
        <Step done={hasPacketKey} label={hasPacketKey ? 'Đã có chứng thư số của Sở' : 'Chứng thư số của Sở: quản trị hệ thống nạp ở trang của mình'} href={null} />
        <Step done={campaigns.length > 0} label={campaigns.length > 0 ? 'Đã tạo đợt' : 'Tạo đợt, nạp danh sách học sinh rồi phát động'} href="/dot/moi" />
      </ol>
      <p class="actions"><LinkButton href="/dot/moi" label="Tạo đợt mới" kind={campaigns.length > 0 ? 'plain' : 'main'} /></p>
      <DataTable caption="Các đợt" rows={campaigns} empty="Chưa có đợt nào." columns={[
        { label: 'Đợt', kind: 'head', cell: (campaign) => <a href={`/dot/${campaign.id}`}>{campaignTitle(campaign)}</a> },
        { label: 'Trạng thái', cell: ({ state }) => <Badge kind={KINDS[state]}>{CAMPAIGN_STATES[state]}</Badge> },
        { label: 'Phát động', cell: ({ launchedAt }) => (launchedAt === null ? '–' : formatDate(launchedAt)) },
        { label: 'Kết thúc', cell: ({ endedAt }) => (endedAt === null ? '–' : formatDate(endedAt)) },
      ]} />
    </>
  );
}

const Step = ({ done, label, href }: { done: boolean; label: string; href: string | null }): VNode => (
  <li>{done ? <Badge kind="good">Xong</Badge> : <Badge kind="warn">Chưa</Badge>} {href === null ? label : <a href={href}>{label}</a>}</li>
);
