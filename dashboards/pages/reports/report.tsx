import type { VNode } from 'preact';
import type { ProgressOverview } from '../../../domain/progress.js';
import { COUNT_DEFINITIONS, RATES, type ProgressCounts } from '../../../domain/rates.js';
import { Fold, LinkButton, Tile, Tiles, Time } from '../../components/parts.js';
import { DataTable, type Column } from '../../components/table.js';
import { formatNumber, formatRate } from '../../format.js';
import { exportsHref } from './exports.js';
import { reportCampaignName } from './campaignChoice.js';

type Campaign = { id: string; schoolYear: string; cycle: 'main' | 'summer' | 'rehearsal'; state: string };
type Office = { code: string; name: string };
export type ReportProps = {
  choice: { campaigns: readonly Campaign[]; campaign: Campaign | null; offices: readonly Office[]; office: Office | null; mayProvince: boolean };
  report: ProgressOverview | null;
  /** Where the workbook is: at once, or, for a large scope, made in the background. */
  workbook: { href: string; label: string };
};

/** Rates by office and school, as of one moment, with what each number means; the workbook holds the same numbers. */
export function ReportPage({ choice, report, workbook }: ReportProps): VNode {
  const { campaign, office } = choice;
  if (campaign === null || report === null) return <p class="empty">Chưa có đợt phát hành nào được phát động nên chưa có số liệu.</p>;
  const { counts } = report.tree;
  return (
    <>
      <ChoiceForm choice={choice} />
      <p>{office?.name ?? report.province.departmentName} · năm học {reportCampaignName(campaign)} · số liệu tính đến <Time at={report.asOf} /> · đơn vị tính: học bạ</p>
      <Tiles label="Tổng hợp">
        <Tile label={COUNT_DEFINITIONS.signed.name} count={counts.signed} href={null} rate={[counts.signed, counts.expected]} note={`của ${formatNumber(counts.expected)} phải có`} />
        <Tile label={COUNT_DEFINITIONS.accepted.name} count={counts.accepted} href={null} rate={[counts.accepted, counts.signed]} note={`của ${formatNumber(counts.signed)} đã ký duyệt`} />
        <Tile label={COUNT_DEFINITIONS.eligibleSigned.name} count={counts.eligibleSigned} href={null} rate={[counts.eligibleSigned, counts.eligible]} note={`của ${formatNumber(counts.eligible)} đủ điều kiện`} />
        <Tile label={COUNT_DEFINITIONS.held.name} count={counts.held} href={null} note="vẫn nằm trong số phải có" />
      </Tiles>
      <p class="actions"><LinkButton {...workbook} />
        <LinkButton href={exportsHref(campaign.id, office?.code ?? null)} label="Xuất Excel: theo lí do, từng học bạ" kind="plain" />
        {choice.mayProvince && <LinkButton href={`/dot/${campaign.id}/tong-ket`} label={campaign.state === 'ended' ? 'Báo cáo kết thúc đợt' : 'Báo cáo tạm tính'} kind="plain" />}
      </p>
      <DataTable<Line> caption="Tiến độ theo địa bàn và trường" wide rows={linesOf(report.tree, campaign.id)} columns={COLUMNS} empty="Chưa có trường nào trong đợt này."
        rowClass={(line) => (line.office ? 'total' : undefined)} total={['Tổng cộng', ...STAGE_COUNTS.map((count) => formatNumber(counts[count])), ...ratesOf(counts)]} />
      <Fold summary="Các số này nghĩa là gì">
        <dl class="definitions">
          {[RATES.signed, RATES.accepted, RATES.eligibleSigned].map(({ name, fraction, sentence }) => <div key={name}><dt>{name} = {fraction}</dt><dd>{sentence}</dd></div>)}
          {STAGE_COUNTS.map((count) => <div key={count}><dt>{COUNT_DEFINITIONS[count].name}</dt><dd>{COUNT_DEFINITIONS[count].sentence}</dd></div>)}
        </dl>
      </Fold>
    </>
  );
}

const STAGE_COUNTS = ['expected', 'collected', 'reviewed', 'signed', 'sealed', 'accepted', 'refused', 'held', 'exempt'] as const satisfies readonly (keyof ProgressCounts)[];
const ratesOf = (counts: ProgressCounts): [string, string] => [formatRate(counts.signed, counts.expected), formatRate(counts.accepted, counts.signed)];

/** More schools than this would make the page heavy on a weak line: then the areas stand alone and each opens its own page. */
const SCHOOLS_SHOWN = 150;

type Line = { name: VNode | string; office: boolean; counts: ProgressCounts };

function linesOf({ offices }: ProgressOverview['tree'], campaignId: string): Line[] {
  const all = offices.reduce((sum, office) => sum + office.schools.length, 0) <= SCHOOLS_SHOWN;
  return offices.flatMap((office): Line[] => [
    { name: offices.length === 1 ? office.officeName : <a href={`/bao-cao?dot=${campaignId}&dia-ban=${office.officeCode}`}>{office.officeName}</a>, office: true, counts: office.counts },
    ...(all || offices.length === 1 ? office.schools.map((school): Line => ({
      name: school.exemptReason === null ? school.schoolName : `${school.schoolName} (được miễn: ${school.exemptReason})`, office: false, counts: school.counts,
    })) : []),
  ]);
}

const COLUMNS: readonly Column<Line>[] = [
  { label: 'Địa bàn, trường', kind: 'head', cell: (line) => line.name },
  ...STAGE_COUNTS.map((count): Column<Line> => ({ label: COUNT_DEFINITIONS[count].name, kind: 'number', cell: (line) => formatNumber(line.counts[count]) })),
  { label: 'Ký duyệt / phải có', kind: 'number', cell: (line) => ratesOf(line.counts)[0] },
  { label: 'Tiếp nhận / ký duyệt', kind: 'number', cell: (line) => ratesOf(line.counts)[1] },
];

/** A GET form: the choice stands in the address as ids and codes. */
function ChoiceForm({ choice: { campaigns, campaign, offices, office, mayProvince } }: Pick<ReportProps, 'choice'>): VNode | null {
  if (campaigns.length < 2 && offices.length < 2) return null;
  return (
    <form method="get" action="/bao-cao" class="filter" aria-label="Chọn báo cáo">
      <div class="field"><label for="chon-dot">Đợt phát hành</label>
        <select id="chon-dot" name="dot">{campaigns.map((one) => <option key={one.id} value={one.id} selected={one.id === campaign?.id}>{reportCampaignName(one)}</option>)}</select></div>
      {offices.length > 1 && <div class="field"><label for="chon-dia-ban">Địa bàn</label>
        <select id="chon-dia-ban" name="dia-ban">
          {mayProvince && <option value="" selected={office === null}>Toàn tỉnh</option>}
          {offices.map((one) => <option key={one.code} value={one.code} selected={one.code === office?.code}>{one.name}</option>)}
        </select></div>}
      <button type="submit" class="button button-plain">Xem</button>
    </form>
  );
}
