import type { EvidenceWait } from '../../../domain/evidence.js';
import type { VNode } from 'preact';
import type { Depth, Grouping, HeldTotal, ProgressTree } from '../../../domain/progress.js';
import { RATES, type ProgressCounts } from '../../../domain/rates.js';
import type { Remaining } from '../../../domain/turns.js';
import { STAGE_NAMES, STAGES, type Stage } from '../../../domain/policy.js';
import { CAMPAIGN_STATES, type CampaignStateCode } from '../../campaignNames.js';
import type { FormState } from '../../components/formState.js';
import { Note } from '../../components/notice.js';
import { EvidenceWaitNotes } from '../../components/evidence.js';
import { Badge, Due, Facts, Fold, LinkButton, Tile, Tiles, Time, Trail } from '../../components/parts.js';
import { formatNumber, formatRate, inSentence } from '../../format.js';
import { listHref, measureName } from '../../measures.js';
import type { Timeliness } from '../../../domain/timeliness.js';
import { BurnUp, type BurnUpPoint } from '../../components/burnUp.js';
import { ProgressTable, type UnitGrowth } from './progressTable.js';
import { exportsHref } from '../reports/exports.js';
import { Timely } from './timely.js';
import { WhatRemains } from './remains.js';

export type CockpitCampaign = { id: string; state: CampaignStateCode; deadlines: Record<Stage, Date>; launchedAt: Date | null; endedAt: Date | null; endReason: string | null; reconcileAskedAt: Date | null; reconciledAt: Date | null };
export type CockpitProps = {
  campaign: CockpitCampaign; officeCode: string | null; tree: ProgressTree; grouping: Grouping; depth: Depth; held: readonly HeldTotal[]; remaining: readonly Remaining[];
  overdue: readonly { schoolCode: string }[]; blocked: readonly { schoolCode: string; schoolName: string; tasks: number }[]; circuits: readonly { name: string; probeAt: Date | null }[];
  /** Sealed cards that wait for their time-stamp, and how many certificates were revoked. */
  waits: readonly EvidenceWait[]; revoked: number;
  reconciliation: { at: Date; packets: number; cardsSent: number; khoAccepted: number; khoRefused: number; differences: number } | null;
  timely: Timeliness; flow: { stepMs: number; points: readonly BurnUpPoint[] } | null; growth: UnitGrowth;
  form: FormState; now: Date;
};

export function CockpitPage(props: CockpitProps): VNode {
  const { campaign, officeCode, tree } = props;
  return (
    <>
      <Trail steps={[{ label: 'Đợt phát hành', href: '/dot' }, ...(officeCode === null ? [] : [{ label: 'Cả tỉnh', href: `/dot/${campaign.id}` }])]} />
      <Figures {...props} />
      <Actions {...props} />
      <h2>{officeCode === null ? 'Theo địa bàn' : 'Theo trường và lớp'}</h2>
      <ProgressTable campaignId={campaign.id} tree={tree} growth={props.growth} grouping={props.grouping} depth={props.depth} narrowed={officeCode !== null} />
      <Fold summary="Hạn, đối soát và định nghĩa số liệu">
        <Facts facts={[
          ...STAGES.map((stage) => [`Hạn ${inSentence(STAGE_NAMES[stage])}`, <Due at={campaign.deadlines[stage]} now={props.now} />] as const),
          ['Đối soát gần nhất', <Reconciled {...props} />],
          ...(['signed', 'accepted', 'eligibleSigned'] as const).map((code) => [RATES[code].name, RATES[code].sentence] as const),
        ]} />
      </Fold>
    </>
  );
}

/** What moves while people look: a running campaign's figures ask for themselves again; what has the focus keeps it. */
export function Figures(props: CockpitProps): VNode {
  const { campaign, officeCode, tree, held, remaining, circuits, now } = props;
  const office = officeCode === null ? null : tree.offices[0] ?? null;
  const live = campaign.state === 'running' ? { 'hx-get': `/dot/${campaign.id}${officeCode === null ? '' : `?xa=${officeCode}`}`, 'hx-trigger': 'every 15s', 'hx-swap': 'outerMorph', 'hx-status:5xx': 'swap:none', 'hx-status:4xx': 'swap:none' } : {};
  return (
    <div id="so-lieu" {...live}>
      <p>
        <Badge kind={campaign.state === 'running' ? 'good' : 'info'}>{CAMPAIGN_STATES[campaign.state]}</Badge> Số liệu tính đến <Time at={now} />{office !== null && <>, địa bàn <strong>{office.officeName}</strong></>}.
        {campaign.endReason !== null && <> Lí do: {campaign.endReason}.</>}
      </p>
      {circuits.map((circuit) => <Note key={circuit.name} kind="warn"><p>Kho đang không trả lời nên tạm ngừng gửi{circuit.probeAt !== null && <>; thử lại lúc <Time at={circuit.probeAt} /></>}. Không trường nào bị tính quá hạn vì việc này.</p></Note>)}
      <EvidenceWaitNotes waits={props.waits} />
      <Headline counts={tree.counts} />
      <Stuck campaignId={campaign.id} blocked={props.blocked} />
      <StageTiles {...props} />
      {props.flow !== null && campaign.launchedAt !== null && (
        <>
          <h2>Tiến độ theo thời gian</h2>
          <BurnUp {...props.flow} launchedAt={campaign.launchedAt} dueAt={campaign.deadlines.approve} expected={tree.counts.expected} most={tree.counts.eligible} now={now} />
        </>
      )}
      <h2>Vì sao còn lại</h2>
      <WhatRemains campaignId={campaign.id} officeCode={officeCode} remaining={remaining} held={held} />
      <h2>Đúng hạn, trễ hạn</h2>
      <Timely timely={props.timely} expected={tree.counts.expected} />
    </div>
  );
}

/** More schools than this are named on their own pages. */
const STUCK_SHOWN = 10;

/** Work that nobody can do: an account is shut, a role or an authority ended and nobody followed. */
function Stuck({ campaignId, blocked }: { campaignId: string; blocked: CockpitProps['blocked'] }): VNode | null {
  if (blocked.length === 0) return null;
  const tasks = blocked.reduce((sum, one) => sum + one.tasks, 0);
  return (
    <Note kind="warn"><p><strong>{formatNumber(tasks)} việc không ai làm được.</strong> Mở trang của trường để biết vì sao và ai gỡ được:{' '}
      {blocked.slice(0, STUCK_SHOWN).map((one, index) => <>{index > 0 && ', '}<a href={`/dot/${campaignId}/truong/${one.schoolCode}`}>{one.schoolName}</a> ({formatNumber(one.tasks)})</>)}
      {blocked.length > STUCK_SHOWN && ` và ${formatNumber(blocked.length - STUCK_SHOWN)} trường khác`}.</p></Note>
  );
}

/** The sentence a coordinator is asked for, with both its numbers; then the same without those nobody can sign for. */
function Headline({ counts }: { counts: ProgressCounts }): VNode {
  const [signed, eligible] = [RATES.signed.of(counts), RATES.eligibleSigned.of(counts)];
  return (
    <p class="headline">
      Đã ký duyệt <strong>{formatNumber(signed.numerator)} / {formatNumber(signed.denominator)} = {formatRate(signed.numerator, signed.denominator)}</strong>
      {eligible.denominator < signed.denominator && <span class="quiet"> Không kể học sinh chưa đủ điều kiện và được miễn: {formatNumber(eligible.numerator)} / {formatNumber(eligible.denominator)} = {formatRate(eligible.numerator, eligible.denominator)}</span>}
    </p>
  );
}

const MEASURED = ['expected', 'collected', 'reviewed', 'signed', 'sealed', 'received', 'submitted', 'accepted'] as const satisfies readonly (keyof ProgressCounts)[];

function StageTiles({ campaign, officeCode, tree: { counts }, overdue, revoked }: CockpitProps): VNode {
  const href = (measure: string): string => listHref(campaign.id, { measure, officeCode });
  const bad = (count: number) => (count > 0 ? { kind: 'bad' as const } : {});
  return (
    <>
      <Tiles label="Từng khâu">
        {MEASURED.map((measure) => (
          <Tile key={measure} label={measureName(measure)} count={counts[measure]} href={href(measure)} bar={[counts[measure], counts.expected]}
            {...(measure === 'expected' ? {} : measure === 'accepted' ? { rate: [counts.accepted, counts.signed] as const, note: 'của số đã ký duyệt' } : { rate: [counts[measure], counts.expected] as const })} />
        ))}
      </Tiles>
      <Tiles label="Cần để ý">
        <Tile label={measureName('open')} count={counts.open} href={href('open')} {...(counts.open > 0 ? { kind: 'warn' as const } : { kind: 'good' as const })} />
        {counts.unexplained > 0 && <Tile label={measureName('unexplained')} count={counts.unexplained} href={href('unexplained')} kind="bad" />}
        <Tile label={measureName('refused')} count={counts.refused} href={href('refused')} {...bad(counts.refused)} />
        {revoked > 0 && <Tile label="Chứng thư bị thu hồi" count={revoked} href={`/dot/${campaign.id}/chung-thu-thu-hoi`} kind="bad" />}
        <Tile label="Trường quá hạn" count={overdue.length} href={`/dot/${campaign.id}/qua-han${officeCode === null ? '' : `?xa=${officeCode}`}`} {...bad(overdue.length)} />
        <Tile label={measureName('held')} count={counts.held} href={href('held')} />
        <Tile label={measureName('exempt')} count={counts.exempt} href={href('exempt')} />
        <Tile label={measureName('excluded')} count={counts.excluded} href={href('excluded')} />
      </Tiles>
    </>
  );
}

function Actions({ campaign, form, tree: { counts }, officeCode }: CockpitProps): VNode {
  const { id, state } = campaign;
  return (
    <div class="actions">
      <LinkButton href={`/dot/${id}/tim`} label="Tìm học sinh, học bạ" kind="plain" />
      {state !== 'cancelled' && (
        <form method="post" action={`/dot/${id}/doi-soat`}>
          <input type="hidden" name="csrf" value={form.csrf} /><input type="hidden" name="decisionId" value={form.decisionId} />
          <button type="submit" class="button button-plain">Đối soát với Kho</button>
        </form>
      )}
      {state === 'running' && officeCode === null && <LinkButton href={`/dot/${id}/ket-thuc`} label={counts.open === 0 ? 'Kết thúc đợt' : `Kết thúc đợt (còn ${formatNumber(counts.open)} chưa xong)`} kind={counts.open === 0 ? 'main' : 'plain'} />}
      <LinkButton href={`/dot/${id}/tong-ket`} label={state === 'ended' ? 'Báo cáo kết thúc' : 'Báo cáo tạm tính'} kind="plain" />
      <LinkButton href={exportsHref(id, officeCode, 'cards')} label="Xuất Excel" kind="plain" />
    </div>
  );
}

function Reconciled({ reconciliation, campaign }: CockpitProps): VNode {
  const asked = campaign.reconcileAskedAt !== null && (campaign.reconciledAt === null || campaign.reconciledAt < campaign.reconcileAskedAt);
  if (asked) return <Badge>Đang đối soát</Badge>;
  if (reconciliation === null) return <>Chưa đối soát lần nào.</>;
  const { at, cardsSent, khoAccepted, khoRefused, differences } = reconciliation;
  return (
    <>
      <Time at={at} />: {formatNumber(cardsSent)} lượt gửi, Kho tiếp nhận {formatNumber(khoAccepted)}, từ chối {formatNumber(khoRefused)};{' '}
      {differences === 0 ? <Badge kind="good">khớp hoàn toàn</Badge> : <Badge kind="bad">{formatNumber(differences)} chỗ lệch</Badge>}{' '}
      <a href={`/dot/${campaign.id}/doi-soat`}>Xem kết quả đối soát</a>
    </>
  );
}
